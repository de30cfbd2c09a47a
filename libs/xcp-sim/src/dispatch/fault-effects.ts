// Purpose: does to a call what the fault rules say, at the four points where something can go wrong: before it is looked
// at, before its effect, after its effect, in its answer or task. What was done is noted in its log entry.
import { bringDown } from '../behaviours/vm-domain.js';
import { Disconnected, HttpError, XenFailure } from '../core/failure.js';
import { postMessage } from '../behaviours/messages.js';
import { spoilAnswer } from '../faults/spoil-answer.js';
import type { Args } from './args.js';
import type { Call } from '../core/call.js';
import type { CallEntry } from '../log/call-log.js';
import type { CallRequest, TypedResult } from './call-request.js';
import type { FaultEffect } from '../faults/fault-rules.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

type Effect = FaultEffect | undefined;

/** Asks the rules about a call. */
export function hitFault(sim: SimPool, entry: CallEntry, request: CallRequest): Effect {
  const effect = sim.faults.hit({ method: request.method, objects: entry.objects });
  if (effect !== undefined) entry.fault = nameOf(effect);
  return effect;
}

function nameOf(effect: FaultEffect): string {
  if (effect.kind === 'damage') return `damage ${effect.damage}`;
  return effect.kind === 'task' || effect.kind === 'guest' ? `${effect.kind} ${effect.fault}` : effect.kind;
}

/** Nothing of the call has been seen yet. @throws Disconnected, HttpError */
export async function beforeCall(sim: SimPool, effect: Effect, request: CallRequest): Promise<void> {
  switch (effect?.kind) {
    case 'lose-request':
      throw new Disconnected('fault: request lost');
    case 'http-500':
      throw new HttpError(500);
    case 'http':
      throw new HttpError(effect.status);
    case 'hang':
      return sim.connections.never(request.signal);
    case 'expire-session': {
      const session = sim.db.find('session', String(request.params[0]));
      if (session !== undefined) sim.sessions.end(session);
      return;
    }
    default:
      return;
  }
}

/** The call is accepted, a task may exist. @throws XenFailure the error of the rule */
export async function beforeEffect(call: Call, effect: Effect, args: Args): Promise<void> {
  if (effect?.kind === 'slow') await call.pass(effect.ms);
  if (effect?.kind === 'guest') prepareGuest(call.sim, effect, args);
  if (effect?.kind !== 'error') return;
  await call.pass(effect.afterMs ?? 0);
  throw new XenFailure(effect.code, ...(effect.params ?? []));
}

/** The effect has happened. @throws XenFailure the error of the rule */
export function afterEffect(call: Call, effect: Effect, args: Args): void {
  if (effect?.kind === 'guest' && effect.fault === 'crashes') scheduleCrash(call.sim, args, effect.ms ?? 0);
  if (effect?.kind === 'fail-late') throw new XenFailure(effect.code, ...(effect.params ?? []));
}

/** What the guest agent will do is decided by the next start. */
function prepareGuest(sim: SimPool, effect: Extract<FaultEffect, { kind: 'guest' }>, args: Args): void {
  const vm = sim.db.find('VM', args.ref(0));
  if (vm === undefined || effect.fault === 'crashes') return;
  const agent = effect.fault === 'no-agent' ? 'silent' : 'late';
  sim.db.update(vm, { guest_fault: { agent, lateMs: String(effect.ms ?? 0) } });
}

function scheduleCrash(sim: SimPool, args: Args, ms: number): void {
  const vm = sim.db.find('VM', args.ref(0));
  const domid = vm?.int('domid');
  sim.clock.schedule(ms, () => {
    if (vm?.alive !== true || vm.text('power_state') !== 'Running' || vm.int('domid') !== domid) return;
    bringDown(sim, vm);
    postMessage(sim, 'VM_CRASHED', { cls: 'VM', uuid: vm.uuid });
  });
}

/** True if the task is to be out of reach from its start: gone, or deaf to cancelling. */
export function spoilsTaskAtOnce(sim: SimPool, task: Row, effect: Effect): boolean {
  if (effect?.kind !== 'task') return false;
  if (effect.fault === 'vanishes') sim.tasks.forget(task);
  return effect.fault === 'vanishes' || effect.fault === 'ignores-cancel';
}

/** The end of an asynchronous call that succeeded. */
export function endTask(sim: SimPool, task: Row, effect: Effect, { type, value }: TypedResult): void {
  const fault = effect?.kind === 'task' ? effect.fault : undefined;
  if (fault === 'stuck') sim.db.update(task, { progress: 0.5 });
  else if (fault === 'empty-result') sim.tasks.succeed(task, { kind: 'string' }, '', 'without result');
  else sim.tasks.succeed(task, type, value);
}

/** The answer on its way out. @throws Disconnected */
export function spoiltResult(effect: Effect, result: TypedResult): TypedResult {
  switch (effect?.kind) {
    case 'lose-answer':
      throw new Disconnected('fault: answer lost');
    case 'truncate-answer':
      return { ...result, delivery: { cut: true } };
    case 'trickle-answer':
      return { ...result, delivery: { overMs: effect.ms } };
    case 'damage':
      return { ...result, value: spoilAnswer(result.value, effect.damage, effect.field) };
    default:
      return result;
  }
}
