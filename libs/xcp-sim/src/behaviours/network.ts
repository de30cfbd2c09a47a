// Purpose: messages of class network.
import { invalidValue, XenFailure } from '../core/failure.js';
import { type XenMap, textOf } from '../datamodel/xen-value.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

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
};
