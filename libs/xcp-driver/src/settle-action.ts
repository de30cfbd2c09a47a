/**
 * What became of an action whose outcome is unknown. First the tasks, then the world: a task that ends in between is
 * then seen by its effect. VM.clone shows nothing but its task until it is complete.
 *
 *   a task that may be ours is pending ──► running
 *   else, with a fresh cache: twins? ──► removed or conflict;  effect there? ──► done, else absent
 */
import { reportOf, type Action, type ActionContext, type Settlement } from '@openvsys/vsys';
import { bind } from './actions/registry.js';
import type { PoolAccess } from './actions/pool-access.js';
import { serverOf } from './ownership-tags.js';
import { toDomainError } from './xapi-error.map.js';

/** Clocks of a pool and ours may differ; a task older than the intent by more than this is somebody else's. */
const CLOCK_SKEW_MS = 10 * 60_000;

/** Milliseconds since the epoch in a UUIDv7; undefined for other ids. */
export function intentTime(actionId: string): number | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(actionId);
  return match === null ? undefined : Number.parseInt(`${match[1]}${match[2]}`, 16);
}

/** Tasks at work on other VMs than the action's own (XenAPI VM.current_operations). A clone is at work on its template. */
function workElsewhere(action: Action, { cache }: PoolAccess): ReadonlySet<string> {
  const tasks = new Set<string>();
  if (action.kind === 'vserver.clone' || !action.kind.startsWith('vserver.')) return tasks;
  for (const [, vm] of cache.all('VM')) {
    if (serverOf(vm) === action.part) continue;
    for (const task of Object.keys(vm.current_operations)) tasks.add(task);
  }
  return tasks;
}

/** Pending tasks carry the method's name; those that this process waits for belong to other actions. */
async function mayStillRun(
  action: Action,
  methods: readonly string[],
  pool: PoolAccess,
  context: ActionContext,
): Promise<boolean> {
  const tasks = await pool.calls.call('task.get_all_records', [], context.signal);
  const names = new Set(methods.flatMap((method) => [method, `Async.${method}`]));
  const others = workElsewhere(action, pool);
  const earliest = (intentTime(context.actionId) ?? 0) - CLOCK_SKEW_MS;
  return Object.entries(tasks).some(
    ([ref, { status, name_label, created }]) =>
      (status === 'pending' || status === 'cancelling') &&
      names.has(name_label) &&
      !pool.calls.tasks.isWatching(ref) &&
      !others.has(ref) &&
      (created === null || created.getTime() >= earliest),
  );
}

export async function settleAction(
  action: Action,
  pool: PoolAccess,
  context: ActionContext,
): Promise<Settlement> {
  const bound = bind(action, pool, context);
  if (await mayStillRun(action, bound.methods, pool, context)) return { is: 'running' };
  await pool.feed.barrier(context.signal);
  try {
    const conflict = await bound.removeTwins();
    if (conflict !== undefined) return { is: 'conflict', message: conflict };
    return bound.isDone() ? { is: 'done' } : { is: 'absent' };
  } catch (error) {
    const report = reportOf(toDomainError(error));
    if (report.code === 'conflict') return { is: 'conflict', message: report.message };
    throw error;
  }
}
