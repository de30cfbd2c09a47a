// Purpose: networks, VLANs and PIFs.
import { invalidValue, XenFailure } from '../core/failure.js';
import { NULL_REF, type XenMap, textOf } from '../datamodel/xen-value.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const HIGHEST_TAG = 4094;
const DEFAULT_MTU = 1500;

/** XenAPI network.create: a managed network gets its bridge from the server. */
function createNetwork(sim: SimPool, record: XenMap): string {
  const bridge = textOf(record['bridge']);
  const managed = record['managed'] !== false;
  if (managed && bridge !== '') throw invalidValue('bridge', bridge);
  const mtu = Number(record['MTU'] ?? DEFAULT_MTU);
  sim.nextBridge += 1;
  const network = sim.db.create('network', {
    ...record,
    MTU: mtu <= 0 ? DEFAULT_MTU : mtu,
    bridge: managed ? `xapi${sim.nextBridge}` : bridge,
  });
  return network.ref;
}

/** Unplugged interfaces on it go silently. @throws XenFailure NETWORK_CONTAINS_VIF, NETWORK_CONTAINS_PIF */
function destroyNetwork(sim: SimPool, network: Row): void {
  const { db } = sim;
  const vifs = db.follow('VIF', network.set('VIFs'));
  const attached = vifs.filter((vif) => vif.bool('currently_attached'));
  if (attached.length > 0) throw new XenFailure('NETWORK_CONTAINS_VIF', ...attached.map((vif) => vif.ref));
  const pifs = db.follow('PIF', network.set('PIFs'));
  if (pifs.length > 0) throw new XenFailure('NETWORK_CONTAINS_PIF', ...pifs.map((pif) => pif.ref));
  for (const vif of vifs) db.remove(vif);
  db.remove(network);
}

/** @throws XenFailure VLAN_TAG_INVALID, PIF_IS_VLAN, PIF_VLAN_EXISTS, NETWORK_ALREADY_CONNECTED */
function checkVlan(sim: SimPool, pif: Row, network: Row, tag: number): void {
  if (tag < 0 || tag > HIGHEST_TAG) throw new XenFailure('VLAN_TAG_INVALID', String(tag));
  if (pif.int('VLAN') >= 0) throw new XenFailure('PIF_IS_VLAN', pif.ref);
  const siblings = sim.db.rows('PIF').filter((other) => other.link('host') === pif.link('host'));
  const same = siblings.find(
    (other) => other.text('device') === pif.text('device') && other.int('VLAN') === tag,
  );
  if (same !== undefined) throw new XenFailure('PIF_VLAN_EXISTS', same.ref);
  const connected = siblings.find((other) => other.link('network') === network.ref);
  if (connected !== undefined) throw new XenFailure('NETWORK_ALREADY_CONNECTED', network.ref, connected.ref);
}

/** One VLAN on one host: an untagged PIF on the network and the VLAN object that ties it to the tagged one. */
function addVlan(sim: SimPool, tagged: Row, network: Row, tag: number): Row {
  const { db } = sim;
  const untagged = db.create('PIF', {
    device: tagged.text('device'),
    network: network.ref,
    host: tagged.link('host'),
    MAC: tagged.text('MAC'),
    MTU: network.int('MTU'),
    VLAN: tag,
    metrics: tagged.link('metrics'),
    physical: false,
    currently_attached: true,
    managed: true,
  });
  const vlan = db.create('VLAN', {
    tagged_PIF: tagged.ref,
    untagged_PIF: untagged.ref,
    tag,
    other_config: {},
  });
  db.update(untagged, { VLAN_master_of: vlan.ref });
  return vlan;
}

/** One VLAN a live host that has a PIF on the same network; undone as a whole if one fails. */
async function createPoolVlan(call: Call, pif: Row, network: Row, tag: number): Promise<string[]> {
  const { sim } = call;
  const siblings = sim.db.follow('PIF', sim.db.get('network', pif.link('network')).set('PIFs'));
  const live = siblings.filter((sibling) => isLive(sim, sibling.link('host')));
  const made: Row[] = [];
  try {
    for (const sibling of live) {
      checkVlan(sim, sibling, network, tag);
      await call.spend('vlanPerHost');
      checkVlan(sim, sibling, network, tag);
      made.push(addVlan(sim, sibling, network, tag));
    }
  } catch (error) {
    for (const vlan of made) removeVlan(sim, vlan);
    throw error;
  }
  return made.map((vlan) => vlan.link('untagged_PIF'));
}

