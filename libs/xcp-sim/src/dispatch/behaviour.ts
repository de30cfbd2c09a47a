// Purpose: what a hand-written message looks like, and the registry of all of them.
import type { Args } from './args.js';
import type { Call } from '../core/call.js';
import type { XenValue } from '../datamodel/xen-value.js';

/** `null` stands for void. */
export type BehaviourResult = XenValue | void | Promise<XenValue | void>;

export interface Behaviour {
  run(call: Call, args: Args): BehaviourResult;
  /** `quick` messages take the time of one database call; `timed` ones spend their own. */
  cost: 'quick' | 'timed';
}

export type BehaviourTable = Readonly<Record<string, Behaviour>>;

/** A message that takes about as long as a getter. */
export function quick(run: Behaviour['run']): Behaviour {
  return { run, cost: 'quick' };
}

/** A message that spends its own time through `call.spend`. */
export function timed(run: Behaviour['run']): Behaviour {
  return { run, cost: 'timed' };
}
