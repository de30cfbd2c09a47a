// Purpose: who may use a disk besides whom: one writer, or readers only, unless the disk is made for sharing.
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** @throws XenFailure VDI_IN_USE[disk], VDI_READONLY[disk] if this VBD cannot be attached now */
export function requireDiskFree(sim: SimPool, vbd: Row): void {
  const vdi = sim.db.find('VDI', vbd.link('VDI'));
  if (vdi === undefined) return;
  const writes = vbd.text('mode') === 'RW';
  if (!vdi.bool('sharable')) {
    const others = sim.db
      .follow('VBD', vdi.set('VBDs'))
      .filter((other) => other !== vbd && other.bool('currently_attached'));
    if (others.some((other) => writes || other.text('mode') === 'RW'))
      throw new XenFailure('VDI_IN_USE', vdi.ref);
  }
  if (writes && vdi.bool('read_only')) throw new XenFailure('VDI_READONLY', vdi.ref);
}

/** All disks of a VM that is about to start. */
export function requireDisksFree(sim: SimPool, vm: Row): void {
  for (const vbd of sim.db.follow('VBD', vm.set('VBDs'))) requireDiskFree(sim, vbd);
}
