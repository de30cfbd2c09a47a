// Purpose: how copies of disks get their bytes: shared with the original, or copied.
import { LAYER_FIELD } from './content/disk-contents.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** What a disk holds becomes common ground of itself and a copy-on-write copy. The result is the copy's field value. */
export function shareContent(sim: SimPool, vdi: Row): number {
  const { source, copy } = sim.contents.fork(vdi);
  sim.db.update(vdi, { [LAYER_FIELD]: source });
  return copy;
}

/** A full copy with content of its own. @throws XenFailure VDI_IO_ERROR when there is no room for it */
export function copyContent(sim: SimPool, from: Row, to: Row): void {
  const layer = sim.contents.copy(from);
  if (layer !== 0) sim.db.update(to, { [LAYER_FIELD]: layer });
}
