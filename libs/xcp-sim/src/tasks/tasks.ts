// Purpose: task objects: every action has one, `Async.` calls answer with its reference.
//
//   pending ──► success | failure | cancelled        (allowed_operations, finished, progress, result, then status:
//                                                      each a write of its own, so a watcher may see it half done)
import { compactDate, NULL_REF, type XenValue } from '../datamodel/xen-value.js';
import { Disconnected, XenFailure } from '../core/failure.js';
import { xmlValue } from '../wire/xml-encode.js';
import type { CallScope, TaskService } from '../core/pool-services.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { XenType } from '../datamodel/type-expression.js';

/** Finished tasks live 65 minutes, or shorter when there are more than 200. */
const FINISHED_LIFETIME_MS = 65 * 60_000;
const MOST_TASKS = 200;
/** A task that nobody brings forward is given up after a day. */
const PENDING_LIFETIME_MS = 24 * 3_600_000;

export class Tasks implements TaskService {
  private readonly running = new Map<string, CallScope>();
  private readonly finishedAt = new Map<string, number>();
  /** When a pending task was last seen to move, and how far it was. */
  private readonly lastMove = new Map<string, { at: number; progress: number }>();

  constructor(private readonly sim: SimPool) {}

  /** `cancellable`: the server works for it; a task made by a client is the client's own business. */
  create(
    label: string,
    description: string,
    session: string,
    kind: 'cancellable' | 'client-made' = 'cancellable',
  ): Row {
    return this.sim.db.create('task', {
      name_label: label,
      name_description: description,
      allowed_operations: kind === 'cancellable' ? ['cancel'] : [],
      created: compactDate(this.sim.clock.now()),
      status: 'pending',
      resident_on: this.sim.master.ref,
      progress: 0,
      type: '<none/>',
      session,
      subtask_of: NULL_REF,
    });
  }

  begin(call: CallScope): void {
    if (call.task !== undefined) this.running.set(call.task.ref, call);
  }

  /** The call that works for this task, while it runs. */
  runningCall(task: string): CallScope | undefined {
    return this.running.get(task);
  }

  get runningCount(): number {
    return this.running.size;
  }

  succeed(
    task: Row,
    type: XenType,
    result: XenValue,
    form: 'with result' | 'without result' = 'with result',
  ): void {
    if (!this.finish(task)) return;
    if (form === 'without result') return this.close(task, 'success');
    const text = type.kind === 'void' ? '<value></value>' : xmlValue(this.sim.db.model, type, result);
    this.sim.db.update(task, { result: text });
    this.close(task, 'success');
  }

  fail(task: Row, failure: XenFailure): void {
    if (!this.finish(task)) return;
    this.sim.db.update(task, { error_info: [failure.code, ...failure.params] });
    this.close(task, failure.code === 'TASK_CANCELLED' ? 'cancelled' : 'failure');
  }

  /** Removes a task; a pending one goes when it is finished (XenAPI task.destroy). */
  destroy(task: Row): void {
    if (task.text('status') !== 'pending') {
      this.forget(task);
      return;
    }
    this.sim.db.update(task, { current_operations: { ...task.map('current_operations'), task: 'destroy' } });
  }

  /** Removes a task row at once: the end of a synchronous call. */
  forget(task: Row): void {
    this.running.delete(task.ref);
    this.finishedAt.delete(task.ref);
    this.lastMove.delete(task.ref);
    this.sim.db.remove(task);
  }

  /** XenAPI task.cancel: stops the work if there is any; otherwise only notes the wish. */
  cancel(task: Row): void {
    if (task.text('status') !== 'pending') return;
    const marker = `DummyRef:|${this.sim.ids.uuid()}|task.cancel`;
    this.sim.db.update(task, {
      current_operations: { ...task.map('current_operations'), [marker]: 'cancel' },
    });
    this.running.get(task.ref)?.cancel();
  }

  /** A toolstack restart: everything in progress stops where it is and its task is gone. */
  loseAll(): void {
    for (const call of this.running.values()) call.stop(new Disconnected('toolstack restarted'));
    this.running.clear();
    for (const task of this.sim.db.rows('task')) this.forget(task);
  }

  /** The periodic collection: tasks finished long ago, the oldest finished ones of too many, forgotten ones. */
  sweep(): void {
    const now = this.sim.clock.now();
    for (const task of this.sim.db.rows('task')) {
      if (isPending(task)) this.forgetIfStuck(task, now);
      // Clients end tasks of their own by setting the status.
      else if (!this.finishedAt.has(task.ref)) this.finishedAt.set(task.ref, now);
    }
    const finished = [...this.finishedAt].toSorted((a, b) => a[1] - b[1]);
    let surplus = this.sim.db.count('task') - MOST_TASKS;
    for (const [ref, at] of finished) {
      if (at > now - FINISHED_LIFETIME_MS && surplus <= 0) return;
      surplus -= 1;
      const task = this.sim.db.find('task', ref);
      if (task === undefined) this.finishedAt.delete(ref);
      else this.forget(task);
    }
  }

  private forgetIfStuck(task: Row, now: number): void {
    const progress = Number(task.get('progress'));
    const move = this.lastMove.get(task.ref);
    if (move?.progress !== progress) this.lastMove.set(task.ref, { at: now, progress });
    else if (move.at < now - PENDING_LIFETIME_MS) this.forget(task);
  }

  private finish(task: Row): boolean {
    this.running.delete(task.ref);
    if (!task.alive) return false;
    this.sim.db.update(task, { allowed_operations: [] });
    this.sim.db.update(task, { finished: compactDate(this.sim.clock.now()) });
    this.sim.db.update(task, { progress: 1 });
    return true;
  }

  private close(task: Row, status: string): void {
    this.finishedAt.set(task.ref, this.sim.clock.now());
    const destroyAsked = Object.values(task.map('current_operations')).includes('destroy');
    this.sim.db.update(task, { status });
    if (destroyAsked) this.forget(task);
    else if (Object.keys(task.map('current_operations')).length > 0)
      this.sim.db.update(task, { current_operations: {} });
  }
}

function isPending(task: Row): boolean {
  return task.text('status') === 'pending' || task.text('status') === 'cancelling';
}
