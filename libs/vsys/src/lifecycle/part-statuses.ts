/**
 * What the user sees of each part: computed anew from spec, pool and what is under way, so no state can get stuck.
 * The pool's facts come first. `error` only replaces a state that says "not there (yet)": a server that runs is shown as running
 * (and billed as running) even when the last thing tried on it failed; the reason then says so.
 *
 *   not in the pool   planned ── under way ──► creating ── hopeless ──► error
 *   in the pool       its own state; unwanted: deleting ──► gone
 */
import type { HostUuid, PartId } from '../ids.js';
import { holderOf } from '../plan/observed-index.js';
import type { ObservedSnapshot, ObservedVsys } from '../plan/observed.js';
import type { World } from '../plan/world.js';
import { isNetReady, isNicExact, worldOf } from '../plan/world.js';
import type { PartStatus } from '../ports/provisioning-store.port.js';
import type { BackupSpec, SnapshotSpec, VsysSpec } from '../spec/vsys-spec.js';
import type { Activity } from './activity.js';
import { NO_ACTIVITY, statusOf } from './activity.js';
import { serverStatus } from './server-status.js';
import type { PartState } from './states.js';

/**
 * The state of every part that is wanted, in the pool, or named by a spec that shall be absent. Parts that are neither wanted nor
 * in the pool and that a present spec no longer names are gone; only who recorded them knows them.
 */
export function partStatuses(
  spec: VsysSpec,
  observed: ObservedVsys,
  activity: Activity = NO_ACTIVITY,
): PartStatus[] {
  const world = worldOf(spec, observed);
  const wanted =
    spec.presence === 'present'
      ? wantedStatuses(spec, world, activity)
      : doomedStatuses(spec, world, activity);
  const told = new Set(wanted.map(({ part }) => part));
  const leftovers = inPool(world.seen)
    .filter((part) => !told.has(part))
    .map((part) => deleting(part, world, activity));
  return [...wanted, ...leftovers];
}

function wantedStatuses(spec: VsysSpec, world: World, activity: Activity): PartStatus[] {
  const { seen } = world;
  return [
    ...spec.servers.map((server) => serverStatus(server, seen.servers.get(server.id), activity)),
    ...spec.servers.flatMap(({ nics }) =>
      nics.map(({ id }) => {
        const nic = seen.nics.get(id);
        const making: PartState =
          nic !== undefined || activity.inFlight.has(`nic.create:${id}`) ? 'creating' : 'planned';
        return statusOf(id, nic !== undefined && isNicExact(world, nic) ? 'ready' : making, activity);
      }),
    ),
    ...spec.disks.map(({ id }) => {
      const disk = seen.disks.get(id);
      // Out of sight for a moment while a copy takes its place.
      if (disk === undefined && activity.inFlight.has(`disk.fill:${id}`))
        return statusOf(id, 'detached', activity);
      if (disk === undefined) {
        return statusOf(id, activity.inFlight.has(`vdisk.create:${id}`) ? 'creating' : 'planned', activity);
      }
      return statusOf(id, holderOf(seen, disk) === null ? 'detached' : 'attached', activity);
    }),
    ...spec.nets.map(({ id }) => {
      const making = seen.nets.has(id) || activity.inFlight.has(`vnet.create:${id}`) ? 'creating' : 'planned';
      return statusOf(id, isNetReady(world, id) ? 'ready' : making, activity);
    }),
    ...(spec.snapshots ?? []).map((snapshot) => snapshotStatus(snapshot, world, activity)),
    ...(spec.backups ?? []).map((backup) => backupStatus(backup, world, activity)),
    // An address is held from admission on; who answers for it is its EFM's state.
    ...spec.publicIps.map(({ id }) => statusOf(id, 'ready', activity)),
  ];
}

