// Purpose: the disks of a VM that moves: where each goes, whether it can, the copy, and the swap at the end.
import { copyDisk, destroyDisk } from './vdi-work.js';
import { driverCan } from '../storage/storage-drivers.js';
import { requireSpace } from '../storage/space.js';
import { srAttached } from './placement.js';
import { textOf, type XenMap } from '../datamodel/xen-value.js';
import { XenFailure } from '../core/failure.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

export interface DiskMove {
  readonly vdi: Row;
  readonly sr: Row;
}

const NEEDED = ['VDI_SNAPSHOT', 'VDI_MIRROR'] as const;

/**
 * Where the disks of a VM go. Those not named stay, if the host sees their SR.
 * @throws XenFailure VDI_NOT_IN_MAP, HOST_CANNOT_SEE_SR
 */
export function targetSrs(sim: SimPool, vm: Row, host: Row, map: XenMap): DiskMove[] {
  const moves: DiskMove[] = [];
  for (const vbd of sim.db.follow('VBD', vm.set('VBDs'))) {
    const vdi = vbd.text('type') === 'Disk' ? sim.db.find('VDI', vbd.link('VDI')) : undefined;
    if (vdi === undefined) continue;
    const wanted = map[vdi.ref];
    const sr = sim.db.get('SR', wanted === undefined ? vdi.link('SR') : textOf(wanted));
    if (!srAttached(sim, sr.ref, host)) {
      if (wanted === undefined) throw new XenFailure('VDI_NOT_IN_MAP', vdi.ref);
      throw new XenFailure('HOST_CANNOT_SEE_SR', host.ref, sr.ref);
    }
    if (sr.ref !== vdi.link('SR')) moves.push({ vdi, sr });
  }
  return moves;
}

/** @throws XenFailure VDI_CBT_ENABLED, SR_DOES_NOT_SUPPORT_MIGRATION, SR_BACKEND_FAILURE_44 */
export function requireMigratable(sim: SimPool, moves: readonly DiskMove[]): void {
  for (const { vdi, sr } of moves) {
    if (vdi.bool('cbt_enabled')) throw new XenFailure('VDI_CBT_ENABLED', vdi.ref);
    const source = sim.db.get('SR', vdi.link('SR'));
    for (const one of [source, sr]) {
      const missing = NEEDED.filter((capability) => !driverCan(one.text('type'), capability));
      if (missing.length > 0)
        throw new XenFailure('SR_DOES_NOT_SUPPORT_MIGRATION', one.ref, missing.join(', '));
    }
    requireSpace(sr, vdi.int('physical_utilisation'));
  }
}

/** A full copy on the other SR while the guest goes on writing. @throws XenFailure MIRROR_FAILED, SR_BACKEND_FAILURE_44 */
export async function mirrorDisk(call: Call, { vdi, sr }: DiskMove): Promise<Row> {
  return copyDisk(call, vdi, sr);
}

/** The new disk takes the place of the old one, which goes; snapshots of it stay where they are. */
export function swapDisk(sim: SimPool, from: Row, to: Row): void {
  const { db } = sim;
  for (const snapshot of db.follow('VDI', from.set('snapshots')))
    db.update(snapshot, { snapshot_of: to.ref });
  for (const vbd of db.follow('VBD', from.set('VBDs'))) db.update(vbd, { VDI: to.ref });
  db.update(to, { read_only: from.bool('read_only') });
  destroyDisk(sim, from);
  sim.refreshAllowed(to);
}
