// Purpose: what the server does by itself: sweeps of tasks, sessions and dangling devices, the pool heartbeat.
import { NULL_REF } from '../datamodel/xen-value.js';
import type { SimPool } from './sim-pool.js';

/** The sweep of the real server runs about every 30 s. */
const SWEEP_MS = 30_000;

export function startDaemons(sim: SimPool): void {
  const tick = (): void => {
    sim.tasks.sweep();
    sim.sessions.sweep();
    sweepDevices(sim);
    sim.clock.schedule(SWEEP_MS, tick, 'daemon');
  };
  sim.clock.schedule(SWEEP_MS, tick, 'daemon');
}

/** Disk VBDs without VM or VDI go, CD VBDs become empty, VIFs without VM or network go. */
function sweepDevices(sim: SimPool): void {
  const { db } = sim;
  for (const vbd of db.rows('VBD')) {
    const vmGone = db.find('VM', vbd.link('VM')) === undefined;
    const vdiGone = vbd.link('VDI') !== NULL_REF && db.find('VDI', vbd.link('VDI')) === undefined;
    if (vmGone || (vdiGone && vbd.text('type') === 'Disk')) db.remove(vbd);
    else if (vdiGone) db.update(vbd, { VDI: NULL_REF, empty: true });
  }
  for (const vif of db.rows('VIF')) {
    if (db.find('VM', vif.link('VM')) === undefined || db.find('network', vif.link('network')) === undefined)
      db.remove(vif);
  }
}
