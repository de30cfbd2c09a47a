/**
 * Deliberate mistakes, made from outside of the product: each breaks one promise in the way a careless change would.
 * The programme must notice every one of them; what it would not notice it does not test.
 */
import type { WorkerParts } from '@openvsys/worker';
import type { SqlChange } from '../database/connection.js';
import type { Strike } from '../story/story.js';
import { withObserved, withPool, withTurns } from './alterations.js';

export interface Sabotage {
  readonly name: string;
  /** What somebody might have got wrong. */
  readonly mistake: string;
  /** What has to go wrong for the mistake to show; without it, it shows by itself. */
  readonly strike?: Strike;
  /** No message arrives. */
  readonly silence?: true;
  /** In the parts of every worker. */
  readonly alter?: (parts: WorkerParts) => WorkerParts;
  /** In statements on their way to the database. */
  readonly sql?: SqlChange;
  /** Callers send no idempotency key. */
  readonly callersForgetKeys?: true;
}

const LOST_CLONE = { kind: 'vserver.clone', moment: 'effect-unanswered', fault: 'lost', nth: 1 } as const;

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'intents-are-skipped',
    mistake: 'actions begin without their intent being stored',
    alter: withTurns(({ intents: _skipped, ...turn }) => turn),
  },
  {
    name: 'settled-hopefully',
    mistake: 'an action of unknown outcome is waited for, but nobody looks',
    strike: LOST_CLONE,
    alter: withPool({ settle: async () => await Promise.resolve({ is: 'running' }) }),
  },
  {
    name: 'two-owners',
    mistake: 'a worker takes a pool although another one owns it, and the fence does not tell them apart',
    alter: ({ leases, ...parts }) => ({
      ...parts,
      leases: {
        list: async () => await leases.list(),
        release: async () => {},
        renew: async () => await Promise.resolve(true),
        tryAcquire: async (pool, worker, seconds) =>
          (await leases.tryAcquire(pool, worker, seconds)) ?? { poolId: pool, workerId: worker, epoch: 0 },
      },
    }),
    sql: (text) =>
      text.replace(
        'lease_owner = $2 AND lease_epoch = $3 AND lease_until > clock_timestamp()',
        '$2::text IS NOT NULL AND $3::bigint IS NOT NULL',
      ),
  },
  {
    name: 'disks-stay',
    mistake: 'disks that hang on no server are not looked at',
    alter: withObserved((seen) => ({
      ...seen,
      disks: seen.disks.filter(({ attachedTo }) => attachedTo !== null),
    })),
  },
  {
    name: 'gone-is-not-told',
    mistake: 'parts that are gone stay in the books',
    alter: withTurns(({ parts = [], ...turn }) => ({
      ...turn,
      parts: parts.filter(({ state }) => state !== 'gone'),
    })),
  },
  {
    name: 'usage-goes-on',
    mistake: 'what a stopped or deleted server held is not closed',
    alter: withTurns(({ holdings = [], ...turn }) => ({
      ...turn,
      holdings: holdings.filter(({ items }) =>
        items.some(({ dimension }) => dimension === 'vserver-running'),
      ),
    })),
  },
  {
    name: 'usage-is-not-begun',
    mistake: 'servers run before anything is metered',
    alter: withTurns(({ holdings: _unmetered, ...turn }) => turn),
  },
  {
    name: 'usage-overlaps',
    mistake: 'an interval ends a minute late, and the next one does not wait for it',
    sql: (text) =>
      text
        .replace(
          'SET ended_at = greatest(u.started_at, $3::timestamptz)',
          "SET ended_at = greatest(u.started_at, $3::timestamptz) + interval '1 minute'",
        )
        .replace(/greatest\(\$3::timestamptz, \(SELECT max\(e\.ended_at\)[^)]*\)\)/, '$3::timestamptz'),
  },
  {
    name: 'no-sweep',
    mistake: 'work is only found when a message tells of it',
    silence: true,
    alter: ({ provisioning, ...parts }) => ({
      ...parts,
      provisioning: {
        findWork: async (vsys) => await provisioning.findWork(vsys),
        commit: async (fence, turn) => await provisioning.commit(fence, turn),
        listLive: async () => await Promise.resolve([]),
        listUnsettled: async () => await Promise.resolve([]),
      },
    }),
  },
  {
    name: 'scope-leaks',
    mistake: 'a system is looked up by its id alone',
    sql: (text) => text.replaceAll(/\bv\.organization_id = (\$\d+)/g, '$1::uuid IS NOT NULL'),
  },
  {
    name: 'keys-are-ignored',
    mistake: 'a repeated request is carried out again',
    callersForgetKeys: true,
  },
];
