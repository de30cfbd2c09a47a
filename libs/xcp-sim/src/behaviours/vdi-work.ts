// Purpose: disks: made, cloned, copied, resized, removed. Whatever changes an SR holds its lock.
import { adjustSpace, initialUtilisation, OWN_BYTES, requireSpace } from '../storage/space.js';
import { allocationUnit, driverCan, thinProvisioned } from '../storage/storage-drivers.js';
import { copyContent } from '../storage/share-content.js';
import { dataBytes, forkDisk } from '../storage/vhd-chain.js';
import { handOverLog } from '../storage/changed-blocks.js';
import { noteDiskGone } from '../storage/chain-collector.js';
import { internalError, storageFailure, XenFailure } from '../core/failure.js';
import { NULL_REF, type XenMap, textOf } from '../datamodel/xen-value.js';
import { withOperations, type Claim } from '../core/operations.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const GIB = 2 ** 30;
/** Largest VHD (XenAPI: 2,040 GiB; beyond it SR_BACKEND_FAILURE_79). */
const LARGEST_VHD = 2040 * GIB;

/** The SR of a disk, usable: it has a plugged PBD. @throws XenFailure SR_HAS_NO_PBDS, SR_OPERATION_NOT_SUPPORTED */
export function usableSr(sim: SimPool, ref: string, capability: string): Row {
  const sr = sim.db.get('SR', ref);
  const plugged = sim.db.follow('PBD', sr.set('PBDs')).some((pbd) => pbd.bool('currently_attached'));
  if (!plugged) throw new XenFailure('SR_HAS_NO_PBDS', sr.ref);
  if (!driverCan(sr.text('type'), capability)) throw new XenFailure('SR_OPERATION_NOT_SUPPORTED', sr.ref);
  return sr;
}

/** XenAPI VDI.create. @throws XenFailure SR_BACKEND_FAILURE_44 (full), _79 (size) */
export async function createDisk(call: Call, record: XenMap): Promise<Row> {
  const { sim } = call;
  const sr = usableSr(sim, textOf(record['SR']), 'VDI_CREATE');
  return withOperations(call, [{ row: sr, op: 'vdi_create' }], async () => {
    await call.spend('vdiCreate');
    const size = roundedSize(sr, Number(record['virtual_size']));
    const bytes = initialUtilisation(sr, size);
    requireSpace(sr, bytes);
    return addDisk(sim, sr, { ...record, virtual_size: size, physical_utilisation: bytes });
  });
}

/** @throws XenFailure SR_BACKEND_FAILURE_79 for sizes the format cannot hold */
function roundedSize(sr: Row, size: number): number {
  if (size < 0 || size > LARGEST_VHD) {
    throw storageFailure(
      79,
      'VDI Invalid size',
      `VDI size must be between 1 MB and ${LARGEST_VHD / 2 ** 20} MB`,
    );
  }
  const unit = allocationUnit(sr.text('type'));
  return Math.max(unit, Math.ceil(size / unit) * unit);
}

function addDisk(sim: SimPool, sr: Row, values: XenMap): Row {
  const vdi = sim.db.create('VDI', {
    ...values,
    SR: sr.ref,
    managed: true,
    missing: false,
    // Empty text instead of the null reference: so does the real server.
    metadata_of_pool: '',
  });
  sim.db.update(vdi, { location: vdi.uuid });
  adjustSpace(sim, sr, vdi.int('physical_utilisation'), vdi.int('virtual_size'));
  sim.refreshAllowed(vdi);
  return vdi;
}

/** Fields of a disk that its clones and copies share. */
function inherited(vdi: Row): XenMap {
  return {
    name_label: vdi.text('name_label'),
    name_description: vdi.text('name_description'),
    type: vdi.text('type'),
    virtual_size: vdi.int('virtual_size'),
    sharable: vdi.bool('sharable'),
    read_only: vdi.bool('read_only'),
    other_config: vdi.map('other_config'),
    xenstore_data: vdi.map('xenstore_data'),
    tags: vdi.set('tags'),
    on_boot: vdi.text('on_boot'),
  };
}

/** A copy-on-write clone on the same SR. */
export async function cloneDisk(call: Call, vdi: Row, changes: XenMap): Promise<Row> {
  const { sim } = call;
  const sr = usableSr(sim, vdi.link('SR'), 'VDI_CLONE');
  const claims: Claim[] = [
    { row: sr, op: 'vdi_clone' },
    { row: vdi, op: 'clone' },
  ];
  return withOperations(call, claims, async () => {
    await call.spend('vdiClone');
    const values = {
      ...inherited(vdi),
      ...(vdi.bool('is_a_snapshot') ? { read_only: false } : {}),
      ...changes,
    };
    return addFork(sim, sr, vdi, 'clone', values);
  });
}

