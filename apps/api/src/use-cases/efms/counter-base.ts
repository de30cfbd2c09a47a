/**
 * Counters since somebody began to count anew: what the appliance says less what it said then. A counter that is lower than it was
 * began anew by itself, with the program that counts; what stands in no relation to a time is told as it is.
 */
import type { NativeCounter } from '@openvsys/efm';
import type { CounterValues } from '@openvsys/persistence';

/** Columns of HAProxy and WireGuard that tell how it is now. */
const PRESENT: readonly string[] = ['scur', 'smax', 'qcur', 'handshake'];

/** `load`: connections and bytes of a load balancer; `errors`: what failed there. */
export const COUNTER_CHOICES = ['all', 'load', 'errors'] as const;
export type CounterChoice = (typeof COUNTER_CHOICES)[number];
const COLUMNS: Readonly<Record<Exclude<CounterChoice, 'all'>, readonly string[]>> = {
  load: ['stot', 'bin', 'bout', 'req_tot'],
  errors: ['errors', 'ereq', 'econ', 'eresp', 'wretr', 'wredis'],
};

const keyOf = ({ program, name }: NativeCounter): string => `${program} ${name}`;

/** What to take off from now on. What is not chosen stays as it was. */
export function nextBase(
  counters: readonly NativeCounter[],
  choice: CounterChoice,
  before: CounterValues = {},
): CounterValues {
  const isChosen = (column: string): boolean =>
    !PRESENT.includes(column) && (choice === 'all' || COLUMNS[choice].includes(column));
  return Object.fromEntries(
    counters.map((counter) => {
      const chosen = Object.entries(counter.values).filter(([column]) => isChosen(column));
      return [keyOf(counter), { ...before[keyOf(counter)], ...Object.fromEntries(chosen) }];
    }),
  );
}

export function sinceBase(counters: readonly NativeCounter[], base: CounterValues): NativeCounter[] {
  return counters.map((counter) => {
    const before = base[keyOf(counter)] ?? {};
    const values = Object.entries(counter.values).map(([column, value]) => {
      const then = before[column] ?? 0;
      return [column, value < then ? value : value - then];
    });
    return { ...counter, values: Object.fromEntries(values) as Record<string, number> };
  });
}
