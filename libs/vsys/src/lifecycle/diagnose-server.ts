/**
 * Why a server is not as wanted, from what is recorded of it and of all that it depends on. The most decisive finding first:
 *
 *   wanted so ──► as-wanted
 *   nobody can act (system parked, no worker, no pool, no host) ──► blocked
 *   something has to come first (order, networks, disks) ──► waiting
 *   something is being done, or is tried again after an error ──► on-its-way
 */
import type { ErrorReport } from '../errors.js';
import type { ActionKind } from '../plan/action.js';
import type { VServerSpec, VsysSpec } from '../spec/vsys-spec.js';
import type { PartState } from './states.js';

export const DIAGNOSIS_VERDICTS = ['as-wanted', 'on-its-way', 'waiting', 'blocked'] as const;
export type DiagnosisVerdict = (typeof DIAGNOSIS_VERDICTS)[number];

export const DIAGNOSIS_CAUSES = [
  'wanted-so',
  'in-recycle-bin',
  'system-parked',
  'no-worker',
  'pool-away',
  'no-host',
  'found-in-pool',
  'start-order',
  'part-missing',
  'action-running',
  'action-failed',
  'trouble',
  'not-begun',
] as const;
export type DiagnosisCause = (typeof DIAGNOSIS_CAUSES)[number];

export interface DiagnosisFinding {
  readonly cause: DiagnosisCause;
  readonly message: string;
  readonly remedy: string | null;
  /** The part that it is about, when it is another one. */
  readonly part: string | null;
  readonly since: Date | null;
}

export interface ServerDiagnosis {
  readonly verdict: DiagnosisVerdict;
  readonly wanted: VServerSpec['power'];
  readonly state: PartState;
  readonly findings: readonly DiagnosisFinding[];
}

export interface DiagnosedAction {
  readonly part: string;
  readonly kind: ActionKind;
  readonly attempt: number;
  readonly outcome: 'running' | 'done' | 'failed' | 'withdrawn';
  readonly error: ErrorReport | null;
  readonly at: Date;
}

export interface DiagnosedPool {
  readonly hasWorker: boolean;
  /** Why the pool cannot be talked to; null: it can. */
  readonly reason: string | null;
  readonly availableHosts: number;
}

export interface ServerFacts {
  readonly spec: VsysSpec;
  readonly server: VServerSpec;
  /** Of every part of the system: last recorded state, and the trouble that it has. */
  readonly parts: ReadonlyMap<string, { readonly state: PartState; readonly reason: string | null }>;
  /** The newest action of each part of the server, newest first. */
  readonly actions: readonly DiagnosedAction[];
  readonly parked: ErrorReport | null;
  readonly purgeAt: Date | null;
  readonly pool: DiagnosedPool;
  /** What an audit of the pool found about the server. */
  readonly found: readonly { readonly reason: string; readonly since: Date }[];
}

const STATE_OF = {
  running: 'running',
  stopped: 'stopped',
  paused: 'paused',
  suspended: 'suspended',
} as const;

export function diagnoseServer(facts: ServerFacts): ServerDiagnosis {
  const { server, parts } = facts;
  const state = parts.get(server.id)?.state ?? 'planned';
  const base = { wanted: server.power, state };
  const asWanted = STATE_OF[server.power] === state;
  if (asWanted && facts.purgeAt === null)
    return { ...base, verdict: 'as-wanted', findings: [wantedSo(server)] };
  const blocked = blockers(facts);
  if (asWanted) return { ...base, verdict: 'as-wanted', findings: blocked };
  const waiting = dependencies(facts);
  const going = activities(facts);
  const findings = [...blocked, ...waiting, ...going];
  const verdict = blocked.length > 0 ? 'blocked' : waiting.length > 0 ? 'waiting' : 'on-its-way';
  return { ...base, verdict, findings: findings.length > 0 ? findings : [notBegun()] };
}

const finding = (
  cause: DiagnosisCause,
  message: string,
  more: Partial<Omit<DiagnosisFinding, 'cause' | 'message'>> = {},
): DiagnosisFinding => ({ cause, message, remedy: null, part: null, since: null, ...more });

const wantedSo = ({ name, power }: VServerSpec): DiagnosisFinding =>
  finding('wanted-so', `“${name}” is wanted ${power}, and it is.`, {
    remedy: power === 'running' ? null : 'Start it.',
  });

const notBegun = (): DiagnosisFinding =>
  finding('not-begun', 'Nothing was begun yet; a worker takes it up in a moment.');

