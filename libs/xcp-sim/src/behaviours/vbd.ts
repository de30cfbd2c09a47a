// Purpose: messages of class VBD: disks and CD drives as a VM sees them.
import { badPowerState } from './vm-rules.js';
import { deviceNameOf, devicePosition } from './device-names.js';
import { NULL_REF, isNullRef, type XenMap, textOf } from '../datamodel/xen-value.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { requireDiskFree } from './disk-sharing.js';
import { onHost, requireContact } from './host-work.js';
import { vmHost } from './vm-domain.js';
import { withOperations } from '../core/operations.js';
import { XenFailure } from '../core/failure.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** XenAPI: at most 255 disks and drives a VM. */
const MOST_VBDS = 255;

async function createVbd(call: Call, record: XenMap): Promise<string> {
  const { sim } = call;
  const vm = sim.db.get('VM', textOf(record['VM']));
  const vdi = checkMedium(sim, record);
  const userdevice = chooseDevice(sim, vm, textOf(record['userdevice']));
  await call.spend('vbdCreate');
  requireFreeDevice(sim, vm, userdevice);
  const vbd = sim.db.create('VBD', {
    ...record,
    VM: vm.ref,
    VDI: vdi?.ref ?? NULL_REF,
    userdevice,
    device: '',
    // Devices of a suspended VM may be made as attached: it finds them when it resumes.
    currently_attached: record['currently_attached'] === true && vm.text('power_state') === 'Suspended',
    // A left-over of old releases: the reference is there, the object is not.
    metrics: `OpaqueRef:${sim.ids.uuid()}`,
  });
  sim.refreshAllowed(vbd);
  return vbd.ref;
}

/** @throws XenFailure VBD_NOT_REMOVABLE_MEDIA, VBD_CDS_MUST_BE_READONLY, VDI_READONLY, HANDLE_INVALID */
function checkMedium(sim: SimPool, record: XenMap): Row | undefined {
  const isCd = record['type'] === 'CD';
  if (isCd && record['mode'] !== 'RO') throw new XenFailure('VBD_CDS_MUST_BE_READONLY');
  const ref = textOf(record['VDI']);
  if (record['empty'] === true) {
    if (!isCd) throw new XenFailure('VBD_NOT_REMOVABLE_MEDIA', 'in constructor');
    return sim.db.find('VDI', ref);
  }
  const vdi = sim.db.get('VDI', isNullRef(ref) ? NULL_REF : ref);
  if (vdi.bool('read_only') && record['mode'] === 'RW') throw new XenFailure('VDI_READONLY', vdi.ref);
  return vdi;
}

function chooseDevice(sim: SimPool, vm: Row, wanted: string): string {
  if (wanted === 'autodetect') {
    const [free] = allowedVbdDevices(sim, vm);
    if (free === undefined) throw new XenFailure('INVALID_DEVICE', wanted);
    return free;
  }
  if (devicePosition(wanted) === undefined) throw new XenFailure('INVALID_DEVICE', wanted);
  return wanted;
}

/** Two texts that mean the same position collide. @throws XenFailure DEVICE_ALREADY_EXISTS */
function requireFreeDevice(sim: SimPool, vm: Row, userdevice: string): void {
  const position = devicePosition(userdevice);
  const taken = sim.db
    .follow('VBD', vm.set('VBDs'))
    .some((vbd) => devicePosition(vbd.text('userdevice')) === position);
  if (taken) throw new XenFailure('DEVICE_ALREADY_EXISTS', userdevice);
}

/** Free positions "0".."254" (XenAPI VM.get_allowed_VBD_devices). */
export function allowedVbdDevices(sim: SimPool, vm: Row): string[] {
  const taken = new Set(
    sim.db.follow('VBD', vm.set('VBDs')).map((vbd) => devicePosition(vbd.text('userdevice'))),
  );
  return Array.from({ length: MOST_VBDS }, (_, index) => index)
    .filter((index) => !taken.has(index))
    .map(String);
}

function requireRunning(sim: SimPool, device: Row): Row {
  const vm = sim.db.get('VM', device.link('VM'));
  if (vm.text('power_state') !== 'Running') throw badPowerState(vm, ['Running']);
  return vm;
}

/** A CD drive of a full guest stays where it is. @throws XenFailure OPERATION_NOT_ALLOWED */
function refuseFixedDrive(vbd: Row, vm: Row): void {
  if (vbd.text('type') !== 'CD' || vm.text('domain_type') === 'pv') return;
  throw new XenFailure(
    'OPERATION_NOT_ALLOWED',
    'HVM CDROMs cannot be hotplugged/unplugged, only inserted or ejected',
  );
}

/** @throws XenFailure VM_MISSING_PV_DRIVERS for guests that cannot take a device while they run */
function requireHotPlug(vm: Row): void {
  if (vm.text('domain_type') !== 'pv' && isNullRef(vm.link('guest_metrics'))) {
    throw new XenFailure('VM_MISSING_PV_DRIVERS', vm.ref);
  }
}

async function plug(call: Call, vbd: Row): Promise<void> {
  const { sim } = call;
  const check = (): void => {
    const vm = requireRunning(sim, vbd);
    if (vbd.bool('currently_attached')) throw new XenFailure('DEVICE_ALREADY_ATTACHED', vbd.ref);
    refuseFixedDrive(vbd, vm);
    requireHotPlug(vm);
    requireDiskFree(sim, vbd);
    requireContact(sim, vmHost(sim, vm));
  };
  await withOperations(call, [{ row: vbd, op: 'plug', check }], () => {
    const host = vmHost(sim, requireRunning(sim, vbd));
    return onHost(
      call,
      host,
      () => call.spend('vbdPlug'),
      () => {
        sim.db.update(vbd, { currently_attached: true, device: deviceNameOf(vbd) });
        refreshDisk(sim, vbd);
      },
    );
  });
}

