/** The effect of an action, its locks and its words: one look-up for every kind. */
import type { PartId } from '../ids.js';
import type { VsysSpec } from '../spec/vsys-spec.js';
import type { Action, ActionLocks } from './action.js';
import { ruleOf } from './actions/registry.js';
import type { ObservedVsys } from './observed.js';

/**
 * The observation after the action succeeded. The host of a started server is unknown beforehand and stays as it was.
 * Never changes its argument; an action whose subject is not there changes nothing.
 */
export function predict(observed: ObservedVsys, action: Action): ObservedVsys {
  return ruleOf(action.kind).predict(observed, action);
}

/** What must not be worked on while the action is under way. */
export function locksOf(action: Action): ActionLocks {
  return ruleOf(action.kind).locks(action);
}

/** May both be under way at the same time? */
export function areCompatible(a: ActionLocks, b: ActionLocks): boolean {
  return !clash(a.exclusive, b.exclusive) && !clash(a.exclusive, b.shared) && !clash(a.shared, b.exclusive);
}

/** One line for people. Without `names` parts are called by their ids. */
export function titleOf(action: Action, names: ReadonlyMap<PartId, string> = new Map()): string {
  return ruleOf(action.kind).title(action, (part) => names.get(part) ?? part);
}

/** The descriptor's names of all parts of a spec, for `titleOf`. */
export function namesOf(spec: VsysSpec): ReadonlyMap<PartId, string> {
  return new Map<PartId, string>(
    [
      ...spec.nets,
      ...spec.servers,
      ...spec.disks,
      ...spec.publicIps,
      ...(spec.snapshots ?? []),
      ...(spec.backups ?? []),
    ].map(({ id, name }) => [id, name]),
  );
}

function clash(a: readonly string[], b: readonly string[]): boolean {
  return a.some((name) => b.includes(name));
}
