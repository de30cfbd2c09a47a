// Purpose: one call from method name and raw parameters to result: the order of checks is that of the real server.
//
//   fault rules ► method known ► number ► shape ► this host is the master ► session ► behaviour (► task)
import { Args } from './args.js';
import { Call } from '../core/call.js';
import { coerce } from './arguments.js';
import { Disconnected, HttpError, internalError, XenFailure } from '../core/failure.js';
import {
  afterEffect,
  beforeCall,
  beforeEffect,
  endTask,
  hitFault,
  spoilsTaskAtOnce,
  spoiltResult,
} from './fault-effects.js';
import { refusalByRole } from '../core/host-role.js';
import { requirePermission } from '../sessions/permissions.js';
import { resolveMethod, type ResolvedMethod } from './resolve-method.js';
import type { CallRequest, TypedResult } from './call-request.js';
import type { CallEntry } from '../log/call-log.js';
import type { FaultEffect } from '../faults/fault-rules.js';
import type { Row } from '../database/row.js';
import type { SimHost } from '../core/sim-host.js';
import type { SimPool } from '../core/sim-pool.js';
import { NULL_REF, type XenValue } from '../datamodel/xen-value.js';

/** Methods that end when their caller goes away; everything else finishes its work regardless. */
const BLOCKING = new Set(['event.from', 'event.next']);

/** Classes whose objects are facts of the release instead of rows. */
const HOLDING_NO_ROWS = new Set(['role']);

interface Prepared {
  target: ResolvedMethod;
  args: Args;
  session: Row | undefined;
}

export class Dispatcher {
  constructor(private readonly sim: SimPool) {}

  /** Executes a call on a host. @throws XenFailure, Disconnected or HttpError */
  async dispatch(host: SimHost, request: CallRequest): Promise<TypedResult> {
    const { sim } = this;
    if (!host.reachable) throw new Disconnected(`${host.row.text('name_label')} is unreachable`);
    const entry = this.openEntry(host, request);
    const effect = hitFault(sim, entry, request);
    sim.busyCalls += 1;
    try {
      const result = await sim.connections.guard(host, this.execute(host, request, entry, effect));
      sim.log.close(entry, sim.clock.now(), 'ok');
      return result;
    } catch (error) {
      this.closeFailed(entry, error);
      throw error;
    } finally {
      sim.busyCalls -= 1;
    }
  }

  private openEntry(host: SimHost, request: CallRequest): CallEntry {
    const session =
      typeof request.params[0] === 'string' ? this.sim.db.find('session', request.params[0]) : undefined;
    return this.sim.log.open({
      host: host.row.text('name_label'),
      method: request.method,
      originator: session?.text('originator') ?? '',
      session: session?.ref ?? '',
      start: this.sim.clock.now(),
      objects: referencesIn(request.params),
    });
  }

  private closeFailed(entry: CallEntry, error: unknown): void {
    const at = this.sim.clock.now();
    if (error instanceof XenFailure) this.sim.log.close(entry, at, error.code, error.params);
    else if (error instanceof Disconnected) this.sim.log.close(entry, at, 'disconnected');
    else if (error instanceof HttpError) this.sim.log.close(entry, at, `http-${error.status}`);
    else this.sim.log.close(entry, at, 'crash', [String(error)]);
  }

  private async execute(
    host: SimHost,
    request: CallRequest,
    entry: CallEntry,
    effect: FaultEffect | undefined,
  ): Promise<TypedResult> {
    await beforeCall(this.sim, effect, request);
    const prepared = this.prepare(host, request);
    if (effect?.kind === 'error' && isDirect(effect.code))
      throw new XenFailure(effect.code, ...(effect.params ?? []));
    const result = prepared.target.isAsync
      ? this.startTask(host, prepared, entry, effect)
      : await this.runNow(host, prepared, entry, effect, request.signal);
    return spoiltResult(effect, result);
  }

  /** Everything that is refused before a task exists. */
  private prepare(host: SimHost, request: CallRequest): Prepared {
    const target = resolveMethod(this.sim, request);
    const { message } = target;
    const given = message.takesSession ? request.params.slice(1) : request.params;
    if (target.name !== 'system.listMethods') checkCount(target, request.params.length);
    const values = message.params
      .slice(0, given.length)
      .map((param, index) => coerce(this.sim.db.model, param.type, given[index]));
    if (message.takesSession && typeof request.params[0] !== 'string') {
      throw new XenFailure('INTERNAL_ERROR', 'Failure("Expected string for the session")');
    }
    const refusal = refusalByRole(this.sim, host, target.allowedOnSlave);
    if (refusal !== undefined) throw refusal;
    const session = message.takesSession ? this.sim.sessions.use(String(request.params[0])) : undefined;
    if (message.hidden === 'pool') throw refuseOutsider(target);
    return { target, args: new Args(values), session };
  }

