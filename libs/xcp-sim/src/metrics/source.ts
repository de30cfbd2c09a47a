// Purpose: shorthand for the tables of data sources.
import type { DataSource } from './data-sources.js';

/** A recorded source with a value from 0 up. */
export function gauge(
  name: string,
  units: string,
  description: string,
  at: DataSource['at'],
  max = Number.POSITIVE_INFINITY,
): DataSource {
  return { name, units, description, min: 0, max, standard: true, at };
}

/** One that is recorded only when somebody asks for it. */
export function onDemand(source: DataSource): DataSource {
  return { ...source, standard: false };
}

/** Computes a value once for each time; for sums over many things that several sources share. */
export function remembered(at: DataSource['at']): DataSource['at'] {
  const known = new Map<number, number>();
  return (timeS) => {
    const before = known.get(timeS);
    if (before !== undefined) return before;
    const value = at(timeS);
    known.set(timeS, value);
    return value;
  };
}