function blockers({ purgeAt, parked, pool, found }: ServerFacts): DiagnosisFinding[] {
  return [
    ...(purgeAt === null
      ? []
      : [finding('in-recycle-bin', 'Its VSYS is in the recycle bin.', { remedy: 'Restore the VSYS.' })]),
    ...(parked === null
      ? []
      : [
          finding('system-parked', `Its VSYS waits for a person: ${parked.message}`, {
            remedy: parked.remedy ?? 'Resume the operation that failed, or change the VSYS.',
          }),
        ]),
    ...(pool.hasWorker
      ? []
      : [
          finding('no-worker', 'No worker serves its pool at the moment.', {
            remedy: 'Wait, or tell the provider.',
          }),
        ]),
    ...(pool.reason === null
      ? []
      : [
          finding('pool-away', `Its pool does not answer: ${pool.reason}`, {
            remedy: 'Wait, or tell the provider.',
          }),
        ]),
    ...(pool.hasWorker && pool.reason === null && pool.availableHosts === 0
      ? [
          finding('no-host', 'No host of its pool takes servers at the moment.', {
            remedy: 'Wait, or tell the provider.',
          }),
        ]
      : []),
    ...found.map(({ reason, since }) =>
      finding('found-in-pool', reason, { since, remedy: 'Tell the provider.' }),
    ),
  ];
}

/** A server that shall stop waits for those that stop before it, one that shall run for its parts and those before it. */
function dependencies(facts: ServerFacts): DiagnosisFinding[] {
  return facts.server.power === 'stopped'
    ? laterOnes(facts)
    : [...missingParts(facts), ...earlierOnes(facts)];
}

function laterOnes({ spec, server, parts }: ServerFacts): DiagnosisFinding[] {
  if (server.stopMode === 'hard') return [];
  return spec.servers.flatMap(({ id, name, power, startOrder }) => {
    const state = parts.get(id)?.state;
    if (power !== 'stopped' || startOrder <= server.startOrder || state === 'stopped') return [];
    return [
      finding(
        'start-order',
        `“${name}” (order ${startOrder}) stops before it and is ${state ?? 'planned'}.`,
        { part: id },
      ),
    ];
  });
}

function earlierOnes({ spec, server, parts }: ServerFacts): DiagnosisFinding[] {
  return spec.servers.flatMap(({ id, name, power, startOrder, ready }) => {
    const { state = 'planned', reason = null } = parts.get(id) ?? {};
    if (power === 'stopped' || startOrder >= server.startOrder) return [];
    // One that runs is only in the way while it is waited for, and then it says so.
    const isWaitedFor = ready !== undefined && power === 'running' && reason !== null;
    if ((state === 'running' || state === power) && !isWaitedFor) return [];
    const why = reason === null ? '' : ` ${reason}`;
    return [
      finding('start-order', `“${name}” (order ${startOrder}) starts before it and is ${state}.${why}`, {
        part: id,
      }),
    ];
  });
}

function missingParts({ spec, server, parts }: ServerFacts): DiagnosisFinding[] {
  const nets = new Set<string>(server.nics.map(({ net }) => net));
  const needed = [
    ...spec.nets
      .filter(({ id }) => nets.has(id))
      .map(({ id, name }) => ({ id: id as string, what: `network “${name}”` })),
    ...spec.disks
      .filter((disk) => disk.server === server.id)
      .map(({ id, name }) => ({ id: id as string, what: `disk “${name}”` })),
  ];
  return needed.flatMap(({ id, what }) => {
    const { state = 'planned', reason = null } = parts.get(id) ?? {};
    if (!['planned', 'creating', 'error'].includes(state)) return [];
    const why = reason === null ? '' : ` ${reason}`;
    return [finding('part-missing', `Its ${what} is ${state}.${why}`, { part: id })];
  });
}

function activities({ server, parts, actions }: ServerFacts): DiagnosisFinding[] {
  const trouble = parts.get(server.id)?.reason ?? null;
  const failed = actions.filter(({ outcome }) => outcome === 'failed');
  return [
    ...actions
      .filter(({ outcome }) => outcome === 'running')
      .map(({ kind, part, at, attempt }) =>
        finding('action-running', `${kind} is being done${attempt > 1 ? `, attempt ${attempt}` : ''}.`, {
          part: part === server.id ? null : part,
          since: at,
        }),
      ),
    ...failed.map(({ kind, part, error, at, attempt }) =>
      finding(
        'action-failed',
        `${kind} failed (attempt ${attempt}): ${error?.message ?? 'no reason is known'}`,
        {
          remedy: error?.remedy ?? null,
          part: part === server.id ? null : part,
          since: at,
        },
      ),
    ),
    ...(trouble === null || failed.some(({ error }) => error?.message === trouble)
      ? []
      : [finding('trouble', trouble)]),
  ];
}
