// Purpose: bonds: several interfaces of a host as one.
import { invalidValue, XenFailure } from '../core/failure.js';
import { isTunnelAccess, requireManaged, requireManagedNetwork, requireNotBonded } from './pif-rules.js';
import { NULL_REF, type XenMap } from '../datamodel/xen-value.js';
import { requireNoOtherPif, requireNoVlans } from './pif-rules.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const MAC_FORM = /^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/;
/** Fields of an interface that describe its address. */
const ADDRESS_FIELDS = ['ip_configuration_mode', 'IP', 'netmask', 'gateway', 'DNS', 'management'] as const;
const NO_ADDRESS: XenMap = {
  ip_configuration_mode: 'None',
  IP: '',
  netmask: '',
  gateway: '',
  DNS: '',
  management: false,
};

/** @throws XenFailure PIF_BOND_NEEDS_MORE_MEMBERS, PIF_ALREADY_BONDED, PIF_VLAN_EXISTS, PIF_CANNOT_BOND_CROSS_HOST … */
function checkMembers(sim: SimPool, network: Row, members: readonly Row[]): Row {
  const [first] = members;
  if (first === undefined || members.length < 2) throw new XenFailure('PIF_BOND_NEEDS_MORE_MEMBERS');
  requireManagedNetwork(network);
  requireNoOtherPif(sim, network, first.link('host'));
  for (const pif of members) {
    requireNotBonded(pif);
    if (pif.int('VLAN') >= 0) throw new XenFailure('PIF_VLAN_EXISTS', pif.text('device'));
    if (isTunnelAccess(pif)) throw new XenFailure('IS_TUNNEL_ACCESS_PIF', pif.ref);
  }
  if (members.some((pif) => pif.link('host') !== first.link('host')))
    throw new XenFailure('PIF_CANNOT_BOND_CROSS_HOST');
  members.forEach(requireManaged);
  const addressed = members.filter((pif) => pif.text('ip_configuration_mode') !== 'None');
  if (addressed.length > 1) throw new XenFailure('PIF_BOND_MORE_THAN_ONE_IP');
  return addressed[0] ?? first;
}

async function createBond(call: Call, args: Args): Promise<string> {
  const { sim } = call;
  const { db } = sim;
  const members = args.texts(1).map((ref) => db.get('PIF', ref));
  const network = db.get('network', args.ref(0));
  const primary = checkMembers(sim, network, members);
  const mac = args.text(2);
  if (mac !== '' && !MAC_FORM.test(mac)) throw new XenFailure('MAC_INVALID', mac);
  await call.spend('vlanPerHost');
  checkMembers(sim, network, members);
  const master = db.create('PIF', {
    ...Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, primary.get(field)])),
    device: nextDevice(sim, primary.link('host')),
    network: network.ref,
    host: primary.link('host'),
    MAC: mac === '' ? primary.text('MAC') : mac,
    MTU: primary.int('MTU'),
    VLAN: -1,
    physical: false,
    currently_attached: primary.bool('currently_attached'),
    managed: true,
  });
  const bond = db.create('Bond', {
    master: master.ref,
    primary_slave: primary.ref,
    mode: args.text(3, 'balance-slb'),
    properties: args.map(4),
    links_up: members.length,
    auto_update_mac: mac === '',
  });
  for (const pif of members)
    db.update(pif, { ...NO_ADDRESS, bond_slave_of: bond.ref, currently_attached: false });
  for (const vlan of members.flatMap((pif) => db.follow('VLAN', pif.set('VLAN_slave_of'))))
    db.update(vlan, { tagged_PIF: master.ref });
  return bond.ref;
}

function nextDevice(sim: SimPool, host: string): string {
  const taken = new Set(
    sim.db
      .rows('PIF')
      .filter((pif) => pif.link('host') === host)
      .map((pif) => pif.text('device')),
  );
  let number = 0;
  while (taken.has(`bond${number}`)) number += 1;
  return `bond${number}`;
}

/** The primary slave takes the address back. @throws XenFailure PIF_VLAN_STILL_EXISTS */
async function destroyBond(call: Call, bond: Row): Promise<void> {
  const { db } = call.sim;
  const master = db.get('PIF', bond.link('master'));
  requireNoVlans(master);
  await call.spend('vlanPerHost');
  const address = Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, master.get(field)]));
  for (const pif of db.follow('PIF', bond.set('slaves'))) {
    const back = pif.ref === bond.link('primary_slave') ? address : {};
    db.update(pif, {
      ...back,
      bond_slave_of: NULL_REF,
      currently_attached: master.bool('currently_attached'),
    });
  }
  db.remove(bond);
  db.remove(master);
}

const PROPERTIES = new Set([
  'hashing_algorithm',
  'miimon',
  'downdelay',
  'updelay',
  'use_carrier',
  'lacp-time',
  'lacp-aggregation-key',
  'lacp-fallback-ab',
  'lacp-actor-key',
]);

export const BOND: BehaviourTable = {
  'Bond.create': timed((call, args) => createBond(call, args)),
  'Bond.destroy': timed((call, args) => destroyBond(call, call.sim.db.get('Bond', args.ref(0)))),
  'Bond.set_mode': quick(({ sim }, args) => {
    sim.db.update(sim.db.get('Bond', args.ref(0)), { mode: args.text(1) });
  }),
  'Bond.set_property': quick(({ sim }, args) => {
    const bond = sim.db.get('Bond', args.ref(0));
    const [name, value] = [args.text(1), args.text(2)];
    if (!PROPERTIES.has(name)) throw invalidValue('properties', `${name} = ${value}`);
    sim.db.update(bond, { properties: { ...bond.map('properties'), [name]: value } });
  }),
};
