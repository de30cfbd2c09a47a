// Purpose: what a fault rule can do to a call: the catalogue, and how its JSON form is read.

/** How an answer is spoilt. `field`: the field it concerns, where there is a choice. */
export type AnswerDamage =
  /** Records refer to an object that does not exist (in `field`, or in every field that holds a reference). */
  | 'dangling-refs'
  /** References in the short form of some old servers (`Ref:7`). */
  | 'short-refs'
  /** `field` is missing, as if the server were older. */
  | 'missing-field'
  /** `field` has a value that the client's model does not know. */
  | 'unknown-enum'
  /** Counts of `event.from` do not agree with what the client knows. */
  | 'wrong-counts'
  /** Deletions are left out of `event.from`. */
  | 'missing-deletions'
  /** Events come in the opposite order. */
  | 'reversed-events'
  /** The token of `event.from` is one that no server made. */
  | 'bad-token';

export type TaskFault =
  /** The work is done, the task stays pending with half the progress. */
  | 'stuck'
  /** The work goes on, the task is gone at once. */
  | 'vanishes'
  /** Success without the reference of what was made, as on old servers. */
  | 'empty-result'
  /** Cancelling is taken note of and changes nothing. */
  | 'ignores-cancel';

export type GuestFault =
  /** Crashes `ms` after its start. */
  | 'crashes'
  /** No agent ever reports. */
  | 'no-agent'
  /** The agent reports `ms` later than it would. */
  | 'late-agent';

export type FaultEffect =
  /** A XenAPI error instead of the effect, at once or after `afterMs` simulated ms. */
  | { kind: 'error'; code: string; params?: string[]; afterMs?: number }
  /** The effect happens, then the call or its task reports this error. */
  | { kind: 'fail-late'; code: string; params?: string[] }
  /** The effect happens (an `Async.` task goes on), but the connection is cut before the answer. */
  | { kind: 'lose-answer' }
  /** The connection is cut before the server sees the call. */
  | { kind: 'lose-request' }
  /** The call takes this much longer (simulated ms). */
  | { kind: 'slow'; ms: number }
  /** No answer, ever; nothing happens. */
  | { kind: 'hang' }
  /** An HTTP 500 page, nothing happens. */
  | { kind: 'http-500' }
  /** Another HTTP error page, 400–599; nothing happens. */
  | { kind: 'http'; status: number }
  /** The effect happens; the answer ends in the middle, after which the connection is closed. */
  | { kind: 'truncate-answer' }
  /** The effect happens; the answer drips over this many real ms. */
  | { kind: 'trickle-answer'; ms: number }
  /** The session of the call ends just before it. */
  | { kind: 'expire-session' }
  /** The task of an asynchronous call misbehaves. */
  | { kind: 'task'; fault: TaskFault }
  /** The guest that this call starts misbehaves. */
  | { kind: 'guest'; fault: GuestFault; ms?: number }
  /** The effect happens; the answer is spoilt. */
  | { kind: 'damage'; damage: AnswerDamage; field?: string };

const DAMAGES: readonly AnswerDamage[] = [
  'dangling-refs',
  'short-refs',
  'missing-field',
  'unknown-enum',
  'wrong-counts',
  'missing-deletions',
  'reversed-events',
  'bad-token',
];
const TASK_FAULTS: readonly TaskFault[] = ['stuck', 'vanishes', 'empty-result', 'ignores-cancel'];
const GUEST_FAULTS: readonly GuestFault[] = ['crashes', 'no-agent', 'late-agent'];
const PLAIN = [
  'lose-answer',
  'lose-request',
  'hang',
  'http-500',
  'truncate-answer',
  'expire-session',
] as const;

/** Names of all effects, for the page and the documentation. */
export const EFFECT_KINDS: readonly string[] = [
  ...PLAIN,
  'error',
  'fail-late',
  'slow',
  'http',
  'trickle-answer',
  'task',
  'guest',
  'damage',
];

type Fields = Record<string, unknown>;

/** Reads the JSON form of an effect. @throws Error that says what is missing or unknown */
export function readEffect(effect: unknown): FaultEffect {
  if (typeof effect !== 'object' || effect === null) throw new Error('effect is missing');
  const fields = effect as Fields;
  const plain = PLAIN.find((kind) => kind === fields['kind']);
  if (plain !== undefined) return { kind: plain };
  switch (fields['kind']) {
    case 'error':
      return { kind: 'error', ...readFailure(fields), ...optionalMs('afterMs', fields['afterMs']) };
    case 'fail-late':
      return { kind: 'fail-late', ...readFailure(fields) };
    case 'slow':
      return { kind: 'slow', ms: readMs(fields['ms']) };
    case 'trickle-answer':
      return { kind: 'trickle-answer', ms: readMs(fields['ms']) };
    case 'http':
      return { kind: 'http', status: readStatus(fields['status']) };
    case 'task':
      return { kind: 'task', fault: oneOf('effect.fault', TASK_FAULTS, fields['fault']) };
    case 'guest':
      return {
        kind: 'guest',
        fault: oneOf('effect.fault', GUEST_FAULTS, fields['fault']),
        ...optionalMs('ms', fields['ms']),
      };
    case 'damage':
      return {
        kind: 'damage',
        damage: oneOf('effect.damage', DAMAGES, fields['damage']),
        ...(typeof fields['field'] === 'string' ? { field: fields['field'] } : {}),
      };
    default:
      throw new Error(`effect.kind must be one of ${EFFECT_KINDS.join(', ')}`);
  }
}

function readFailure({ code, params }: Fields): { code: string; params: string[] } {
  if (typeof code !== 'string' || code === '') throw new Error('effect.code is missing');
  return { code, params: Array.isArray(params) ? params.map(String) : [] };
}

function readMs(value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new Error('effect.ms must be a number ≥ 0');
}

function optionalMs<Name extends 'ms' | 'afterMs'>(
  name: Name,
  value: unknown,
): Partial<Record<Name, number>> {
  return value === undefined ? {} : ({ [name]: readMs(value) } as Partial<Record<Name, number>>);
}

function readStatus(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599) return value;
  throw new Error('effect.status must be an HTTP status from 400 to 599');
}

function oneOf<Name extends string>(what: string, names: readonly Name[], value: unknown): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new Error(`${what} must be one of ${names.join(', ')}`);
  return found;
}
