// Purpose: suspend images: a disk on the suspend SR that holds a VM's memory.
import { NULL_REF } from '../datamodel/xen-value.js';
import { forgetGuest } from './guest.js';
import { adjustSpace, requireSpace } from '../storage/space.js';
import { refreshDevices, removeConsoles } from './vm-domain.js';
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** The memory is on the suspend SR and the domain is gone; devices stay attached on paper. */
export function writeSuspendImage(sim: SimPool, vm: Row, sr: Row): void {
  const image = createImage(sim, sr, vm.int('memory_static_max'));
  forgetGuest(sim, vm);
  removeConsoles(sim, vm);
  sim.db.update(vm, { power_state: 'Suspended', resident_on: NULL_REF, domid: -1, suspend_VDI: image.ref });
  refreshDevices(sim, vm);
}

/** @throws XenFailure SR_BACKEND_FAILURE_44 */
export function createImage(sim: SimPool, sr: Row, bytes: number): Row {
  requireSpace(sr, bytes);
  const image = sim.db.create('VDI', {
    name_label: 'Suspend image',
    SR: sr.ref,
    virtual_size: bytes,
    physical_utilisation: bytes,
    type: 'suspend',
    managed: true,
  });
  sim.db.update(image, { location: image.uuid });
  adjustSpace(sim, sr, bytes, bytes);
  sim.refreshAllowed(image);
  return image;
}

/** A second image with the same memory: for a checkpoint, a copy of a suspended VM, a revert. Null if there is none. */
export function copySuspendImage(sim: SimPool, vm: Row): string {
  const image = sim.db.find('VDI', vm.link('suspend_VDI'));
  const sr = sim.db.find('SR', image?.link('SR') ?? '');
  if (image === undefined || sr === undefined) return NULL_REF;
  return createImage(sim, sr, image.int('virtual_size')).ref;
}

export function removeSuspendImage(sim: SimPool, vm: Row): void {
  const image = sim.db.find('VDI', vm.link('suspend_VDI'));
  if (image !== undefined) {
    const sr = sim.db.find('SR', image.link('SR'));
    sim.db.remove(image);
    if (sr !== undefined)
      adjustSpace(sim, sr, -image.int('physical_utilisation'), -image.int('virtual_size'));
  }
  sim.db.update(vm, { suspend_VDI: NULL_REF });
}

/** The VM's own suspend SR, else the host's, else the pool's. @throws XenFailure VM_NO_SUSPEND_SR */
export function suspendSr(sim: SimPool, vm: Row, host: Row): Row {
  const candidates = [
    vm.link('suspend_SR'),
    host.link('suspend_image_sr'),
    sim.pool.link('suspend_image_SR'),
  ];
  const sr = candidates.map((ref) => sim.db.find('SR', ref)).find((row) => row !== undefined);
  if (sr === undefined) throw new XenFailure('VM_NO_SUSPEND_SR', vm.ref);
  return sr;
}
