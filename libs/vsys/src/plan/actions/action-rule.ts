/**
 * All that the planner knows about one action kind. A new kind is one file with such a rule and one line in the registry,
 * which the compiler demands.
 */
import type { PartId } from '../../ids.js';
import type { ActionKey, ActionKind, ActionLocks, ActionOfKind } from '../action.js';
import type { ObservedVsys } from '../observed.js';
import type { World } from '../world.js';

export interface ActionRule<K extends ActionKind> {
  readonly kind: K;
  /** The actions of this kind that may start now. */
  due(world: World): readonly ActionOfKind<K>[];
  /** The observation after the action succeeded. Without its subject it changes nothing. */
  predict(observed: ObservedVsys, action: ActionOfKind<K>): ObservedVsys;
  /** What must not be worked on at the same time. */
  locks(action: ActionOfKind<K>): ActionLocks;
  /** Keys of actions that can have made this one possible; `start` is the world in which the plan began. */
  after(action: ActionOfKind<K>, start: World): readonly ActionKey[];
  /** One line for people. */
  title(action: ActionOfKind<K>, name: (part: PartId) => string): string;
  /** What the pool does one at a time, when this action is such a thing: for estimates only. */
  queue?(action: ActionOfKind<K>): string;
  /** What it waits in any case beside its typical duration, in ms; absent: nothing. */
  pauseMs?(action: ActionOfKind<K>): number;
  /** Typical duration on an idle pool with file-based storage, in ms; callers may override it with learnt figures. */
  readonly estimateMs: number;
}

/** Lock names: one a part, plus those of a server's settings and config drive, which change while its NICs and disks are made. */
export const lockOf = (part: PartId): string => `part:${part}`;
/** What is on a disk: shared by those who copy it, exclusive for who replaces or destroys it. */
export const contentsLockOf = (disk: PartId): string => `contents:${disk}`;
export const driveLockOf = (server: PartId): string => `drive:${server}`;
/** The wait for a server to be ready. */
export const readinessLockOf = (server: PartId): string => `readiness:${server}`;
export const settingsLockOf = (server: PartId): string => `settings:${server}`;

/** The list with the entry of `id` replaced; the same list when there is none. */
export function replaceById<T extends { readonly id: string }>(
  parts: readonly T[],
  id: T['id'],
  change: (part: T) => NoInfer<T>,
): readonly T[] {
  const index = parts.findIndex((part) => part.id === id);
  const part = parts[index];
  return part === undefined ? parts : parts.with(index, change(part));
}

/** The list with `part` in place of an entry of the same id, or at the end. */
export function putById<T extends { readonly id: string }>(
  parts: readonly T[],
  part: NoInfer<T>,
): readonly T[] {
  const index = parts.findIndex(({ id }) => id === part.id);
  return index === -1 ? [...parts, part] : [...parts.toSpliced(index, 1), part];
}
