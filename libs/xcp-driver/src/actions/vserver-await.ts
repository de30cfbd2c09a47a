/**
 * Waits until a running VM is ready. What tells it is the guest's agent, whose first report makes the VM's guest metrics appear
 * (XenAPI VM.guest_metrics), or a port that an appliance of the system asks. The agent stands in for ports that nobody can ask.
 * The pool is only watched meanwhile.
 *
 *   watching ──it answers──► pause ──► noted `in-time`
 *      ├──time over, go on────► pause ──► noted `late`
 *      ├──time over, fail─────► error
 *      └──the VM goes down or boots again──► error, tried again
 *
 * A worker that comes after a crash waits anew, with the whole time.
 */
import {
  DomainError,
  gateText,
  type ActionContext,
  type ReadinessSpec,
  type VServerAwait,
} from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import { TransportError } from '../transport/transport.js';
import type { ActionHandler } from './action-handler.js';
import { findVm, getVm } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';
import { noteReadiness, readinessOf, type Readiness } from './readiness.js';

const SECOND_MS = 1_000;

const wentDown = ({ part }: VServerAwait): DomainError =>
  new DomainError('pool-busy', `${part} went down while it was waited for.`, { retry: 'same' });

const tooLate = ({ part }: VServerAwait, { gate, timeoutSeconds }: ReadinessSpec): DomainError =>
  new DomainError('conflict', `${part} was not ready within ${timeoutSeconds} s.`, {
    retry: 'after-change',
    remedy:
      'Look at its console. Then resume the operation, or give it more time with ready.timeout, or let ready.onTimeout be continue.',
    details: { gate: gate === undefined ? null : gateText(gate), timeoutSeconds },
  });

/** The answer of `look` as soon as it has one; undefined when the time is over. Throws when `signal` fires. */
async function within<T>(
  { cache, clock }: PoolAccess,
  ms: number,
  look: () => T | undefined,
  signal: AbortSignal,
): Promise<T | undefined> {
  const end = new AbortController();
  const timer = clock.sleep(ms, AbortSignal.any([end.signal, signal])).then(
    () => end.abort(),
    () => undefined,
  );
  try {
    return await cache.when(look, AbortSignal.any([signal, end.signal]));
  } catch {
    if (signal.aborted) throw new TransportError('aborted', 'The wait for the server was given up.');
    return undefined;
  } finally {
    end.abort();
    await timer;
  }
}

export const vserverAwait: ActionHandler<'vserver.await'> = {
  // It leaves nothing at work in the pool.
  methods: [],
  isDone: ({ part }, { cache }) => {
    const vm = findVm(cache, part);
    return vm !== undefined && readinessOf(vm.record) !== undefined;
  },
  perform: async (action, pool, context) => {
    const { signal } = context;
    // The domain of a VM that was just started may not be known here yet.
    await pool.feed.barrier(signal);
    const vm = getVm(pool.cache, action.part);
    if (vm.record.power_state !== 'Running') throw wentDown(action);
    if (readinessOf(vm.record) !== undefined) return;
    const { gate, timeoutSeconds, delaySeconds } = action.ready;
    const end = gate === undefined ? 'in-time' : await watch(action, vm, timeoutSeconds, pool, context);
    if (end === 'late' && action.ready.onTimeout === 'fail') throw tooLate(action, action.ready);
    const isGone = () => (isSameBoot(vm, pool) ? undefined : true);
    if (delaySeconds > 0 && (await within(pool, delaySeconds * SECOND_MS, isGone, signal)) === true)
      throw wentDown(action);
    await noteReadiness(vm, end, pool, signal);
  },
};

function isSameBoot({ ref, record: { domid } }: Located<'VM'>, { cache }: PoolAccess): boolean {
  const now = cache.find('VM', ref);
  return now?.power_state === 'Running' && now.domid === domid;
}

async function watch(
  action: VServerAwait,
  vm: Located<'VM'>,
  seconds: number,
  pool: PoolAccess,
  { signal, answered }: ActionContext,
): Promise<Readiness> {
  const { probe } = action;
  if (probe !== undefined && answered !== undefined)
    return watchService(
      action,
      vm,
      pool,
      async (end) => answered(probe, AbortSignal.any([signal, end])),
      signal,
    );
  const look = (): 'reported' | 'gone' | undefined => {
    if (!isSameBoot(vm, pool)) return 'gone';
    const { guest_metrics = null } = pool.cache.find('VM', vm.ref) ?? {};
    return guest_metrics === null ? undefined : 'reported';
  };
  const found = await within(pool, seconds * SECOND_MS, look, signal);
  if (found === 'gone') throw wentDown(action);
  return found === undefined ? 'late' : 'in-time';
}

/** `ask` resolves when the service answers, and rejects once its signal fires. */
async function watchService(
  action: VServerAwait,
  vm: Located<'VM'>,
  pool: PoolAccess,
  ask: (end: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<Readiness> {
  const end = new AbortController();
  const both = AbortSignal.any([signal, end.signal]);
  const isGone = () => (isSameBoot(vm, pool) ? undefined : 'gone');
  const watched = within(pool, action.ready.timeoutSeconds * SECOND_MS, isGone, both);
  const asked = ask(end.signal).then(() => 'answered' as const);
  try {
    const found = await Promise.race([watched, asked]);
    if (found === 'gone') throw wentDown(action);
    return found === undefined ? 'late' : 'in-time';
  } finally {
    end.abort();
    // Whichever was slower ends now; what it says is of no account any more.
    await Promise.allSettled([watched, asked]);
  }
}
