/** One answer of XenAPI event.from. */
import { TransportError } from '../transport/transport.js';

/**
 * How long the pool holds a poll without changes; its empty answer is the pool's sign of life. Not whole: over XML-RPC a
 * whole number has the wrong type for old pools.
 */
export const POLL_SECONDS = 10.1;
/** When a poll counts as lost: its own time and some for the transfer. Bounds how late a dead coordinator is noticed. */
export const POLL_TIMEOUT_MS = 15_000;
/** A full dump of a large pool takes its time: 70,000 objects are about 60 MB. */
export const DUMP_TIMEOUT_MS = 60_000;

export interface PoolEvent {
  /** Lower case, as the pool writes it: `vm`, `vm_guest_metrics`. */
  readonly className: string;
  readonly operation: 'add' | 'mod' | 'del';
  readonly ref: string;
  /** Absent for `del`. */
  readonly snapshot?: unknown;
}

export interface EventBatch {
  readonly events: readonly PoolEvent[];
  readonly token: string;
  /** Live objects of each class, by lower-case name: tells when deletions were missed. */
  readonly counts: ReadonlyMap<string, number>;
}

const isObject = (raw: unknown): raw is Record<string, unknown> => typeof raw === 'object' && raw !== null;

function parseEvent(raw: unknown): PoolEvent | undefined {
  if (!isObject(raw)) return undefined;
  const { class: className, operation, ref, snapshot } = raw;
  if (typeof className !== 'string' || typeof ref !== 'string') return undefined;
  if (operation !== 'add' && operation !== 'mod' && operation !== 'del') return undefined;
  return { className: className.toLowerCase(), operation, ref, snapshot };
}

export function parseBatch(raw: unknown): EventBatch {
  if (!isObject(raw) || typeof raw['token'] !== 'string') {
    throw new TransportError(
      'protocol',
      'The pool answered event.from with something else than a batch of events.',
    );
  }
  const { events, token, valid_ref_counts: counts } = raw;
  const parsed = (Array.isArray(events) ? events : []).map(parseEvent).filter((event) => event !== undefined);
  const entries = Object.entries(isObject(counts) ? counts : {});
  return {
    events: parsed,
    token,
    counts: new Map(entries.map(([name, n]) => [name.toLowerCase(), Number(n)])),
  };
}
