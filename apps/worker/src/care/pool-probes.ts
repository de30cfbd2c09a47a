/**
 * Looks at pools that are to be registered or logged in to in another way. Any worker may, since nobody owns a pool that is
 * not known yet; a worker that dies in the middle is followed by another when its claim runs out.
 *
 *   queued ──claim──► look at the pool ──► stored with the end of the operation, or failed and nothing stored
 */
import { loginOf, type ClaimedProbe } from '@openvsys/persistence';
import {
  DomainError,
  reportOf,
  type PoolDescription,
  type PoolLogin,
  type PoolOperationEnd,
} from '@openvsys/vsys';
import type { WorkerParts } from '../worker-parts.js';
import { pointAtLogin } from './point-at-login.js';

/** Longer than any probe: two dead members and a slow third, s. */
const CLAIM_SECONDS = 90;
const PROBE_MS = 80_000;

export class PoolProbes {
  #looking: Promise<void> | undefined;
  #isAsked = false;
  readonly #stop = new AbortController();

  constructor(private readonly parts: WorkerParts) {}

  /** Takes up what waits; one at a time. Never throws. */
  look(): void {
    this.#isAsked = true;
    this.#looking ??= this.#work().finally(() => {
      this.#looking = undefined;
      if (this.#isAsked && !this.#stop.signal.aborted) this.look();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#looking;
  }

  async #work(): Promise<void> {
    const { operations, config, log } = this.parts;
    this.#isAsked = false;
    try {
      while (!this.#stop.signal.aborted) {
        const probe = await operations.claimProbe(config.workerId, CLAIM_SECONDS);
        if (probe === undefined) return;
        await this.#perform(probe);
      }
    } catch (error) {
      log.warn({ error: reportOf(error).message, err: error }, 'could not take up the look at a pool');
    }
  }

  async #perform(probe: ClaimedProbe): Promise<void> {
    const { operations, clock, log } = this.parts;
    const end = (to: PoolOperationEnd) => operations.endProbe(probe, to, clock.now());
    try {
      if (probe.cancelRequested) await end({ state: 'cancelled' });
      else await this.#lookAt(probe);
    } catch (error) {
      // Stopped in the middle: another worker looks when the claim runs out.
      if (this.#stop.signal.aborted) return;
      const report = pointAtLogin(reportOf(error));
      log.info({ operationId: probe.id, error: report.message }, 'a pool was not taken');
      await end({ state: 'failed', error: report });
    }
  }

  async #lookAt(probe: ClaimedProbe): Promise<void> {
    const { operations, pools, clock } = this.parts;
    const { task, poolId: id } = probe;
    if (task.kind !== 'pool.register' && task.kind !== 'pool.update')
      throw new Error(`no probe: ${task.kind}`);
    const known = task.kind === 'pool.update' ? await pools.get(id) : undefined;
    const password = probe.password === '' && known !== undefined ? loginOf(known).password : probe.password;
    const asked = { ...task.login, password };
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(PROBE_MS)]);
    const description = await this.parts.probe.probe(asked, signal);
    const login = completeLogin(asked, description);
    const end = { state: 'succeeded', result: { poolId: id, description } } as const;
    await operations.endProbe(probe, end, clock.now(), async (session) => {
      if (task.kind === 'pool.register') {
        const [certificateFingerprint = null, ...memberFingerprints] = login.fingerprints;
        const { name, zoneId, vlanFirst, vlanLast } = task;
        const place = { id, name, zoneId, vlanFirst, vlanLast, enabled: true };
        await pools.registerIn(
          session,
          { ...place, ...login, certificateFingerprint, memberFingerprints, description },
          clock.now(),
        );
        return;
      }
      if (known !== undefined) requireSame(known.xapiUuid, description);
      await pools.changeLoginIn(session, { id, name: task.name, login, xapiUuid: description.uuid });
    });
  }
}

/**
 * All members, the coordinator first, so that the pool is found when the one that was named is gone; with pinned
 * certificates also those of the others, for which the coordinator vouches.
 */
function completeLogin(login: PoolLogin, { members }: PoolDescription): PoolLogin {
  const coordinators = members.filter(({ isCoordinator }) => isCoordinator).map(({ url }) => url);
  const urls = [...new Set([...coordinators, ...login.urls, ...members.map(({ url }) => url)])];
  if (login.fingerprints.length === 0) return { ...login, urls };
  const vouched = members.flatMap(({ fingerprint }) => fingerprint ?? []);
  const pinned = login.fingerprints.map((each) => each.replaceAll(':', '').toLowerCase());
  return { ...login, urls, fingerprints: [...new Set([...pinned, ...vouched])] };
}

function requireSame(known: string | null, { uuid }: PoolDescription): void {
  if (known === null || known === uuid) return;
  throw new DomainError('conflict', 'Another pool answers at these addresses than the registered one.', {
    retry: 'never',
    remedy: 'Register it as a pool of its own.',
    details: { registered: known, answers: uuid },
  });
}
