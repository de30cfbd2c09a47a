// Purpose: gives a full copy of a disk bytes of its own.
import { LAYER_FIELD } from './content/disk-contents.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** A full copy with content of its own. @throws XenFailure VDI_IO_ERROR when there is no room for it */
export function copyContent(sim: SimPool, from: Row, to: Row): void {
  const layer = sim.contents.copy(from);
  sim.contents.release(to);
  sim.db.update(to, { [LAYER_FIELD]: layer });
}
