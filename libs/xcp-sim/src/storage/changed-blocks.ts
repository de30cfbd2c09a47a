// Purpose: the log of changed block tracking: which 64 KiB blocks were written since tracking began or since the last
// snapshot. Kept in hidden fields: `cbt_log` (block numbers), `cbt_previous` (UUID of the disk whose log comes before).
//
//   enable ──► log empty ──► writes add ──► snapshot takes the log, the disk starts a new one that follows it
import { BLOCK_BYTES } from './content/block-store.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Adds a written range to the log of a tracked disk. */
export function noteChanges(sim: SimPool, vdi: Row, offset: number, length: number): void {
  if (!vdi.bool('cbt_enabled')) return;
  const log = new Set(logOf(vdi));
  const before = log.size;
  const last = Math.floor((offset + length - 1) / BLOCK_BYTES);
  for (let index = Math.floor(offset / BLOCK_BYTES); index <= last; index += 1) log.add(index);
  if (log.size > before) sim.db.update(vdi, { cbt_log: [...log] });
}

/** Numbers of the blocks written since the disk's predecessor. */
export function logOf(vdi: Row): readonly number[] {
  const log = vdi.get('cbt_log');
  return Array.isArray(log) ? (log as readonly number[]) : [];
}
