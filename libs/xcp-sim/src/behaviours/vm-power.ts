// Purpose: power operations of VMs.
//
//            start            pause                suspend
//   Halted ─────────► Running ─────► Paused    Running ─────► Suspended
//      ▲                 │ ▲           │           ▲              │
//      └─── shutdown ────┘ └─ unpause ─┘           └─── resume ───┘
import { assertVmOperation } from './vm-rules.js';
import { bootRefusal, chooseHost } from './placement.js';
import { bringDown, bringUp, deviceStartMs, refreshDevices, vmHost } from './vm-domain.js';
import { requireDisksFree } from './disk-sharing.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { bootGuest, isWindows } from './guest.js';
import { onHost } from './host-work.js';
import { refreshPlan, requirePlanWith } from './ha-plan.js';
import { releaseReservation, reserve, scheduleMemoryMetrics } from './memory.js';
import { removeSuspendImage, suspendSr, writeSuspendImage } from './vm-suspend.js';
import { timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { withOperations } from '../core/operations.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

type PickHost = (vm: Row) => Row;

/** Claims the VM for `op`, with the checks of that operation. */
export function claimVm<T>(call: Call, vm: Row, op: string, body: () => Promise<T>): Promise<T> {
  return withOperations(call, [{ row: vm, op, check: () => assertVmOperation(vm, op) }], body);
}

function vmOf(call: Call, args: Args): Row {
  return call.sim.db.get('VM', args.ref(0));
}

/** What a domain takes beyond the toolstack's own work: memory to build, devices to plug. */
function bootMs({ sim }: Call, vm: Row): number {
  return sim.latency.startMemory(vm.int('memory_static_max')) + deviceStartMs(sim, vm);
}

export async function startVm(
  call: Call,
  vm: Row,
  op: string,
  paused: boolean,
  pick: PickHost,
): Promise<void> {
  const { sim } = call;
  await claimVm(call, vm, op, async () => {
    requireDisksFree(sim, vm);
    const host = pick(vm);
    requirePlanWith(sim, vm);
    reserve(sim, vm, host);
    try {
      await onHost(
        call,
        host,
        () => call.spend('vmStart', bootMs(call, vm)),
        () => bringUp(sim, vm, host, paused ? 'Paused' : 'Running'),
      );
      keepRunning(sim, vm, 'wanted');
    } finally {
      releaseReservation(sim, vm);
    }
  });
}

/** High availability restarts what was started, not what somebody stopped. */
function keepRunning(sim: SimPool, vm: Row, running: 'wanted' | 'stopped'): void {
  const always = running === 'wanted' && vm.text('ha_restart_priority') !== '';
  if (vm.bool('ha_always_run') !== always) sim.db.update(vm, { ha_always_run: always });
  refreshPlan(sim);
}

function pickAny(call: Call): PickHost {
  return (vm) => chooseHost(call.sim, vm);
}

function pickGiven(call: Call, ref: string): PickHost {
  return (vm) => {
    const host = call.sim.db.get('host', ref);
    const refusal = bootRefusal(call.sim, vm, host, 'with memory');
    if (refusal !== undefined) throw refusal;
    return host;
  };
}

export async function cleanShutdown(call: Call, vm: Row): Promise<void> {
  await claimVm(call, vm, 'clean_shutdown', () =>
    onHost(
      call,
      vmHost(call.sim, vm),
      () => call.spend(isWindows(vm) ? 'cleanShutdownWindows' : 'cleanShutdown'),
      () => {
        bringDown(call.sim, vm);
        keepRunning(call.sim, vm, 'stopped');
      },
    ),
  );
}

export async function hardShutdown(call: Call, vm: Row): Promise<void> {
  await claimVm(call, vm, 'hard_shutdown', async () => {
    keepRunning(call.sim, vm, 'stopped');
    if (vm.text('power_state') === 'Suspended') {
      removeSuspendImage(call.sim, vm);
      bringDown(call.sim, vm);
      return;
    }
    await onHost(
      call,
      vmHost(call.sim, vm),
      () => call.spend('hardShutdown', call.sim.latency.hardShutdownMemory(vm.int('memory_static_max'))),
      () => bringDown(call.sim, vm),
    );
  });
}

export async function shutdown(call: Call, vm: Row): Promise<void> {
  assertVmOperation(vm, 'shutdown');
  if (vm.text('power_state') !== 'Running') return hardShutdown(call, vm);
  try {
    await cleanShutdown(call, vm);
  } catch {
    call.signal.throwIfAborted();
    if (vm.text('power_state') !== 'Halted') await hardShutdown(call, vm);
  }
}

async function reboot(call: Call, vm: Row, op: 'clean_reboot' | 'hard_reboot'): Promise<void> {
  const { sim } = call;
  await claimVm(call, vm, op, async () => {
    const host = vmHost(sim, vm);
    const down = isWindows(vm) ? 'cleanShutdownWindows' : 'cleanShutdown';
    await onHost(
      call,
      host,
      async () => {
        await call.spend(op === 'clean_reboot' ? down : 'hardShutdown');
        await call.spend('vmStart', bootMs(call, vm));
      },
      () => bringUp(sim, vm, host, 'Running'),
    );
  });
}

async function setPaused(call: Call, vm: Row, op: 'pause' | 'unpause'): Promise<void> {
  await claimVm(call, vm, op, () =>
    onHost(
      call,
      vmHost(call.sim, vm),
      () => call.spend('pause'),
      () => {
        call.sim.db.update(vm, { power_state: op === 'pause' ? 'Paused' : 'Running' });
        refreshDevices(call.sim, vm);
        // A guest that was held while it booted goes on booting; its first report was not sent.
        if (op === 'unpause' && vm.link('guest_metrics') === NULL_REF) bootGuest(call.sim, vm);
      },
    ),
  );
}

async function suspend(call: Call, vm: Row): Promise<void> {
  const { sim } = call;
  await claimVm(call, vm, 'suspend', async () => {
    const host = vmHost(sim, vm);
    const bytes = vm.int('memory_static_max');
    const sr = suspendSr(sim, vm, host);
    await onHost(
      call,
      host,
      () => call.spend('suspend', sim.latency.suspendMemory(bytes)),
      () => writeSuspendImage(sim, vm, sr),
    );
    scheduleMemoryMetrics(sim, host);
  });
}

async function resume(call: Call, vm: Row, op: string, paused: boolean, pick: PickHost): Promise<void> {
  const { sim } = call;
  await claimVm(call, vm, op, async () => {
    const host = pick(vm);
    reserve(sim, vm, host);
    try {
      await onHost(
        call,
        host,
        () => call.spend('suspend', sim.latency.suspendMemory(vm.int('memory_static_max'))),
        () => {
          removeSuspendImage(sim, vm);
          bringUp(sim, vm, host, paused ? 'Paused' : 'Running', 'resumed');
        },
      );
    } finally {
      releaseReservation(sim, vm);
    }
  });
}

export const VM_POWER: BehaviourTable = {
  'VM.start': timed((call, args) => startVm(call, vmOf(call, args), 'start', args.flag(1), pickAny(call))),
  'VM.start_on': timed((call, args) =>
    startVm(call, vmOf(call, args), 'start_on', args.flag(2), pickGiven(call, args.ref(1))),
  ),
  'VM.clean_shutdown': timed((call, args) => cleanShutdown(call, vmOf(call, args))),
  'VM.hard_shutdown': timed((call, args) => hardShutdown(call, vmOf(call, args))),
  'VM.shutdown': timed((call, args) => shutdown(call, vmOf(call, args))),
  'VM.clean_reboot': timed((call, args) => reboot(call, vmOf(call, args), 'clean_reboot')),
  'VM.hard_reboot': timed((call, args) => reboot(call, vmOf(call, args), 'hard_reboot')),
  'VM.pause': timed((call, args) => setPaused(call, vmOf(call, args), 'pause')),
  'VM.unpause': timed((call, args) => setPaused(call, vmOf(call, args), 'unpause')),
  'VM.suspend': timed((call, args) => suspend(call, vmOf(call, args))),
  'VM.resume': timed((call, args) => resume(call, vmOf(call, args), 'resume', args.flag(1), pickAny(call))),
  'VM.resume_on': timed((call, args) =>
    resume(call, vmOf(call, args), 'resume_on', args.flag(2), pickGiven(call, args.ref(1))),
  ),
};
