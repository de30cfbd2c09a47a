// Purpose: how full an SR is, and whether a disk still fits.
import { storageFailure } from '../core/failure.js';
import { thinProvisioned, usesChains } from './storage-drivers.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Header and allocation table of an empty thin disk. */
const EMPTY_THIN_BYTES = 2 * 2 ** 20;

/** Hidden field of a VDI: bytes of the allocation units in its own file, whatever its parents hold. */
export const OWN_BYTES = 'own_bytes';

/** Bytes a new, empty disk takes at once. */
export function initialUtilisation(sr: Row, virtualSize: number): number {
  return fileBytes(sr.text('type'), 'leaf', virtualSize, 0);
}

/** Block storage gives space in units; a volume has one for its tables. */
const VOLUME_UNIT = 4 * 2 ** 20;

/**
 * Bytes that a disk takes on an SR of a type. On thin storage what was written; on block storage a writable disk has its
 * whole size, while what nobody writes any more (base copies, snapshots) shrinks to its data.
 */
export function fileBytes(type: string, role: 'leaf' | 'frozen', size: number, own: number): number {
  if (thinProvisioned(type)) return Math.min(EMPTY_THIN_BYTES, size) + own;
  if (role === 'leaf' || !usesChains(type)) return size;
  return Math.min(size, Math.ceil(own / VOLUME_UNIT) * VOLUME_UNIT + VOLUME_UNIT);
}

/** Books bytes on an SR; negative numbers give back. */
export function adjustSpace(sim: SimPool, sr: Row, physicalBytes: number, virtualBytes: number): void {
  sim.db.update(sr, {
    physical_utilisation: sr.int('physical_utilisation') + physicalBytes,
    virtual_allocation: sr.int('virtual_allocation') + virtualBytes,
  });
}

/** Recomputes `physical_utilisation` and `virtual_allocation` of an SR from its disks. */
export function refreshSpace(sim: SimPool, sr: Row): void {
  let used = 0;
  let allocated = 0;
  for (const vdi of sim.db.follow('VDI', sr.set('VDIs'))) {
    used += vdi.int('physical_utilisation');
    // Base copies are nobody's disks.
    allocated += vdi.bool('is_base_copy') ? 0 : vdi.int('virtual_size');
  }
  sim.db.update(sr, {
    physical_size: capacityOf(sr),
    physical_utilisation: used,
    virtual_allocation: allocated,
  });
}

/** What the storage really holds; `physical_size` is only what was last reported, and clients may overwrite it. */
function capacityOf(sr: Row): number {
  return sr.int('capacity_bytes');
}

/** @throws XenFailure SR_BACKEND_FAILURE_44 if `bytes` more do not fit */
export function requireSpace(sr: Row, bytes: number): void {
  const free = capacityOf(sr) - sr.int('physical_utilisation');
  if (sr.bool('forced_full') || bytes > free) {
    throw storageFailure(
      44,
      'There is insufficient space',
      `required ${bytes} bytes, available ${Math.max(0, free)}`,
    );
  }
}
