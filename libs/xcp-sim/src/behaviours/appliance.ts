// Purpose: appliances: groups of VMs that start in order and stop in the opposite one.
import { hardShutdown, shutdown, startVm, cleanShutdown } from './vm-power.js';
import { chooseHost } from './placement.js';
import { quick, timed, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';
import { withOperations } from '../core/operations.js';
import { XenFailure } from '../core/failure.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

type ApplianceOperation = 'start' | 'clean_shutdown' | 'hard_shutdown' | 'shutdown';

/** States of VMs in which the operation makes sense, and what the server says if none is in one. */
const NEEDS: Readonly<Record<ApplianceOperation, readonly [states: readonly string[], text: string]>> = {
  start: [['Halted'], 'There are no halted VMs in this appliance.'],
  clean_shutdown: [['Running'], 'There are no running VMs in this appliance.'],
  hard_shutdown: [['Running', 'Paused', 'Suspended'], 'All VMs in this appliance are halted.'],
  shutdown: [['Running', 'Paused', 'Suspended'], 'All VMs in this appliance are halted.'],
};

function membersIn(sim: SimPool, appliance: Row, op: ApplianceOperation): Row[] {
  const [states] = NEEDS[op];
  return sim.db.follow('VM', appliance.set('VMs')).filter((vm) => states.includes(vm.text('power_state')));
}

/** Why the operation makes no sense now, or undefined. */
function refusal(sim: SimPool, appliance: Row, op: ApplianceOperation): XenFailure | undefined {
  if (appliance.set('VMs').length === 0)
    return new XenFailure('OPERATION_NOT_ALLOWED', 'Appliance has no VMs.');
  if (membersIn(sim, appliance, op).length > 0) return undefined;
  return new XenFailure('OPERATION_NOT_ALLOWED', NEEDS[op][1]);
}

/** Operations that make sense for at least one member. */
export function applianceAllowed(sim: SimPool, appliance: Row): string[] {
  if (Object.keys(appliance.map('current_operations')).length > 0) return [];
  return (Object.keys(NEEDS) as ApplianceOperation[]).filter(
    (op) => refusal(sim, appliance, op) === undefined,
  );
}

/** Members by their `order`, those of equal order together. */
function inOrder(vms: readonly Row[]): Row[][] {
  const groups = new Map<number, Row[]>();
  for (const vm of vms.toSorted((a, b) => a.int('order') - b.int('order'))) {
    groups.set(vm.int('order'), [...(groups.get(vm.int('order')) ?? []), vm]);
  }
  return [...groups.values()];
}

type Act = (call: Call, vm: Row) => Promise<void>;

/** @throws XenFailure OPERATION_PARTIALLY_FAILED with the members that did not get there */
async function actOnMembers(
  call: Call,
  appliance: Row,
  op: ApplianceOperation,
  delayField: 'start_delay' | 'shutdown_delay',
  act: Act,
): Promise<void> {
  const { sim } = call;
  const check = (): void => {
    const failure = refusal(sim, appliance, op);
    if (failure !== undefined) throw failure;
  };
  await withOperations(call, [{ row: appliance, op, check }], async () => {
    const ascending = inOrder(membersIn(sim, appliance, op));
    const groups = op === 'start' ? ascending : ascending.toReversed();
    const failed: string[] = [];
    for (const group of groups) {
      const outcomes = await Promise.allSettled(group.map((vm) => act(call, vm)));
      failed.push(...group.filter((_, index) => outcomes[index]?.status === 'rejected').map((vm) => vm.ref));
      call.signal.throwIfAborted();
      await call.pass(1000 * Math.max(...group.map((vm) => vm.int(delayField))));
    }
    if (failed.length > 0) throw new XenFailure('OPERATION_PARTIALLY_FAILED', op, ...failed);
  });
}

function stopper(op: Exclude<ApplianceOperation, 'start'>, act: Act): Behaviour {
  return timed((call, args) =>
    actOnMembers(call, call.sim.db.get('VM_appliance', args.ref(0)), op, 'shutdown_delay', act),
  );
}

/** Whether its members find all their storage: only the check of the handle, since nothing here loses its pool. */
const canBeRecovered = quick((call, args) => void call.sim.db.get('VM_appliance', args.ref(0)));

export const APPLIANCE: BehaviourTable = {
  'VM_appliance.start': timed((call, args) =>
    actOnMembers(call, call.sim.db.get('VM_appliance', args.ref(0)), 'start', 'start_delay', (inner, vm) =>
      startVm(inner, vm, 'start', args.flag(1), (row) => chooseHost(inner.sim, row)),
    ),
  ),
  'VM_appliance.clean_shutdown': stopper('clean_shutdown', cleanShutdown),
  'VM_appliance.hard_shutdown': stopper('hard_shutdown', hardShutdown),
  'VM_appliance.shutdown': stopper('shutdown', shutdown),
  'VM_appliance.assert_can_be_recovered': canBeRecovered,
  'VM_appliance.get_SRs_required_for_recovery': quick(({ sim }, args) => {
    const vms = sim.db.follow('VM', sim.db.get('VM_appliance', args.ref(0)).set('VMs'));
    return storageOf(sim, vms);
  }),
  'VM.get_SRs_required_for_recovery': quick(({ sim }, args) =>
    storageOf(sim, [sim.db.get('VM', args.ref(0))]),
  ),
  'VM.assert_can_be_recovered': quick((call, args) => void call.sim.db.get('VM', args.ref(0))),
  'VM.set_appliance': quick((call, args) =>
    setAppliance(call, call.sim.db.get('VM', args.ref(0)), args.ref(1)),
  ),
};

/** Any text is taken, as by the server; both appliances concerned allow something else afterwards. */
function setAppliance({ sim }: Call, vm: Row, wanted: string): void {
  const before = vm.link('appliance');
  sim.db.update(vm, { appliance: wanted });
  for (const ref of [before, wanted]) {
    const appliance = sim.db.find('VM_appliance', ref);
    if (appliance !== undefined) sim.refreshAllowed(appliance);
  }
  sim.refreshAllowed(vm);
}

/** SRs that hold disks of the VMs. */
function storageOf(sim: SimPool, vms: readonly Row[]): string[] {
  const vbds = vms.flatMap((vm) => sim.db.follow('VBD', vm.set('VBDs')));
  const srs = vbds.map((vbd) => sim.db.find('VDI', vbd.link('VDI'))?.link('SR') ?? '');
  return [...new Set(srs.filter((ref) => ref !== ''))];
}
