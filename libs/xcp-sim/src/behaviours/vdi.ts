// Purpose: messages of class VDI.
import {
  cloneDisk,
  copyDisk,
  createDisk,
  destroyDisk,
  destroyDiskSlowly,
  requireNoWriter,
  requireUnused,
  resizeDisk,
  resizeDiskInUse,
  snapshotDisk,
} from './vdi-work.js';
import { compactDate, isNullRef } from '../datamodel/xen-value.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { driverCan } from '../storage/storage-drivers.js';
import { XenFailure } from '../core/failure.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';

/** XenAPI VDI.copy(vdi, sr, base_vdi, into_vdi). @throws XenFailure VDI_TOO_SMALL, VDI_IN_USE, SR_BACKEND_FAILURE_44 */
async function copyTo(call: Call, args: Args): Promise<string> {
  const { db } = call.sim;
  const vdi = db.get('VDI', args.ref(0));
  requireNoWriter(call.sim, vdi, 'copy');
  const into = isNullRef(args.ref(3)) ? undefined : db.get('VDI', args.ref(3));
  if (into === undefined) return (await copyDisk(call, vdi, db.get('SR', args.ref(1)))).ref;
  requireUnused(call.sim, into, 'copy');
  const size = vdi.int('virtual_size');
  if (into.int('virtual_size') < size) throw new XenFailure('VDI_TOO_SMALL', into.ref, String(size));
  const progress = (fraction: number): void => call.progress(fraction);
  return (await copyDisk(call, vdi, db.get('SR', into.link('SR')), progress, into)).ref;
}

export const VDI: BehaviourTable = {
  'VDI.create': timed(async (call, args) => (await createDisk(call, args.map(0))).ref),
  'VDI.destroy': timed((call, args) => destroyDiskSlowly(call, call.sim.db.get('VDI', args.ref(0)))),
  'VDI.clone': timed(async (call, args) => {
    const vdi = call.sim.db.get('VDI', args.ref(0));
    requireNoWriter(call.sim, vdi, 'clone');
    return (await cloneDisk(call, vdi, {})).ref;
  }),
  'VDI.snapshot': timed(async (call, args) => {
    const vdi = call.sim.db.get('VDI', args.ref(0));
    return (await snapshotDisk(call, vdi, compactDate(call.sim.clock.now()))).ref;
  }),
  'VDI.copy': timed((call, args) => copyTo(call, args)),
  'VDI.resize': timed((call, args) => resizeDisk(call, call.sim.db.get('VDI', args.ref(0)), args.int(1))),
  'VDI.resize_online': timed((call, args) => {
    const vdi = call.sim.db.get('VDI', args.ref(0));
    return resizeDiskInUse(call, vdi, args.int(1));
  }),
  'VDI.forget': quick(({ sim }, args) => {
    const vdi = sim.db.get('VDI', args.ref(0));
    requireUnused(sim, vdi, 'forget');
    destroyDisk(sim, vdi);
  }),
  'VDI.update': quick(({ sim }, args) => {
    const sr = sim.db.get('SR', sim.db.get('VDI', args.ref(0)).link('SR'));
    if (!driverCan(sr.text('type'), 'VDI_UPDATE')) throw new XenFailure('SR_OPERATION_NOT_SUPPORTED', sr.ref);
  }),
  'VDI.set_on_boot': quick(({ sim }, args) => {
    const vdi = sim.db.get('VDI', args.ref(0));
    const sr = sim.db.get('SR', vdi.link('SR'));
    if (!driverCan(sr.text('type'), 'VDI_RESET_ON_BOOT'))
      throw new XenFailure('SR_OPERATION_NOT_SUPPORTED', sr.ref);
    requireUnused(sim, vdi, 'set_on_boot');
    sim.db.update(vdi, { on_boot: args.text(1) });
  }),
  'VDI.set_sharable': quick(({ sim }, args) => {
    const vdi = sim.db.get('VDI', args.ref(0));
    const attached = sim.db.follow('VBD', vdi.set('VBDs')).some((vbd) => vbd.bool('currently_attached'));
    if (attached) throw new XenFailure('PERMISSION_DENIED', '');
    sim.db.update(vdi, { sharable: args.flag(1) });
  }),
};