function isLive(sim: SimPool, host: string): boolean {
  return (
    sim.db.find('host_metrics', sim.db.find('host', host)?.link('metrics') ?? NULL_REF)?.bool('live') === true
  );
}

function removeVlan(sim: SimPool, vlan: Row): void {
  const untagged = sim.db.find('PIF', vlan.link('untagged_PIF'));
  sim.db.remove(vlan);
  if (untagged !== undefined) sim.db.remove(untagged);
}

async function destroyVlan(call: Call, vlan: Row): Promise<void> {
  await call.spend('vlanPerHost');
  removeVlan(call.sim, vlan);
}

/** The untagged PIF of a VLAN. @throws XenFailure PIF_IS_PHYSICAL */
function vlanOfPif(sim: SimPool, pif: Row): Row {
  const vlan = sim.db.find('VLAN', pif.link('VLAN_master_of'));
  if (vlan === undefined) throw new XenFailure('PIF_IS_PHYSICAL', pif.ref);
  return vlan;
}

function setPifAttached(sim: SimPool, pif: Row, attached: boolean): void {
  if (!attached && pif.bool('management')) throw new XenFailure('PIF_IS_MANAGEMENT_INTERFACE', pif.ref);
  sim.db.update(pif, { currently_attached: attached });
}

export const NETWORK: BehaviourTable = {
  'network.create': quick(({ sim }, args) => createNetwork(sim, args.map(0))),
  'network.destroy': quick(({ sim }, args) => destroyNetwork(sim, sim.db.get('network', args.ref(0)))),
  'network.add_purpose': quick(({ sim }, args) => {
    const network = sim.db.get('network', args.ref(0));
    const purposes = network.set('purpose');
    const other = args.text(1) === 'nbd' ? 'insecure_nbd' : 'nbd';
    if (purposes.includes(other)) throw new XenFailure('NETWORK_INCOMPATIBLE_PURPOSES', args.text(1), other);
    sim.db.update(network, { purpose: [...new Set([...purposes, args.text(1)])] });
  }),
  'network.set_default_locking_mode': quick(({ sim }, args) => {
    const network = sim.db.get('network', args.ref(0));
    const busy = sim.db.follow('VIF', network.set('VIFs')).find((vif) => vif.bool('currently_attached'));
    if (busy !== undefined) throw new XenFailure('VIF_IN_USE', network.ref, busy.ref);
    sim.db.update(network, { default_locking_mode: args.text(1) });
  }),
  'pool.create_VLAN_from_PIF': timed((call, args) => {
    const { db } = call.sim;
    return createPoolVlan(call, db.get('PIF', args.ref(0)), db.get('network', args.ref(1)), args.int(2));
  }),
  'pool.create_VLAN': timed((call, args) => {
    const { sim } = call;
    const network = sim.db.get('network', args.ref(1));
    const device = args.text(0);
    const pif = sim.db.rows('PIF').find((row) => row.text('device') === device && row.int('VLAN') < 0);
    if (pif === undefined) throw new XenFailure('INVALID_VALUE', 'device', device);
    return createPoolVlan(call, pif, network, args.int(2));
  }),
  'VLAN.create': timed(async (call, args) => {
    const { sim } = call;
    const pif = sim.db.get('PIF', args.ref(0));
    const network = sim.db.get('network', args.ref(2));
    checkVlan(sim, pif, network, args.int(1));
    await call.spend('vlanPerHost');
    checkVlan(sim, pif, network, args.int(1));
    return addVlan(sim, pif, network, args.int(1)).ref;
  }),
  'VLAN.destroy': timed((call, args) => destroyVlan(call, call.sim.db.get('VLAN', args.ref(0)))),
  'PIF.destroy': timed((call, args) =>
    destroyVlan(call, vlanOfPif(call.sim, call.sim.db.get('PIF', args.ref(0)))),
  ),
  'PIF.plug': quick(({ sim }, args) => setPifAttached(sim, sim.db.get('PIF', args.ref(0)), true)),
  'PIF.unplug': quick(({ sim }, args) => setPifAttached(sim, sim.db.get('PIF', args.ref(0)), false)),
  'PIF.scan': quick(({ sim }, args) => void sim.db.get('host', args.ref(0))),
};
