// Purpose: VM.clone, VM.copy, VM.snapshot, VM.checkpoint, VM.revert.
//
// Disks come first, one after another, each under the lock of its SR; the new VM appears only when all are there. If one
// fails, those already made are removed again.
import { claimVm } from './vm-power.js';
import { cloneDisk, copyDisk, destroyDisk, snapshotDisk } from './vdi-work.js';
import { compactDate, NULL_REF, type XenMap } from '../datamodel/xen-value.js';
import { copyVbds, copyVifs, copyVmRow, removeVm, type CopiedDisk } from './vm-records.js';
import { bringDown, vmHost } from './vm-domain.js';
import { copySuspendImage, createImage, removeSuspendImage, suspendSr } from './vm-suspend.js';
import { timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { XenFailure } from '../core/failure.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';

type CopyOne = (vdi: Row) => Promise<Row>;

/** Copies all disks of a VM; CD drives keep their medium. */
async function copyDisks(call: Call, vm: Row, copyOne: CopyOne): Promise<CopiedDisk[]> {
  const { db } = call.sim;
  const done: CopiedDisk[] = [];
  try {
    for (const vbd of db.follow('VBD', vm.set('VBDs'))) {
      const vdi = vbd.text('type') === 'Disk' ? db.find('VDI', vbd.link('VDI')) : undefined;
      done.push({ vbd, vdi: vdi === undefined ? undefined : await copyOne(vdi) });
    }
    return done;
  } catch (error) {
    for (const { vdi } of done) if (vdi !== undefined) destroyDisk(call.sim, vdi);
    throw error;
  }
}

async function cloneVm(call: Call, vm: Row, name: string): Promise<string> {
  return claimVm(call, vm, 'clone', async () => {
    await call.spend('vmClone');
    const disks = await copyDisks(call, vm, (vdi) => cloneDisk(call, vdi, {}));
    return makeCopy(call, vm, name, disks).ref;
  });
}

async function copyVm(call: Call, vm: Row, name: string, sr: string): Promise<string> {
  const { sim } = call;
  if (sr !== NULL_REF && sr !== '') sim.db.get('SR', sr);
  return claimVm(call, vm, 'copy', async () => {
    await call.spend('vmClone');
    const total = Math.max(1, diskCount(call, vm));
    let done = 0;
    const disks = await copyDisks(call, vm, async (vdi) => {
      const made = await copyDiskAsSubtask(call, vdi, sr, (part) => call.progress((done + part) / total));
      done += 1;
      return made;
    });
    return makeCopy(call, vm, name, disks).ref;
  });
}

function diskCount({ sim }: Call, vm: Row): number {
  return sim.db.follow('VBD', vm.set('VBDs')).filter((vbd) => vbd.text('type') === 'Disk').length;
}

/** Each disk of a copy is a task of its own below the task of the copy. */
async function copyDiskAsSubtask(
  call: Call,
  vdi: Row,
  sr: string,
  onProgress: (fraction: number) => void,
): Promise<Row> {
  const { sim } = call;
  const target = sim.db.find('SR', sr) ?? sim.db.get('SR', vdi.link('SR'));
  const subtask = sim.tasks.create('Async.VDI.copy', '', call.session?.ref ?? '');
  sim.db.update(subtask, { subtask_of: call.task?.ref ?? NULL_REF });
  try {
    const made = await copyDisk(call, vdi, target, (fraction) => {
      sim.db.update(subtask, { progress: fraction });
      onProgress(fraction);
    });
    sim.tasks.succeed(subtask, { kind: 'ref', cls: 'VDI' }, made.ref);
    return made;
  } catch (error) {
    if (error instanceof XenFailure) sim.tasks.fail(subtask, error);
    throw error;
  } finally {
    sim.tasks.forget(subtask);
  }
}

function makeCopy(call: Call, vm: Row, name: string, disks: readonly CopiedDisk[]): Row {
  const { sim } = call;
  const otherConfig: Record<string, string> = { ...vm.map('other_config'), mac_seed: sim.ids.uuid() };
  delete otherConfig['default_template'];
  if (vm.bool('is_a_template') && !vm.bool('is_a_snapshot'))
    otherConfig['base_template_name'] ??= vm.text('name_label');
  const suspended = vm.text('power_state') === 'Suspended';
  const made = copyVmRow(sim, vm, {
    name_label: name,
    other_config: otherConfig,
    ...(suspended ? { power_state: 'Suspended', suspend_VDI: copySuspendImage(sim, vm) } : {}),
  });
  copyVbds(sim, made, disks);
  copyVifs(sim, vm, made, 'new MACs');
  sim.refreshAllowed(made);
  return made;
}

async function snapshotVm(call: Call, vm: Row, name: string, op: 'snapshot' | 'checkpoint'): Promise<string> {
  const { sim } = call;
  return claimVm(call, vm, op, async () => {
    await call.spend('vmSnapshot');
    const image = op === 'checkpoint' ? await memoryImage(call, vm) : NULL_REF;
    const time = compactDate(sim.clock.now());
    const disks = await copyDisks(call, vm, (vdi) => snapshotDisk(call, vdi, time));
    const snapshot = copyVmRow(sim, vm, snapshotFields(vm, name, time, image));
    copyVbds(sim, snapshot, disks);
    copyVifs(sim, vm, snapshot, 'same MACs');
    sim.db.update(vm, { parent: snapshot.ref });
    sim.refreshAllowed(snapshot);
    return snapshot.ref;
  });
}

/** The memory of a VM at a checkpoint; a paused one keeps none. @throws XenFailure VM_NO_SUSPEND_SR */
async function memoryImage(call: Call, vm: Row): Promise<string> {
  const { sim } = call;
  const bytes = vm.int('memory_static_max');
  if (vm.text('power_state') === 'Suspended') return copySuspendImage(sim, vm);
  if (vm.text('power_state') !== 'Running') return NULL_REF;
  const sr = suspendSr(sim, vm, vmHost(sim, vm));
  await call.spend('suspend', sim.latency.suspendMemory(bytes));
  return createImage(sim, sr, bytes).ref;
}

function snapshotFields(vm: Row, name: string, time: string, image: string): XenMap {
  return {
    name_label: name,
    is_a_template: true,
    is_a_snapshot: true,
    snapshot_of: vm.ref,
    name_at_snapshot: vm.text('name_label'),
    snapshot_time: time,
    parent: vm.link('parent'),
    power_state: image === NULL_REF ? 'Halted' : 'Suspended',
    suspend_VDI: image,
    snapshot_info: {
      'power-state-at-snapshot': vm.text('power_state'),
      'disk-snapshot-type': 'crash_consistent',
    },
  };
}

/** Fields of the VM that a revert leaves as they are now. */
const KEPT_BY_REVERT = [
  'uuid',
  'tags',
  'metrics',
  'parent',
  'current_operations',
  'allowed_operations',
  'is_a_template',
] as const;

async function revertVm(call: Call, snapshot: Row): Promise<void> {
  const { sim } = call;
  const { db } = sim;
  await claimVm(call, snapshot, 'revert', async () => {
    const vm = db.find('VM', snapshot.link('snapshot_of')) ?? recreateVm(call, snapshot);
    if (vm.text('power_state') !== 'Halted') {
      await call.spend('hardShutdown');
      removeSuspendImage(sim, vm);
      bringDown(sim, vm);
    }
    const fresh = await copyDisks(call, snapshot, (vdi) => cloneDisk(call, vdi, { read_only: false }));
    repointSnapshots(call, fresh);
    for (const vbd of db.follow('VBD', vm.set('VBDs'))) {
      const vdi = vbd.text('type') === 'Disk' ? db.find('VDI', vbd.link('VDI')) : undefined;
      db.remove(vbd);
      if (vdi !== undefined) destroyDisk(sim, vdi);
    }
    for (const vif of db.follow('VIF', vm.set('VIFs'))) db.remove(vif);
    restoreFields(call, vm, snapshot);
    copyVbds(sim, vm, fresh);
    copyVifs(sim, snapshot, vm, 'same MACs');
    sim.refreshAllowed(vm);
  });
}

/** All snapshots of the disks that go are from now on snapshots of those that take their place. */
function repointSnapshots({ sim }: Call, fresh: readonly CopiedDisk[]): void {
  for (const { vbd, vdi } of fresh) {
    const replaced = sim.db.find('VDI', vbd.link('VDI'))?.link('snapshot_of') ?? NULL_REF;
    if (vdi === undefined || replaced === NULL_REF) continue;
    for (const snapshot of sim.db.rows('VDI'))
      if (snapshot.link('snapshot_of') === replaced) sim.db.update(snapshot, { snapshot_of: vdi.ref });
  }
}

function recreateVm(call: Call, snapshot: Row): Row {
  const vm = copyVmRow(call.sim, snapshot, { is_a_template: false });
  call.sim.db.update(snapshot, { snapshot_of: vm.ref });
  return vm;
}

function restoreFields(call: Call, vm: Row, snapshot: Row): void {
  const kept = Object.fromEntries(KEPT_BY_REVERT.map((field) => [field, vm.get(field)]));
  const values = Object.fromEntries(
    [...snapshot.values].filter(([name]) => !['name_label', 'snapshot_info', 'snapshot_time'].includes(name)),
  );
  call.sim.db.update(vm, {
    ...values,
    name_label: snapshot.text('name_at_snapshot'),
    is_a_snapshot: false,
    snapshot_of: NULL_REF,
    power_state: snapshot.text('power_state'),
    suspend_VDI: copySuspendImage(call.sim, snapshot),
    ...kept,
    is_a_template: false,
    parent: snapshot.ref,
  });
}

export const VM_COPIES: BehaviourTable = {
  'VM.clone': timed((call, args) => cloneVm(call, call.sim.db.get('VM', args.ref(0)), args.text(1))),
  'VM.copy': timed((call, args) =>
    copyVm(call, call.sim.db.get('VM', args.ref(0)), args.text(1), args.ref(2)),
  ),
  'VM.snapshot': timed((call, args) =>
    snapshotVm(call, call.sim.db.get('VM', args.ref(0)), args.text(1), 'snapshot'),
  ),
  'VM.checkpoint': timed((call, args) =>
    snapshotVm(call, call.sim.db.get('VM', args.ref(0)), args.text(1), 'checkpoint'),
  ),
  'VM.revert': timed((call, args) => revertVm(call, call.sim.db.get('VM', args.ref(0)))),
  'VM.snapshot_with_quiesce': timed(({ sim }, args) => {
    throw new XenFailure(
      'VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED',
      sim.db.get('VM', args.ref(0)).ref,
      'not supported',
    );
  }),
  'VM.destroy': timed((call, args) => destroyVm(call, call.sim.db.get('VM', args.ref(0)))),
};

async function destroyVm(call: Call, vm: Row): Promise<void> {
  await claimVm(call, vm, 'destroy', async () => {
    await call.spend('vmDestroy');
    removeVm(call.sim, vm);
  });
}
