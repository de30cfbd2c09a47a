// Purpose: VLANs: on one host, or on all hosts of the pool at once.
import { invalidValue, XenFailure } from '../core/failure.js';
import { isBondSlave, isTunnelAccess, requireManaged, requireManagedNetwork } from './pif-rules.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { requireNoOtherPif, requireNoTunnels, requireNotManagement } from './pif-rules.js';
import { timed, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** 4095 is reserved (IEEE 802.1Q). */
const HIGHEST_TAG = 4094;
/** The address the server writes into PIFs that have no hardware of their own. */
export const NO_HARDWARE_MAC = 'fe:ff:ff:ff:ff:ff';

/** @throws XenFailure NETWORK_UNMANAGED, NETWORK_ALREADY_CONNECTED, PIF_IS_VLAN, VLAN_TAG_INVALID, PIF_VLAN_EXISTS … */
function checkVlan(sim: SimPool, pif: Row, network: Row, tag: number): void {
  requireManagedNetwork(network);
  requireNoOtherPif(sim, network, pif.link('host'));
  requireManaged(pif);
  if (isBondSlave(pif)) throw new XenFailure('CANNOT_ADD_VLAN_TO_BOND_SLAVE', pif.ref);
  if (pif.int('VLAN') >= 0) throw new XenFailure('PIF_IS_VLAN', pif.ref);
  if (isTunnelAccess(pif)) throw new XenFailure('IS_TUNNEL_ACCESS_PIF', pif.ref);
  if (tag < 0 || tag > HIGHEST_TAG) throw new XenFailure('VLAN_TAG_INVALID', String(tag));
  const same = sim.db.follow('VLAN', pif.set('VLAN_slave_of')).some((vlan) => vlan.int('tag') === tag);
  if (same) throw new XenFailure('PIF_VLAN_EXISTS', pif.ref);
}

type Plugging = 'plugged' | 'unplugged';

/** An untagged PIF on the network and the VLAN object that ties it to the tagged one. */
export function addVlan(sim: SimPool, tagged: Row, network: Row, tag: number, plugging: Plugging): Row {
  const { db } = sim;
  const untagged = db.create('PIF', {
    device: tagged.text('device'),
    network: network.ref,
    host: tagged.link('host'),
    MAC: NO_HARDWARE_MAC,
    MTU: tagged.int('MTU'),
    VLAN: tag,
    metrics: tagged.link('metrics'),
    physical: false,
    currently_attached: plugging === 'plugged',
    managed: true,
  });
  const vlan = db.create('VLAN', { tagged_PIF: tagged.ref, untagged_PIF: untagged.ref, tag });
  db.update(untagged, { VLAN_master_of: vlan.ref });
  return vlan;
}

/** One VLAN a live host that has a PIF on the same network; undone as a whole if one fails. */
async function createPoolVlan(call: Call, pif: Row, network: Row, tag: number): Promise<string[]> {
  const { sim } = call;
  const siblings = sim.db.follow('PIF', sim.db.get('network', pif.link('network')).set('PIFs'));
  const made: Row[] = [];
  try {
    for (const sibling of siblings.filter((row) => isLive(sim, row.link('host')))) {
      checkVlan(sim, sibling, network, tag);
      await call.spend('vlanPerHost');
      checkVlan(sim, sibling, network, tag);
      made.push(addVlan(sim, sibling, network, tag, 'plugged'));
    }
  } catch (error) {
    for (const vlan of made) removeVlan(sim, vlan);
    throw error;
  }
  return made.map((vlan) => vlan.link('untagged_PIF'));
}

function isLive(sim: SimPool, host: string): boolean {
  const metrics = sim.db.find('host', host)?.link('metrics') ?? NULL_REF;
  return sim.db.find('host_metrics', metrics)?.bool('live') === true;
}

function removeVlan(sim: SimPool, vlan: Row): void {
  const untagged = sim.db.find('PIF', vlan.link('untagged_PIF'));
  sim.db.remove(vlan);
  if (untagged !== undefined) sim.db.remove(untagged);
}

/** @throws XenFailure PIF_IS_MANAGEMENT_INTERFACE, PIF_TUNNEL_STILL_EXISTS */
export async function destroyVlan(call: Call, vlan: Row): Promise<void> {
  const untagged = call.sim.db.find('PIF', vlan.link('untagged_PIF'));
  if (untagged !== undefined) {
    requireNotManagement(untagged);
    requireNoTunnels(untagged);
  }
  await call.spend('vlanPerHost');
  removeVlan(call.sim, vlan);
}

/** The physical or bonded PIF with this device name. @throws XenFailure INVALID_VALUE */
function pifByDevice(sim: SimPool, device: string, host?: string): Row {
  const found = sim.db
    .rows('PIF')
    .filter((pif) => host === undefined || pif.link('host') === host)
    .find((pif) => pif.text('device') === device && pif.int('VLAN') < 0);
  if (found === undefined) throw invalidValue('device', device);
  return found;
}

async function createVlan(call: Call, pif: Row, network: Row, tag: number): Promise<Row> {
  checkVlan(call.sim, pif, network, tag);
  await call.spend('vlanPerHost');
  checkVlan(call.sim, pif, network, tag);
  return addVlan(call.sim, pif, network, tag, 'unplugged');
}

export const VLAN: BehaviourTable = {
  'pool.create_VLAN_from_PIF': timed((call, args) => {
    const { db } = call.sim;
    return createPoolVlan(call, db.get('PIF', args.ref(0)), db.get('network', args.ref(1)), args.int(2));
  }),
  'pool.create_VLAN': timed((call, args) => {
    const { sim } = call;
    const network = sim.db.get('network', args.ref(1));
    return createPoolVlan(call, pifByDevice(sim, args.text(0)), network, args.int(2));
  }),
  'VLAN.create': timed(async (call, args) => {
    const { db } = call.sim;
    const vlan = await createVlan(
      call,
      db.get('PIF', args.ref(0)),
      db.get('network', args.ref(2)),
      args.int(1),
    );
    return vlan.ref;
  }),
  'PIF.create_VLAN': timed(async (call, args) => {
    const { sim } = call;
    const network = sim.db.get('network', args.ref(1));
    const host = sim.db.get('host', args.ref(2));
    const vlan = await createVlan(call, pifByDevice(sim, args.text(0), host.ref), network, args.int(3));
    return vlan.link('untagged_PIF');
  }),
  'VLAN.destroy': timed((call, args) => destroyVlan(call, call.sim.db.get('VLAN', args.ref(0)))),
};