/** A snapshot of one disk; the crash consistency of a VM's snapshot is that of each disk alone. */
export async function snapshotDisk(call: Call, vdi: Row, time: string): Promise<Row> {
  const { sim } = call;
  if (vdi.bool('sharable')) throw new XenFailure('VDI_IS_SHARABLE', vdi.ref);
  const sr = usableSr(sim, vdi.link('SR'), 'VDI_SNAPSHOT');
  const claims: Claim[] = [
    { row: sr, op: 'vdi_snapshot' },
    { row: vdi, op: 'snapshot' },
  ];
  return withOperations(call, claims, async () => {
    await call.spend('vdiClone');
    const snapshot = addFork(sim, sr, vdi, 'snapshot', {
      ...inherited(vdi),
      is_a_snapshot: true,
      snapshot_of: vdi.ref,
      snapshot_time: time,
      read_only: true,
    });
    handOverLog(sim, vdi, snapshot);
    return snapshot;
  });
}

/** The row of a copy-on-write copy, on what it shares with the original. @throws XenFailure SR_BACKEND_FAILURE_44, _109 */
function addFork(sim: SimPool, sr: Row, vdi: Row, kind: 'clone' | 'snapshot', values: XenMap): Row {
  return addDisk(sim, sr, { ...values, ...forkDisk(sim, sr, vdi, kind) });
}

/** Copies go in steps, so that they can be watched, cancelled, and run into a full SR half-way. */
const COPY_STEPS = 10;

/**
 * A full copy on another SR, or into a disk that is there already (`into`). Holds the lock of the target SR only while a
 * new disk is made. `onProgress` hears fractions from 0 to 1.
 * @throws XenFailure SR_BACKEND_FAILURE_44; nothing is left behind then
 */
export async function copyDisk(
  call: Call,
  vdi: Row,
  sr: Row,
  onProgress: (fraction: number) => void = (fraction) => call.progress(fraction),
  into?: Row,
): Promise<Row> {
  const { sim } = call;
  usableSr(sim, sr.ref, 'VDI_CREATE');
  return withOperations(call, [{ row: vdi, op: 'copy' }], async () => {
    const made =
      into ?? (await createDisk(call, { ...inherited(vdi), SR: sr.ref, sm_config: {}, read_only: false }));
    try {
      await fillCopy(call, vdi, made, sr, onProgress);
      copyContent(sim, vdi, made);
      return made;
    } catch (error) {
      if (into === undefined) destroyDisk(sim, made);
      throw error;
    }
  });
}

/** The space and the time of a copy. Thick storage writes everything, holes included. */
async function fillCopy(
  call: Call,
  vdi: Row,
  made: Row,
  sr: Row,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const { sim } = call;
  const grows = thinProvisioned(sr.text('type'));
  const data = dataBytes(sim, vdi);
  await call.spend('vdiCopy');
  for (let step = 1; step <= COPY_STEPS; step += 1) {
    await call.pass(sim.latency.copyBytes((grows ? data : vdi.int('virtual_size')) / COPY_STEPS));
    if (!made.alive) throw new XenFailure('HANDLE_INVALID', 'VDI', made.ref);
    const goal = Math.floor((data * step) / COPY_STEPS);
    const more = Math.max(0, goal - made.int(OWN_BYTES));
    if (grows) {
      requireSpace(sr, more);
      sim.db.update(made, { physical_utilisation: made.int('physical_utilisation') + more });
      adjustSpace(sim, sr, more, 0);
    }
    sim.db.update(made, { [OWN_BYTES]: made.int(OWN_BYTES) + more });
    onProgress(step / COPY_STEPS);
  }
}

/** @throws XenFailure SR_BACKEND_FAILURE_79 when shrinking, _44 when full */
export async function resizeDisk(call: Call, vdi: Row, size: number): Promise<void> {
  const { sim } = call;
  const sr = usableSr(sim, vdi.link('SR'), 'VDI_RESIZE');
  const claims: Claim[] = [
    { row: sr, op: 'vdi_resize' },
    { row: vdi, op: 'resize', check: () => requireUnused(sim, vdi, 'resize') },
  ];
  await withOperations(call, claims, () => setSize(call, sr, vdi, size));
}