  private startTask(
    host: SimHost,
    prepared: Prepared,
    entry: CallEntry,
    effect: FaultEffect | undefined,
  ): TypedResult {
    const { sim } = this;
    const { target, session } = prepared;
    const task = sim.tasks.create(`Async.${target.name}`, '', session?.ref ?? '');
    const call = new Call(sim, { method: target.name, host: host.row, session, task, entry });
    entry.task = task.ref;
    if (!spoilsTaskAtOnce(sim, task, effect)) sim.tasks.begin(call);
    sim.runInBackground(async () => {
      try {
        const value = await this.perform(call, prepared, effect);
        endTask(sim, task, effect, { type: target.message.result, value });
        sim.log.closeTask(entry, sim.clock.now(), 'ok');
      } catch (error) {
        this.failTask(call, task, entry, error);
      }
    });
    return { type: { kind: 'ref', cls: 'task' }, value: task.ref };
  }

  private failTask(call: Call, task: Row, entry: CallEntry, error: unknown): void {
    const failure = error instanceof XenFailure ? error : new XenFailure('INTERNAL_ERROR', String(error));
    // A lost toolstack takes the task row with it: nobody is told.
    if (!(error instanceof Disconnected)) call.sim.tasks.fail(task, failure);
    call.sim.log.closeTask(
      entry,
      call.sim.clock.now(),
      error instanceof Disconnected ? 'lost' : failure.code,
    );
    if (!(error instanceof XenFailure) && !(error instanceof Disconnected)) call.sim.reportCrash(error);
  }

  private async runNow(
    host: SimHost,
    prepared: Prepared,
    entry: CallEntry,
    effect: FaultEffect | undefined,
    signal: AbortSignal | undefined,
  ): Promise<TypedResult> {
    const { sim } = this;
    const { target, session } = prepared;
    // Actions show up as short-lived tasks even when called synchronously.
    const task = target.message.async ? sim.tasks.create(target.name, '', session?.ref ?? '') : undefined;
    const call = new Call(sim, { method: target.name, host: host.row, session, task, entry });
    sim.tasks.begin(call);
    const onGone = (): void => call.stop(new Disconnected('the client went away'));
    if (BLOCKING.has(target.name)) signal?.addEventListener('abort', onGone, { once: true });
    try {
      return { type: target.message.result, value: await this.perform(call, prepared, effect) };
    } finally {
      signal?.removeEventListener('abort', onGone);
      if (task !== undefined) sim.tasks.forget(task);
    }
  }

  private async perform(
    call: Call,
    { target, args, session }: Prepared,
    effect: FaultEffect | undefined,
  ): Promise<XenValue> {
    // An asynchronous call is refused in its task, not before.
    requirePermission(this.sim, session, target.message, args);
    await beforeEffect(call, effect, args);
    if (target.behaviour === undefined) throw refuse(this.sim, target, args);
    if (target.behaviour.cost === 'quick') await call.pass(this.sim.latency.sampleApi(this.sim.busyCalls));
    const value = await target.behaviour.run(call, args);
    afterEffect(call, effect, args);
    if (target.message.result.kind === 'ref' && typeof value === 'string') call.entry.answered = value;
    return value ?? '';
  }
}

/** A message without behaviour still tells unknown objects from known ones, in the order of its parameters. */
function refuse(sim: SimPool, { message, name }: ResolvedMethod, args: Args): XenFailure {
  for (const [index, { type }] of message.params.entries()) {
    if (type.kind !== 'ref' || index >= args.count) continue;
    // The null reference stands for "none" everywhere but in first place.
    if (index > 0 && args.ref(index) === NULL_REF) continue;
    if (HOLDING_NO_ROWS.has(type.cls)) continue;
    sim.db.get(type.cls, args.ref(index));
  }
  return new XenFailure('NOT_IMPLEMENTED', name);
}

/** Members of a pool talk to each other with sessions no client has. */
function refuseOutsider({ name }: ResolvedMethod): XenFailure {
  return internalError(`Internal API "${name}" call attempted with non-pool (external) session`);
}

/** Errors about the connection to the pool never end up in a task. */
function isDirect(code: string): boolean {
  return code === 'SESSION_INVALID' || code === 'HOST_IS_SLAVE' || code === 'HOST_STILL_BOOTING';
}

/** Optional trailing parameters may be missing; messages that have some also ignore surplus ones. */
function checkCount({ message, askedName: name }: ResolvedMethod, received: number): void {
  const expected = message.params.length;
  const required = message.params.filter((param) => !param.optional).length;
  const count = message.takesSession ? received - 1 : received;
  const fits = required < expected ? count >= required : count === expected;
  if (fits && count >= 0) return;
  throw new XenFailure('MESSAGE_PARAMETER_COUNT_MISMATCH', name, String(required), String(count));
}

function referencesIn(params: readonly unknown[]): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value.startsWith('OpaqueRef:') || /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value)) found.push(value);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  params.slice(1).forEach(visit);
  return found;
}
