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

/** A snapshot of a tracked disk takes its log; the disk starts a new one after it. */
export function handOverLog(sim: SimPool, vdi: Row, snapshot: Row): void {
  if (!vdi.bool('cbt_enabled')) return;
  sim.db.update(snapshot, {
    cbt_enabled: true,
    cbt_log: [...logOf(vdi)],
    cbt_previous: vdi.text('cbt_previous'),
  });
  sim.db.update(vdi, { cbt_log: [], cbt_previous: snapshot.uuid });
}

/**
 * The blocks that differ between two disks of the same line, as a bitmap in base64: one bit for 64 KiB, the first in the
 * highest bit (XenAPI VDI.list_changed_blocks). Undefined if the logs do not lead from one to the other.
 */
export function changedBlocks(sim: SimPool, from: Row, to: Row): string | undefined {
  const changed = new Set<number>();
  let row: Row | undefined = to;
  while (row !== undefined && row !== from) {
    for (const index of logOf(row)) changed.add(index);
    const previous: string = row.text('cbt_previous');
    row = previous === '' ? undefined : sim.db.rows('VDI').find((vdi) => vdi.uuid === previous);
  }
  if (row === undefined) return undefined;
  const size = Math.max(
    from.int('cbt_size'),
    to.int('cbt_size'),
    from.int('virtual_size'),
    to.int('virtual_size'),
  );
  const bitmap = Buffer.alloc(Math.ceil(Math.ceil(size / BLOCK_BYTES) / 8));
  for (const index of changed) bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | (0x80 >> (index & 7));
  return bitmap.toString('base64');
}