/**
 * XenAPI VDI.resize_online. No driver of the simulator announces it by itself; a test or an administrator adds
 * `VDI_RESIZE_ONLINE` to the capabilities of an SM. @throws XenFailure SR_OPERATION_NOT_SUPPORTED[sr]
 */
export async function resizeDiskInUse(call: Call, vdi: Row, size: number): Promise<void> {
  const { sim } = call;
  const sr = usableSr(sim, vdi.link('SR'), 'VDI_RESIZE');
  const drivers = sim.db.rows('SM').filter((driver) => driver.text('type') === sr.text('type'));
  if (!drivers.some((driver) => driver.set('capabilities').includes('VDI_RESIZE_ONLINE')))
    throw new XenFailure('SR_OPERATION_NOT_SUPPORTED', sr.ref);
  const claims: Claim[] = [
    { row: sr, op: 'vdi_resize' },
    { row: vdi, op: 'resize_online' },
  ];
  await withOperations(call, claims, () => setSize(call, sr, vdi, size));
}

async function setSize(call: Call, sr: Row, vdi: Row, size: number): Promise<void> {
  const { sim } = call;
  await call.spend('vdiResize');
  const rounded = roundedSize(sr, size);
  if (rounded < vdi.int('virtual_size') && sr.text('type') !== 'dummy')
    throw storageFailure(79, 'VDI Invalid size', 'shrinking not allowed');
  const grown = rounded - vdi.int('virtual_size');
  const bytes = thinProvisioned(sr.text('type')) ? 0 : grown;
  requireSpace(sr, bytes);
  sim.db.update(vdi, {
    virtual_size: rounded,
    physical_utilisation: vdi.int('physical_utilisation') + bytes,
  });
  adjustSpace(sim, sr, bytes, grown);
}

/** @throws XenFailure VDI_IN_USE while a VBD is attached */
export function requireUnused(sim: SimPool, vdi: Row, op: string): void {
  if (!vdi.bool('managed')) throw new XenFailure('VDI_NOT_MANAGED', vdi.ref);
  const attached = sim.db.follow('VBD', vdi.set('VBDs')).some((vbd) => vbd.bool('currently_attached'));
  if (attached) throw new XenFailure('VDI_IN_USE', vdi.ref, op);
}

/** Copies read, so other readers do no harm. @throws XenFailure VDI_IN_USE while somebody writes */
export function requireNoWriter(sim: SimPool, vdi: Row, op: string): void {
  if (!vdi.bool('managed')) throw new XenFailure('VDI_NOT_MANAGED', vdi.ref);
  const writers = sim.db
    .follow('VBD', vdi.set('VBDs'))
    .filter((vbd) => vbd.bool('currently_attached') && vbd.text('mode') === 'RW');
  // A suspended guest writes nothing.
  const awake = writers.some((vbd) => sim.db.find('VM', vbd.link('VM'))?.text('power_state') !== 'Suspended');
  if (awake) throw new XenFailure('VDI_IN_USE', vdi.ref, op);
}

/** Removes a disk row at once, its idle disk VBDs with it; CD drives become empty. */
export function destroyDisk(sim: SimPool, vdi: Row): void {
  const { db } = sim;
  if (!vdi.alive) return;
  for (const vbd of db.follow('VBD', vdi.set('VBDs'))) {
    if (vbd.text('type') === 'CD') db.update(vbd, { VDI: NULL_REF, empty: true });
    else db.remove(vbd);
  }
  if (vdi.text('type') === 'suspend') {
    for (const vm of db.rows('VM'))
      if (vm.link('suspend_VDI') === vdi.ref) db.update(vm, { suspend_VDI: NULL_REF });
  }
  const sr = db.find('SR', vdi.link('SR'));
  sim.contents.release(vdi);
  db.remove(vdi);
  if (sr !== undefined) noteDiskGone(sim, sr, vdi);
  if (sr !== undefined) adjustSpace(sim, sr, -vdi.int('physical_utilisation'), -vdi.int('virtual_size'));
}

/** XenAPI VDI.destroy under the lock of its SR. */
export async function destroyDiskSlowly(call: Call, vdi: Row): Promise<void> {
  const { sim } = call;
  const sr = sim.db.get('SR', vdi.link('SR'));
  if (sr.text('type') === 'iso') throw internalError('ISO disks cannot be destroyed');
  const claims: Claim[] = [
    { row: sr, op: 'vdi_destroy' },
    { row: vdi, op: 'destroy', check: () => requireUnused(sim, vdi, 'destroy') },
  ];
  await withOperations(call, claims, async () => {
    await call.spend('vdiDestroy');
    destroyDisk(sim, vdi);
  });
}
