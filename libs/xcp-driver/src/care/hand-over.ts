/**
 * A host that is going away must not lead the pool: while its coordinator is down a pool can be changed by nobody. So another
 * member is made coordinator before the host is closed, as the pool's own tools do it.
 *
 *   leads? ──no──────────────────────────────────────────────────────────► ready
 *     │ yes                    nobody can take over ──► it stays coordinator, as the plan says (`successor` is null)
 *     ▼
 *   designate ──► toolstacks restart, sessions end ──► the pool names the successor ──► the old one answers again ──► ready
 *
 * There is nothing to remember: after a crash in the middle it is looked again who leads.
 */
import { DomainError, type HostUuid } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import type { Ref } from '../generated/records.js';
import { XenApiError } from '../transport/transport.js';
import { toDomainError } from '../xapi-error.map.js';
import { findSuccessor, isCoordinator } from './coordinator.js';
import { getHost } from './plan-maintenance.js';

/** Two toolstacks restart, which takes a minute or two on busy hosts; ms. */
const HAND_OVER_MS = 600_000;
const LOOK_MS = 1_000;

/** Resolves at once for a host that does not lead. Throws DomainError `pool-busy` when the change does not end. */
export async function handOver(pool: PoolAccess, leaving: HostUuid, signal: AbortSignal): Promise<void> {
  const { ref } = getHost(pool, leaving);
  const successor = isCoordinator(pool, ref) ? findSuccessor(pool, leaving) : undefined;
  if (successor === undefined) return;
  const started = await startOf(pool, ref, signal);
  await designate(pool, getHost(pool, successor.uuid).ref, signal);
  await patiently(pool, signal, async () => (await whoLeads(pool, signal)) !== ref);
  // A toolstack that starts opens its host for servers again: it would undo that the host is closed.
  await patiently(pool, signal, async () => (await startOf(pool, ref, signal)) !== started);
  await patiently(pool, signal, async () => {
    await pool.feed.barrier(signal);
    return !isCoordinator(pool, ref);
  });
}

/** Whatever became of the answer, who leads is looked at next. */
async function designate(pool: PoolAccess, next: Ref<'host'>, signal: AbortSignal): Promise<void> {
  try {
    await pool.calls.call('pool.designate_new_master', [next], signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isRefused(error)) throw error;
  }
}

/** Asked on the connection of the moment: the cache may still show what the old coordinator said last. */
async function whoLeads({ cache, calls }: PoolAccess, signal: AbortSignal): Promise<string | null> {
  const [ref] = [...cache.all('pool')][0] ?? [];
  return (await calls.call('pool.get_record', [ref as Ref<'pool'>], signal)).master;
}

/** When the toolstack of a host started, as text (XenAPI host.other_config:agent_start_time). */
async function startOf({ calls }: PoolAccess, host: Ref<'host'>, signal: AbortSignal): Promise<string> {
  return (await calls.call('host.get_record', [host], signal)).other_config['agent_start_time'] ?? '';
}

/** While toolstacks restart calls fail in many ways; only a clear refusal ends the wait. */
async function patiently(
  { clock }: PoolAccess,
  signal: AbortSignal,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const until = clock.now().getTime() + HAND_OVER_MS;
  for (;;) {
    try {
      if (await isSo()) return;
    } catch (error) {
      signal.throwIfAborted();
      if (isRefused(error)) throw error;
    }
    if (clock.now().getTime() > until) throw notHandedOver();
    await clock.sleep(LOOK_MS, signal);
  }
}

/** A change of coordinator that somebody else has begun is none: it serves as well (XenAPI DESIGNATE_NEW_MASTER_IN_PROGRESS). */
function isRefused(error: unknown): boolean {
  if (!(error instanceof XenApiError)) return false;
  const { retry } = toDomainError(error);
  return retry === 'never' || retry === 'after-change';
}

const notHandedOver = (): DomainError =>
  new DomainError('pool-busy', 'The host leads the pool, and no other host has taken over in time.', {
    retry: 'same',
    remedy: 'Look at the toolstacks of the hosts, or make another host coordinator by hand, then repeat.',
  });