async function unplug(call: Call, vbd: Row): Promise<void> {
  const { sim } = call;
  const check = (): void => {
    const vm = requireRunning(sim, vbd);
    if (!vbd.bool('currently_attached')) throw new XenFailure('DEVICE_ALREADY_DETACHED', vbd.ref);
    refuseFixedDrive(vbd, vm);
    if (!vbd.bool('unpluggable')) throw new XenFailure('VBD_NOT_UNPLUGGABLE', vbd.ref);
    requireHotPlug(vm);
    requireContact(sim, vmHost(sim, vm));
  };
  await withOperations(call, [{ row: vbd, op: 'unplug', check }], () => {
    const host = vmHost(sim, requireRunning(sim, vbd));
    return onHost(
      call,
      host,
      () => call.spend('vbdUnplug'),
      () => {
        sim.db.update(vbd, { currently_attached: false });
        refreshDisk(sim, vbd);
      },
    );
  });
}

/**
 * XenAPI VBD.pause and unpause: left from storage of long ago, and allowed for guests that run or are paused; no storage of today
 * knows it. @throws XenFailure VM_BAD_POWER_STATE, HANDLE_INVALID for an empty drive, SR_OPERATION_NOT_SUPPORTED always otherwise
 */
function refusePause({ db }: SimPool, vbd: Row): never {
  const vm = db.get('VM', vbd.link('VM'));
  if (!['Running', 'Paused'].includes(vm.text('power_state'))) throw badPowerState(vm, ['Running']);
  throw new XenFailure('SR_OPERATION_NOT_SUPPORTED', db.get('VDI', vbd.link('VDI')).link('SR'));
}

function refreshDisk(sim: SimPool, vbd: Row): void {
  const vdi = sim.db.find('VDI', vbd.link('VDI'));
  if (vdi !== undefined) sim.refreshAllowed(vdi);
}

function destroyVbd(sim: SimPool, vbd: Row): void {
  if (vbd.bool('currently_attached')) {
    const vm = sim.db.find('VM', vbd.link('VM'));
    throw new XenFailure('OPERATION_NOT_ALLOWED', `VBD '${vbd.uuid}' still attached to '${vm?.uuid ?? ''}'`);
  }
  const vdi = sim.db.find('VDI', vbd.link('VDI'));
  sim.db.remove(vbd);
  if (vdi !== undefined) sim.refreshAllowed(vdi);
}

/** @throws XenFailure VBD_NOT_REMOVABLE_MEDIA */
function driveOf(sim: SimPool, ref: string): Row {
  const vbd = sim.db.get('VBD', ref);
  if (vbd.text('type') !== 'CD') throw new XenFailure('VBD_NOT_REMOVABLE_MEDIA', vbd.ref);
  return vbd;
}

export const VBD: BehaviourTable = {
  'VBD.create': timed((call, args) => createVbd(call, args.map(0))),
  'VBD.destroy': quick(({ sim }, args) => destroyVbd(sim, sim.db.get('VBD', args.ref(0)))),
  'VBD.plug': timed((call, args) => plug(call, call.sim.db.get('VBD', args.ref(0)))),
  'VBD.unplug': timed((call, args) => unplug(call, call.sim.db.get('VBD', args.ref(0)))),
  'VBD.unplug_force': timed((call, args) => unplug(call, call.sim.db.get('VBD', args.ref(0)))),
  'VBD.pause': quick(({ sim }, args) => refusePause(sim, sim.db.get('VBD', args.ref(0)))),
  'VBD.unpause': quick(({ sim }, args) => refusePause(sim, sim.db.get('VBD', args.ref(0)))),
  'VBD.insert': quick(({ sim }, args) => {
    const vbd = driveOf(sim, args.ref(0));
    const vdi = sim.db.get('VDI', args.ref(1));
    if (!vbd.bool('empty')) throw new XenFailure('VBD_NOT_EMPTY', vbd.ref);
    sim.db.update(vbd, { VDI: vdi.ref, empty: false });
    sim.refreshAllowed(vbd);
    sim.refreshAllowed(vdi);
  }),
  'VBD.eject': quick(({ sim }, args) => {
    const vbd = driveOf(sim, args.ref(0));
    if (vbd.bool('empty')) throw new XenFailure('VBD_IS_EMPTY', vbd.ref);
    const vdi = sim.db.find('VDI', vbd.link('VDI'));
    sim.db.update(vbd, { VDI: NULL_REF, empty: true });
    sim.refreshAllowed(vbd);
    if (vdi !== undefined) sim.refreshAllowed(vdi);
  }),
  'VBD.set_mode': quick(({ sim }, args) => {
    const vbd = sim.db.get('VBD', args.ref(0));
    const vm = sim.db.get('VM', vbd.link('VM'));
    if (vm.text('power_state') !== 'Halted') throw badPowerState(vm, ['Halted']);
    sim.db.update(vbd, { mode: args.text(1) });
  }),
  'VBD.assert_attachable': quick(({ sim }, args) => {
    const vbd = sim.db.get('VBD', args.ref(0));
    if (vbd.bool('currently_attached')) throw new XenFailure('DEVICE_ALREADY_ATTACHED', vbd.ref);
    requireDiskFree(sim, vbd);
  }),
};
