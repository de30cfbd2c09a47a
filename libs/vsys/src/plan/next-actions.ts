/** What may be done now: pure, and the only place that decides what happens next (design D1). */
import type { VServerId } from '../ids.js';
import type { VsysSpec } from '../spec/vsys-spec.js';
import type { Action } from './action.js';
import { isFarewell, isPending, waitsForAll } from './actions/farewell.js';
import { ACTION_KINDS, ruleOf } from './actions/registry.js';
import type { ObservedVsys } from './observed.js';
import type { SpecIndex } from './spec-index.js';
import type { World } from './world.js';
import { worldOf } from './world.js';

/**
 * Everything that may start now, most urgent first: removals that make room, then VNets, then the parts of each server in
 * the order in which servers come up; what takes data with it comes when all else is done. Actions whose locks are compatible may run at the same time.
 * An empty list means that the observation equals the spec. Linear in the number of parts but for sorting what is due.
 */
export function nextActions(spec: VsysSpec, observed: ObservedVsys): Action[] {
  return dueIn(worldOf(spec, observed));
}

/** As `nextActions`, for callers that already joined spec and observation. */
export function dueIn(world: World): Action[] {
  const possible = ACTION_KINDS.flatMap((kind, rank) =>
    ruleOf(kind)
      .due(world)
      .map((action) => ({ action, rank, turn: turnOf(world.wanted, action) })),
  );
  const isBuilt = !possible.some(({ action }) => isPending(world, action) && !waitsForAll(world, action));
  const isReached = !possible.some(({ action }) => isPending(world, action));
  return possible
    .filter(({ action }) => isReached || !isFarewell(world, action))
    .filter(({ action }) => isBuilt || !waitsForAll(world, action))
    .toSorted((a, b) => a.turn - b.turn || a.rank - b.rank || (a.action.part < b.action.part ? -1 : 1))
    .map(({ action }) => action);
}

const REMOVAL = -2;
const NET = -1;

function turnOf(wanted: SpecIndex, action: Action): number {
  const of = (server: VServerId | null): number =>
    server === null ? wanted.turnOf.size : (wanted.turnOf.get(server) ?? REMOVAL);
  switch (action.kind) {
    case 'vnet.create':
      return NET;
    case 'snapshot.create':
    case 'backup.create':
      return of(null);
    case 'snapshot.destroy':
    case 'backup.destroy':
    case 'vnet.destroy':
    case 'vdisk.destroy':
      return REMOVAL;
    case 'vdisk.create':
    case 'vdisk.resize':
      return of(wanted.disks.get(action.part)?.server ?? null);
    default:
      return of(serverOf(action));
  }
}

type OfAServer = Exclude<
  Action,
  {
    kind:
      | `vnet.${string}`
      | `snapshot.${string}`
      | `backup.${string}`
      | 'vdisk.create'
      | 'vdisk.resize'
      | 'vdisk.destroy';
  }
>;

const serverOf = (action: OfAServer): VServerId | null => ('server' in action ? action.server : action.part);
