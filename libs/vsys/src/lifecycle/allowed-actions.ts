/**
 * Which verb may be used on what, in which state: the one table that API, faces, CLI and portal ask. A verb that is allowed
 * changes the spec or the operation; whether there is room for it is decided elsewhere.
 */
import { DomainError } from '../errors.js';
import type { OperationState, PartState, VsysPhase } from './states.js';

interface StateOf {
  readonly vsys: VsysPhase;
  readonly vserver: PartState;
  readonly vdisk: PartState;
  readonly vnet: PartState;
  readonly publicIp: PartState;
  readonly operation: OperationState;
}
export type Subject = keyof StateOf;
export type StateOfSubject<S extends Subject> = StateOf[S];

const ALIVE = [
  'provisioning',
  'ready',
  'changing',
  'needs-attention',
] as const satisfies readonly VsysPhase[];
/** A part that is there or on its way; what is being removed or gone can be wished nothing any more. */
const PART_ALIVE = [
  'planned',
  'creating',
  'ready',
  'stopped',
  'starting',
  'running',
  'stopping',
  'restarting',
  'paused',
  'suspended',
  'attached',
  'detached',
  'error',
] as const satisfies readonly PartState[];

const VERBS = {
  vsys: {
    change: ALIVE,
    start: ALIVE,
    stop: ALIVE,
    restart: ALIVE,
    scale: ALIVE,
    rollback: ALIVE,
    restore: ALIVE,
    // Not while it is being deleted: that has no way back, and one that got stuck needs attention and is resumed.
    delete: ALIVE,
    resume: ['needs-attention'],
  },
  vserver: {
    // What is not made yet can be wished to be made stopped or running.
    start: ['planned', 'creating', 'stopped', 'stopping', 'paused', 'suspended', 'error'],
    stop: ['planned', 'creating', 'starting', 'running', 'restarting', 'paused', 'suspended', 'error'],
    // The power of one that is being stopped can still be cut.
    cut: [
      'planned',
      'creating',
      'starting',
      'running',
      'stopping',
      'restarting',
      'paused',
      'suspended',
      'error',
    ],
    restart: ['running', 'paused', 'suspended'],
    change: PART_ALIVE,
    delete: PART_ALIVE,
  },
  vdisk: {
    attach: ['planned', 'creating', 'detached', 'error'],
    detach: ['planned', 'creating', 'attached', 'error'],
    resize: PART_ALIVE,
    delete: PART_ALIVE,
  },
  vnet: { change: PART_ALIVE, delete: PART_ALIVE },
  publicIp: { delete: PART_ALIVE },
  operation: {
    cancel: ['queued', 'running'],
    resume: ['failed'],
  },
} as const satisfies { readonly [S in Subject]: Readonly<Record<string, readonly StateOf[S][]>> };

export type VerbOf<S extends Subject> = keyof (typeof VERBS)[S] & string;

/** The verbs that may be used now, for buttons and for answers that say what is possible. */
export function allowedActions<S extends Subject>(subject: S, state: StateOf[S]): VerbOf<S>[] {
  return verbsOf(subject)
    .filter(([, states]) => states.includes(state))
    .map(([verb]) => verb);
}

/** The states in which the verb may be used. */
export function statesFor<S extends Subject>(subject: S, verb: VerbOf<S>): readonly StateOf[S][] {
  return verbsOf(subject).find(([name]) => name === verb)?.[1] ?? [];
}

/** Throws `conflict` that names the present state and what may be done in it. `id` is what the caller called it. */
export function assertAllowed<S extends Subject>(
  subject: S,
  id: string,
  verb: VerbOf<S>,
  state: StateOf[S],
): void {
  if (statesFor(subject, verb).includes(state)) return;
  const allowed = allowedActions(subject, state);
  throw new DomainError('conflict', `${WORD[subject]} ${id} is ${state}: ${verb} is not possible now.`, {
    remedy:
      allowed.length === 0
        ? 'Nothing can be asked of it in this state.'
        : `Possible now: ${allowed.join(', ')}. For ${verb} it has to be ${statesFor(subject, verb).join(', ')}.`,
    details: { subject, id, verb, state, allowed, allowedStates: statesFor(subject, verb) },
  });
}

const WORD: Readonly<Record<Subject, string>> = {
  vsys: 'VSYS',
  vserver: 'VServer',
  vdisk: 'VDisk',
  vnet: 'VNet',
  publicIp: 'PublicIP',
  operation: 'Operation',
};

function verbsOf<S extends Subject>(subject: S): readonly (readonly [VerbOf<S>, readonly StateOf[S][]])[] {
  const table: { readonly [T in Subject]: Readonly<Record<string, readonly StateOf[T][]>> } = VERBS;
  return Object.entries(table[subject]) as [VerbOf<S>, readonly StateOf[S][]][];
}
