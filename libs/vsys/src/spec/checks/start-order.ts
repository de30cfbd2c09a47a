/**
 * Start order of roles and EFMs: given as numbers, or computed from `startAfter` so that each starts after all it names.
 */
import type { Violation } from '../../errors.js';
import { didYouMean } from '../did-you-mean.js';
import { pointerOf } from '../pointer.js';
import { isOpen } from '../references.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

interface Entry {
  readonly pointer: string;
  readonly order: number | undefined;
  readonly after: readonly string[];
  readonly hasBoth: boolean;
}

function entriesOf(descriptor: Descriptor): Map<string, Entry> {
  const sections = [
    ...Object.entries(descriptor.efms ?? {}).map(([name, part]) => ({ section: 'efms', name, part })),
    ...Object.entries(descriptor.vservers).map(([name, part]) => ({ section: 'vservers', name, part })),
  ];
  return new Map(
    sections.map(({ section, name, part }) => [
      name,
      {
        pointer: pointerOf(section, name),
        order: typeof part.startOrder === 'number' ? part.startOrder : undefined,
        after: (part.startAfter ?? []).filter((other) => !isOpen(other)),
        hasBoth: part.startOrder !== undefined && part.startAfter !== undefined,
      },
    ]),
  );
}

export function checkStartOrder(descriptor: Descriptor): Violation[] {
  const entries = entriesOf(descriptor);
  const wrong = [...entries.values()].flatMap((entry) => checkEntry(entry, [...entries.keys()]));
  const cycle = findCycle(entries);
  if (!cycle) return wrong;
  const first = entries.get(cycle[0] ?? '');
  return [
    ...wrong,
    {
      pointer: `${first?.pointer ?? ''}/startAfter`,
      message: `These wait for each other: ${cycle.join(' → ')}.`,
      remedy: 'Remove one of them from a startAfter.',
    },
  ];
}

function checkEntry({ pointer, after, hasBoth }: Entry, names: readonly string[]): Violation[] {
  const unknown = after.flatMap((name, index) =>
    names.includes(name)
      ? []
      : [
          {
            pointer: `${pointer}/startAfter/${index}`,
            message: `There is no role or EFM “${name}”.`,
            remedy: didYouMean(name, names),
          },
        ],
  );
  if (!hasBoth) return unknown;
  const both = {
    pointer,
    message: 'startOrder and startAfter exclude each other.',
    remedy: 'Keep one of them.',
  };
  return [...unknown, both];
}

/** The first ring of names, its first one repeated at the end. */
function findCycle(entries: ReadonlyMap<string, Entry>): string[] | undefined {
  const done = new Set<string>();
  const walk = (name: string, path: readonly string[]): string[] | undefined => {
    const start = path.indexOf(name);
    if (start >= 0) return [...path.slice(start), name];
    if (done.has(name)) return undefined;
    for (const next of entries.get(name)?.after ?? []) {
      const cycle = walk(next, [...path, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of entries.keys()) {
    const cycle = walk(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Order of every role and EFM. Only for descriptors that `checkStartOrder` found nothing in. */
export function startOrders(descriptor: Descriptor): ReadonlyMap<string, number> {
  const entries = entriesOf(descriptor);
  const orders = new Map<string, number>();
  const orderOf = (name: string): number => {
    const known = orders.get(name);
    if (known !== undefined) return known;
    const entry = entries.get(name);
    const after = (entry?.after ?? []).map(orderOf);
    const order = entry?.order ?? (after.length === 0 ? 0 : Math.max(...after) + 1);
    orders.set(name, order);
    return order;
  };
  for (const name of entries.keys()) orderOf(name);
  return orders;
}
