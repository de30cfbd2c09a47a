// Purpose: host.evacuate: where the VMs of a host could go, why some cannot, and the moving itself.
import { chooseHost, bootRefusal } from './placement.js';
import { freeMemory, memoryNeeded } from './memory.js';
import { guestsOf } from './host-life.js';
import { invalidValue, XenFailure } from '../core/failure.js';
import { isProtected } from './ha-plan.js';
import { migrateVm } from './vm-migration.js';
import { refusalOf } from './vm-rules.js';
import { withOperations } from '../core/operations.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Migrations at a time when the caller names no number. */
const DEFAULT_BATCH = 10;

interface EvacuationPlan {
  /** VM → the host it goes to. */
  readonly moves: ReadonlyMap<Row, Row>;
  /** VM → why it cannot leave. */
  readonly stuck: ReadonlyMap<Row, XenFailure>;
}

/** Large VMs choose first; memory promised to one is not promised to another. */
function planEvacuation(sim: SimPool, host: Row): EvacuationPlan {
  const others = sim.db.rows('host').filter((other) => other !== host);
  const free = new Map(others.map((other) => [other, freeMemory(sim, other)]));
  const moves = new Map<Row, Row>();
  const stuck = new Map<Row, XenFailure>();
  for (const vm of guestsOf(sim, host).toSorted((a, b) => memoryNeeded(b) - memoryNeeded(a))) {
    const target = targetFor(sim, vm, free);
    if (target instanceof XenFailure) {
      stuck.set(vm, target);
      continue;
    }
    moves.set(vm, target);
    free.set(target, (free.get(target) ?? 0) - memoryNeeded(vm));
  }
  return { moves, stuck };
}

function targetFor(sim: SimPool, vm: Row, free: ReadonlyMap<Row, number>): Row | XenFailure {
  if (sim.pool.bool('ha_enabled') && !isProtected(vm))
    return new XenFailure('HOST_EVACUATE_VM_NOT_HA_PROTECTED', vm.ref);
  const refusal = refusalOf(vm, 'pool_migrate');
  if (refusal !== undefined) return refusal;
  const checked = [...free].map(([host, bytes]) => ({
    host,
    bytes,
    refusal: bootRefusal(sim, vm, host, 'without memory'),
  }));
  const possible = checked.filter((one) => one.refusal === undefined).toSorted((a, b) => b.bytes - a.bytes);
  const [best] = possible;
  if (best === undefined) return whyNowhere(vm, checked);
  if (best.bytes < memoryNeeded(vm)) return new XenFailure('HOST_NOT_ENOUGH_FREE_MEMORY', vm.ref);
  return best.host;
}

/** A reason of the VM's own (its storage, its network) tells more than that no host is up. */
function whyNowhere(vm: Row, checked: readonly { refusal: XenFailure | undefined }[]): XenFailure {
  const own = checked.find(({ refusal }) => refusal?.code.startsWith('VM_') === true)?.refusal;
  return own ?? new XenFailure('NO_HOSTS_AVAILABLE', vm.ref);
}

/** XenAPI host.get_vms_which_prevent_evacuation: VM → code and parameters. */
export function preventingVms(sim: SimPool, host: Row): Record<string, string[]> {
  const { stuck } = planEvacuation(sim, host);
  return Object.fromEntries([...stuck].map(([vm, failure]) => [vm.ref, [failure.code, ...failure.params]]));
}

/** @throws XenFailure CANNOT_EVACUATE_HOST: per VM the code and its parameters by commas, VMs by "|" */
export function assertCanEvacuate(sim: SimPool, host: Row): void {
  refuseIfStuck(planEvacuation(sim, host));
}

function refuseIfStuck({ stuck }: EvacuationPlan): void {
  if (stuck.size === 0) return;
  const reasons = [...stuck.values()].map((failure) => [failure.code, ...failure.params].join(','));
  throw new XenFailure('CANNOT_EVACUATE_HOST', reasons.join('|'));
}

/**
 * XenAPI host.evacuate: moves every VM away, `batch` at a time (0: the default of ten); the host stays disabled or not as
 * it was. The first failure is reported when all that could move have moved.
 */
export async function evacuate(call: Call, host: Row, batch: number): Promise<void> {
  const { sim } = call;
  if (batch < 0) throw invalidValue('evacuate_batch_size', String(batch));
  const plan = planEvacuation(sim, host);
  refuseIfStuck(plan);
  await withOperations(call, [{ row: host, op: 'evacuate' }], async () => {
    const waiting = guestsOf(sim, host);
    const total = waiting.length;
    const failures: unknown[] = [];
    const mover = async (): Promise<void> => {
      for (let vm = waiting.shift(); vm !== undefined; vm = waiting.shift()) {
        await moveAway(call, vm, host, plan.moves.get(vm)).catch((error: unknown) => failures.push(error));
        call.progress(1 - waiting.length / total);
      }
    };
    await Promise.all(Array.from({ length: batch === 0 ? DEFAULT_BATCH : batch }, mover));
    if (failures.length > 0) throw failures[0];
  });
}

/** Goes where it was planned if that still holds; a VM that meanwhile stopped or left needs no move. */
async function moveAway(call: Call, vm: Row, from: Row, planned: Row | undefined): Promise<void> {
  const { sim } = call;
  call.signal.throwIfAborted();
  if (!vm.alive || vm.link('resident_on') !== from.ref) return;
  const holds = planned?.alive === true && bootRefusal(sim, vm, planned, 'with memory') === undefined;
  await migrateVm(call, vm, holds ? planned : chooseHost(sim, vm));
}
