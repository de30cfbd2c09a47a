/** Our events in the words of CIMI. */
import type { EventRecord } from '@openvsys/persistence';
import { ref } from '../model/representation.js';
import { pathOfPart } from './jobs.js';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
type Severity = (typeof SEVERITIES)[number];

export interface EventWords {
  readonly name: string;
  /** `state`, `alarm` or `model`. */
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly outcome: string;
  readonly severity: Severity;
}

/** The last word of an event's type, where it tells more than that something changed. */
const VERDICTS: Readonly<Record<string, Pick<EventWords, 'outcome' | 'severity'>>> = {
  failed: { outcome: 'Failure', severity: 'high' },
  cancelled: { outcome: 'Warning', severity: 'medium' },
  succeeded: { outcome: 'Success', severity: 'low' },
  lost: { outcome: 'Failure', severity: 'critical' },
  expired: { outcome: 'Warning', severity: 'high' },
  'expires-soon': { outcome: 'Warning', severity: 'medium' },
};
const USUAL: Pick<EventWords, 'outcome' | 'severity'> = { outcome: 'Status', severity: 'low' };

export function eventWords({ type, resource, data }: EventRecord): EventWords {
  const last = type.split('.').at(-1) ?? type;
  const verdict = VERDICTS[last] ?? USUAL;
  const about = { resName: nameIn(data) ?? resource, resource: ref(pathOfPart(resource)) };
  const { state, previous } = data;
  if (typeof state === 'string')
    return { name: type, type: 'event/state', content: { ...about, ...states(state, previous) }, ...verdict };
  if (verdict.outcome === 'Failure' || verdict.outcome === 'Warning')
    return {
      name: type,
      type: 'event/alarm',
      content: { ...about, code: type, detail: textOf(data) },
      ...verdict,
    };
  const change = CHANGES[last] ?? 'update';
  return { name: type, type: 'event/model', content: { ...about, change, detail: type }, ...verdict };
}

const CHANGES: Readonly<Record<string, string>> = { created: 'create', deleted: 'delete', gone: 'delete' };

function states(state: string, previous: unknown): Record<string, string> {
  return typeof previous === 'string' ? { state, previous } : { state };
}

function nameIn(data: Readonly<Record<string, unknown>>): string | undefined {
  const name = data['name'] ?? data['vsysName'];
  return typeof name === 'string' ? name : undefined;
}

function textOf(data: Readonly<Record<string, unknown>>): string {
  const { message, error } = data;
  if (typeof message === 'string') return message;
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : JSON.stringify(data);
}