/** The parts of a spec that shall be absent. */
function doomedStatuses(spec: VsysSpec, world: World, activity: Activity): PartStatus[] {
  const there = new Set<PartId>(inPool(world.seen));
  const parts: PartId[] = [
    ...spec.servers.flatMap(({ id, nics }) => [id, ...nics.map((nic) => nic.id)]),
    ...[...spec.disks, ...spec.nets, ...(spec.snapshots ?? [])].map(({ id }) => id),
  ];
  return [
    ...(spec.backups ?? []).map((backup) => backupStatus(backup, world, activity)),
    ...parts.map((part) => (there.has(part) ? deleting(part, world, activity) : gone(part))),
    // Not given to anybody else while the EFM that answers for it is still there.
    ...spec.publicIps.map(({ id, server }) =>
      server !== null && there.has(server) ? statusOf(id, 'deleting', activity) : gone(id),
    ),
  ];
}

function inPool(observed: PartsOf): PartId[] {
  const { servers, nics, disks, nets, snapshots, backups } = observed;
  return [servers, nics, disks, nets, snapshots, backups].flatMap((parts): PartId[] =>
    [...parts.values()].map(({ id }) => id),
  );
}
type PartsOf = Record<
  'servers' | 'nics' | 'disks' | 'nets' | 'snapshots' | 'backups',
  { values(): Iterable<{ readonly id: PartId }> }
>;

function deleting(part: PartId, world: World, activity: Activity): PartStatus {
  const hosts: ReadonlyMap<PartId, { readonly host: HostUuid | null }> = world.seen.servers;
  const snapshots: ReadonlyMap<PartId, ObservedSnapshot> = world.seen.snapshots;
  return {
    ...statusOf(part, 'deleting', activity),
    host: hosts.get(part)?.host ?? null,
    ...sizeOf(snapshots.get(part)),
  };
}

const sizeOf = (seen: ObservedSnapshot | undefined): Pick<PartStatus, 'sizeGiB' | 'pausedMs'> => ({
  ...(seen?.sizeGiB === undefined ? {} : { sizeGiB: seen.sizeGiB }),
  ...(seen?.pausedMs === undefined ? {} : { pausedMs: seen.pausedMs }),
});

/** All its servers were given up before it was taken. */
const NOBODY_LEFT = 'None of its servers is wanted any more, so it is not taken. Delete it.';

/** There once it is of all its servers that are still wanted. */
function snapshotStatus({ id, servers }: SnapshotSpec, world: World, activity: Activity): PartStatus {
  const seen = world.seen.snapshots.get(id);
  const isTaken = servers.every(
    (server) => !world.wanted.servers.has(server) || seen?.servers.includes(server) === true,
  );
  if (seen !== undefined && isTaken) return { ...statusOf(id, 'ready', activity), ...sizeOf(seen) };
  if (isTaken) return { ...statusOf(id, 'error', activity), reason: NOBODY_LEFT };
  const making = activity.inFlight.has(`snapshot.create:${id}`) ? 'creating' : 'planned';
  return statusOf(id, making, activity);
}

const LOST = 'The pool has lost it. Delete it; what it held is gone.';
const NOT_TAKEN = 'What it was to be a copy of is gone, so it is not taken. Delete it.';

function backupStatus({ id, isTaken, source }: BackupSpec, world: World, activity: Activity): PartStatus {
  const seen = world.seen.backups.get(id);
  if (seen !== undefined && seen.isPartial !== true) return statusOf(id, 'ready', activity);
  if (isTaken === true) return { ...statusOf(id, 'error', activity), reason: LOST };
  const wanted: {
    readonly servers: ReadonlyMap<PartId, unknown>;
    readonly disks: ReadonlyMap<PartId, unknown>;
  } = world.wanted;
  const isPossible = activity.inFlight.has(`backup.create:${id}`) || inPool(world.seen).includes(source);
  if (!isPossible && !wanted.servers.has(source) && !wanted.disks.has(source))
    return { ...statusOf(id, 'error', activity), reason: NOT_TAKEN };
  return statusOf(id, activity.inFlight.has(`backup.create:${id}`) ? 'creating' : 'planned', activity);
}

const gone = (part: PartId): PartStatus => ({ part, state: 'gone', host: null, reason: null });
