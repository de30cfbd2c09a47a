// Purpose: a machine becomes a member of the pool (XenAPI pool.join, seen from the pool): its interface, its links to shared
// storage, and the VLANs that its master has.
import { addHost } from './build-world.js';
import { addVlan } from '../behaviours/vlan.js';
import { newSimHost, type SimHost } from '../core/sim-host.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Adds an empty, enabled host. @throws Error if the master has no physical interface to take as a pattern */
export function joinHost(sim: SimPool): SimHost {
  const { db } = sim;
  const pattern = physicalPif(sim, sim.master);
  const host = addHost(sim, sim.hosts.length, db.get('network', pattern.link('network')));
  for (const sr of db.rows('SR'))
    if (sr.bool('shared'))
      db.create('PBD', { host: host.ref, SR: sr.ref, device_config: {}, currently_attached: true });
  const own = physicalPif(sim, host);
  for (const vlan of db.follow('VLAN', pattern.set('VLAN_slave_of'))) {
    const network = db.find('network', db.get('PIF', vlan.link('untagged_PIF')).link('network'));
    if (network !== undefined) addVlan(sim, own, network, vlan.int('tag'), 'unplugged');
  }
  const joined = newSimHost(host, false);
  sim.hosts.push(joined);
  sim.refreshAllowed(host);
  sim.connections.announce(joined);
  return joined;
}

function physicalPif(sim: SimPool, host: Row): Row {
  const pif = sim.db.follow('PIF', host.set('PIFs')).find((one) => one.bool('physical'));
  if (pif === undefined) throw new Error(`${host.text('name_label')} has no physical interface`);
  return pif;
}
