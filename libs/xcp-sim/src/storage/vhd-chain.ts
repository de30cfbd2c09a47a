// Purpose: disks on SRs with VHDs hang in trees. Copy-on-write turns the disk into a hidden, read-only base copy with two
// children: the disk itself, empty again, and the copy.
//
//     D ──snapshot──►  base(data of D) ◄── D (empty)          another clone of an unwritten D or S hangs itself
//                                      ◄── S (empty)          on the same base: chains grow only where data are
//
// Hidden fields of a VDI: `chain_parent` (reference of the base copy below), `own_bytes` (data in its own file).
import { adjustSpace, fileBytes, OWN_BYTES, requireSpace } from './space.js';
import { isNullRef } from '../datamodel/xen-value.js';
import { LAYER_FIELD } from './content/disk-contents.js';
import { storageFailure } from '../core/failure.js';
import { usesChains } from './storage-drivers.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { XenMap } from '../datamodel/xen-value.js';

export const CHAIN_PARENT = 'chain_parent';
/** Parents that a VHD may have below it; one more and the driver refuses (SR_BACKEND_FAILURE_109). */
export const MOST_PARENTS = 30;

export function chainParent(sim: SimPool, vdi: Row): Row | undefined {
  return sim.db.find('VDI', vdi.link(CHAIN_PARENT));
}

/** The base copies below a disk, nearest first. */
export function chainBelow(sim: SimPool, vdi: Row): Row[] {
  const below: Row[] = [];
  for (let row = chainParent(sim, vdi); row !== undefined; row = chainParent(sim, row)) below.push(row);
  return below;
}

/** Bytes of data that a reader sees, over the whole chain. */
export function dataBytes(sim: SimPool, vdi: Row): number {
  const own = [vdi, ...chainBelow(sim, vdi)].reduce((sum, row) => sum + row.int(OWN_BYTES), 0);
  return Math.min(vdi.int('virtual_size'), own);
}

/** True for the hidden nodes of a tree. */
export function isBaseCopy(vdi: Row): boolean {
  return vdi.bool('is_base_copy');
}

/**
 * Parts a disk from a copy that is about to be made; the result belongs into the row of the copy.
 * A `snapshot` counts as taken of a disk that was written since the last one, since guests write unseen here.
 * @throws XenFailure SR_BACKEND_FAILURE_109 (chain too long), _44 (no space)
 */
export function forkDisk(sim: SimPool, sr: Row, vdi: Row, kind: 'clone' | 'snapshot'): XenMap {
  const type = sr.text('type');
  const role = kind === 'snapshot' ? 'frozen' : 'leaf';
  const bytes = fileBytes(type, role, vdi.int('virtual_size'), 0);
  requireSpace(sr, bytes);
  const own = { physical_utilisation: bytes };
  if (!usesChains(type)) return { ...own, [LAYER_FIELD]: shareLayer(sim, vdi, 'share').copy };
  const parent = chainParent(sim, vdi);
  const isUntouched = vdi.int(OWN_BYTES) === 0 && parent !== undefined && !isWritten(sim, vdi);
  if (parent !== undefined && isUntouched && (kind === 'clone' || vdi.bool('read_only'))) {
    const { copy } = shareLayer(sim, vdi, 'share');
    return { ...own, [LAYER_FIELD]: copy, ...hangingOn(vdi, parent) };
  }
  if (chainBelow(sim, vdi).length >= MOST_PARENTS)
    throw storageFailure(109, 'The VDI snapshot chain is too long', 'chain too long');
  return { ...own, ...freeze(sim, sr, vdi, bytes) };
}

/** A guest has the disk open for writing. */
function isWritten(sim: SimPool, vdi: Row): boolean {
  return sim.db
    .follow('VBD', vdi.set('VBDs'))
    .some((vbd) => vbd.bool('currently_attached') && vbd.text('mode') === 'RW');
}

function hangingOn(vdi: Row, base: Row): XenMap {
  return { [CHAIN_PARENT]: base.ref, sm_config: { ...vdi.map('sm_config'), 'vhd-parent': base.uuid } };
}

function shareLayer(sim: SimPool, vdi: Row, how: 'share' | 'freeze'): { copy: number; base: number } {
  const { source, copy, base } = sim.contents.fork(vdi, how);
  sim.db.update(vdi, { [LAYER_FIELD]: source });
  return { copy, base };
}

/** The data of the disk become a base copy; the disk goes on empty, on top of it. The copy will take `copyBytes`. */
function freeze(sim: SimPool, sr: Row, vdi: Row, copyBytes: number): XenMap {
  const type = sr.text('type');
  const size = vdi.int('virtual_size');
  const own = vdi.int(OWN_BYTES);
  const before = vdi.int('physical_utilisation');
  const frozen = fileBytes(type, 'frozen', size, own);
  const leaf = fileBytes(type, vdi.bool('read_only') ? 'frozen' : 'leaf', size, 0);
  requireSpace(sr, frozen + leaf - before + copyBytes);
  const { copy, base: layer } = shareLayer(sim, vdi, 'freeze');
  sim.contents.own(layer);
  const base = sim.db.create('VDI', {
    name_label: 'base copy',
    SR: sr.ref,
    type: vdi.text('type'),
    virtual_size: size,
    physical_utilisation: frozen,
    managed: false,
    read_only: true,
    metadata_of_pool: '',
    is_base_copy: true,
    sm_config: vdi.map('sm_config'),
    [OWN_BYTES]: own,
    [CHAIN_PARENT]: vdi.link(CHAIN_PARENT),
    [LAYER_FIELD]: layer,
  });
  sim.db.update(base, { location: base.uuid });
  sim.db.update(vdi, { physical_utilisation: leaf, [OWN_BYTES]: 0, ...hangingOn(vdi, base) });
  adjustSpace(sim, sr, frozen + leaf - before, 0);
  sim.refreshAllowed(base);
  return { [LAYER_FIELD]: copy, ...hangingOn(vdi, base) };
}

/** Disks by the base copy they hang on, for one SR. */
export function childrenByParent(sim: SimPool, sr: Row): Map<string, Row[]> {
  const children = new Map<string, Row[]>();
  for (const vdi of sim.db.follow('VDI', sr.set('VDIs'))) {
    const parent = vdi.link(CHAIN_PARENT);
    if (isNullRef(parent)) continue;
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [vdi]);
    else known.push(vdi);
  }
  return children;
}
