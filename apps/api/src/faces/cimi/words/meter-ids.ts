/** Ids of the meters that everything has: aspect and target. */
import { ASPECTS, type Aspect } from './aspects.js';

export interface MeterId {
  readonly aspect: Aspect;
  /** Path of the machine or system. */
  readonly target: string;
}

/** `cpu-DEMO0001-7K2M9QXPA-S-0001`; undefined: no such aspect. */
export function parseMeterId(id: string): MeterId | undefined {
  const dash = id.indexOf('-');
  const aspect = ASPECTS.find(({ name }) => name === id.slice(0, dash));
  if (dash < 0 || aspect === undefined) return undefined;
  const target = id.slice(dash + 1);
  return { aspect, target: `${/-S-\d{4}$/.test(target) ? 'machines' : 'systems'}/${target}` };
}
