// Purpose: what an event subscriber asked for: everything, classes, or single objects.
import { XenFailure } from '../core/failure.js';
import type { DataModel } from '../datamodel/data-model.js';
import type { Row } from '../database/row.js';

export class Subscription {
  private all = false;
  private readonly classes = new Set<string>();
  private readonly objects = new Map<string, Set<string>>();

  /** Unknown classes and objects are accepted and never match, as the real server does. */
  constructor(
    texts: readonly string[],
    private readonly model: DataModel,
  ) {
    for (const text of texts) this.add(text);
  }

  /** True if only tasks are watched: such calls are answered without the grouping delay. */
  get tasksOnly(): boolean {
    if (this.all) return false;
    const classes = new Set([...this.classes, ...this.objects.keys()]);
    return classes.size === 1 && classes.has('task');
  }

  /** Rows that can match without looking at every change, or undefined if there are too many to name. */
  get namedObjects(): readonly (readonly [string, string])[] | undefined {
    if (this.all || this.classes.size > 0) return undefined;
    return [...this.objects].flatMap(([cls, refs]) => [...refs].map((ref) => [cls, ref] as const));
  }

  matches(row: Row): boolean {
    if (!row.fact.events) return false;
    if (this.all || this.classes.has(row.cls)) return true;
    return this.objects.get(row.cls)?.has(row.ref) === true;
  }

  private add(text: string): void {
    const slash = text.indexOf('/');
    if (text === '*' || text.startsWith('*/')) {
      this.all = true;
      return;
    }
    const classText = slash < 0 ? text : text.slice(0, slash);
    const cls = this.model.classByLowerName.get(classText.toLowerCase());
    if (cls === undefined) return;
    if (slash < 0) this.classes.add(cls);
    else this.objects.set(cls, (this.objects.get(cls) ?? new Set()).add(text.slice(slash + 1)));
  }
}

const WIDEST_COUNTER = 2n ** 63n - 1n;

/** Reads a token of `event.from`; "" is the beginning. @throws XenFailure EVENT_FROM_TOKEN_PARSE_FAILURE */
export function parseToken(token: string): number {
  if (token === '') return 0;
  const match = /^(-?\d+),(-?\d+)$/.exec(token);
  if (match?.[1] === undefined || match[2] === undefined) throw tokenFailure(token);
  if (BigInt(match[1]) > WIDEST_COUNTER || BigInt(match[2]) > WIDEST_COUNTER) throw tokenFailure(token);
  return Number(match[1]);
}

export function formatToken(generation: number): string {
  return `${String(generation).padStart(20, '0')},${'0'.repeat(20)}`;
}

function tokenFailure(token: string): XenFailure {
  return new XenFailure('EVENT_FROM_TOKEN_PARSE_FAILURE', token);
}
