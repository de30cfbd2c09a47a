/** The pool as it is once a spec is reached: what plans of changes start from, because the API never talks to a pool. */
import { EMPTY_OBSERVED, nextActions, predict, type ObservedVsys, type VsysSpec } from '@openvsys/vsys';

export function reachedWorld(spec: VsysSpec | undefined): ObservedVsys {
  if (spec === undefined) return EMPTY_OBSERVED;
  let world = EMPTY_OBSERVED;
  for (let due = nextActions(spec, world); due.length > 0; due = nextActions(spec, world)) {
    world = due.reduce(predict, world);
  }
  return world;
}
