/**
 * Snapshots of several servers at one moment: one XenAPI snapshot a server, named `<snapshot id> <server id>`, and inheriting the
 * server's tags, which say whose it is.
 *
 *   rest of an earlier attempt removed ──► all held still ──► all copied ──► all go on ──► each marked as complete
 *
 * Only marked ones count. With memory (XenAPI VM.checkpoint) each server is stopped and copied by itself.
 */
import {
  snapshotId,
  vnetId,
  vserverId,
  vsysOfPart,
  type ObservedSnapshot,
  type SnapshotCreate,
  type SnapshotId,
  type VNetId,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { TAG } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { destroyVdi } from './destroy-vdi.js';
import { getVm } from './find-parts.js';
import { whileHeld } from './pause-barrier.js';
import type { PoolAccess } from './pool-access.js';
import { unlessGone } from './unless-gone.js';

const GIB = 2 ** 30;

interface Taken {
  readonly id: SnapshotId;
  readonly server: VServerId;
  readonly vm: Located<'VM'>;
}

const nameOf = (id: SnapshotId, server: VServerId): string => `${id} ${server}`;

function parsedId(text: string | undefined): SnapshotId | undefined {
  if (text === undefined) return undefined;
  try {
    return snapshotId(text);
  } catch {
    return undefined;
  }
}

/** Snapshots of ours: by their name, and by the tags that they inherited from a server of the same system. */
function takenFrom(vm: Located<'VM'>): Taken | undefined {
  if (!vm.record.is_a_snapshot) return undefined;
  const [id, server, ...more] = vm.record.name_label.split(' ');
  if (id === undefined || server === undefined || more.length > 0) return undefined;
  if (vm.record.other_config[TAG.part] !== server) return undefined;
  try {
    return { id: snapshotId(id), server: vserverId(server), vm };
  } catch {
    return undefined;
  }
}

const listTaken = (cache: PoolCache, vsys: VsysId): readonly Taken[] =>
  cache.owned(vsys, 'VM').flatMap((vm) => takenFrom(vm) ?? []);

const listOf = (cache: PoolCache, id: SnapshotId): readonly Taken[] =>
  listTaken(cache, vsysOfPart(id)).filter((taken) => taken.id === id);

const pausedMsOf = ({ vm }: Taken): number | undefined => {
  const text = vm.record.other_config[TAG.snapshotPaused];
  return text === undefined ? undefined : Number(text);
};

const bytesOf = ({ vm }: Taken): number => Number(vm.record.other_config[TAG.snapshotBytes] ?? 0);

/** A server that sleeps counts as connected, also in its snapshot (XenAPI VM.checkpoint). */
function netsHeldBy({ vm }: Taken, cache: PoolCache): readonly VNetId[] {
  return cache.referring('VIF', 'VM', vm.ref).flatMap(({ record }) => {
    if (!record.currently_attached) return [];
    return parsedNet(cache.find('network', record.network)?.other_config[TAG.part]) ?? [];
  });
}

function parsedNet(text: string | undefined): VNetId | undefined {
  if (text === undefined) return undefined;
  try {
    return vnetId(text);
  } catch {
    return undefined;
  }
}

export function observeSnapshots(cache: PoolCache, vsys: VsysId): readonly ObservedSnapshot[] {
  const groups = new Map(Map.groupBy(listTaken(cache, vsys), ({ id }) => id));
  for (const { record } of cache.owned(vsys, 'VDI')) {
    const left = parsedId(record.other_config[TAG.snapshot]);
    if (left !== undefined && !groups.has(left)) groups.set(left, []);
  }
  return [...groups].map(([id, taken]) => {
    const complete = taken.filter((each) => pausedMsOf(each) !== undefined);
    const pauses = complete.map((each) => pausedMsOf(each) ?? 0);
    const holdsNets = [...new Set(taken.flatMap((each) => netsHeldBy(each, cache)))].toSorted();
    const bytes = complete.reduce((sum, each) => sum + bytesOf(each), 0);
    return {
      id,
      servers: complete.map(({ server }) => server).toSorted(),
      ...(pauses.length === 0 ? {} : { pausedMs: Math.max(...pauses), sizeGiB: Math.ceil(bytes / GIB) }),
      ...(holdsNets.length === 0 ? {} : { holdsNets }),
    };
  });
}

/** Disks of a snapshot whose VM is gone already: signed as such before. */
const listLeftDisks = (cache: PoolCache, id: SnapshotId): readonly Located<'VDI'>[] =>
  cache.owned(vsysOfPart(id), 'VDI').filter(({ record }) => record.other_config[TAG.snapshot] === id);

function disksOf({ vm }: Taken, cache: PoolCache): readonly Located<'VDI'>[] {
  const disks = cache
    .referring('VBD', 'VM', vm.ref)
    .flatMap(({ record }) => (record.type === 'Disk' && record.VDI !== null ? [record.VDI] : []));
  const refs = vm.record.suspend_VDI === null ? disks : [...disks, vm.record.suspend_VDI];
  return refs.flatMap((ref) => {
    const record = cache.find('VDI', ref);
    return record === undefined ? [] : [{ ref, record }];
  });
}

/**
 * The VM goes first, because the disks of a checkpoint count as attached to it (XenAPI VDI_IN_USE); before, its disks are
 * signed, so that they are found again when this is interrupted.
 */
async function remove(taken: Taken, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  const { cache, calls } = pool;
  for (const { ref, record } of disksOf(taken, cache)) {
    const config = { ...record.other_config, [TAG.vsys]: vsysOfPart(taken.id), [TAG.part]: taken.server };
    const signed = { ...config, [TAG.snapshot]: taken.id };
    await calls.call('VDI.set_other_config', [ref, signed], signal);
    cache.wrote('VDI', ref, { other_config: signed });
  }
  await unlessGone(calls.call('VM.destroy', [taken.vm.ref], signal));
  cache.removed('VM', taken.vm.ref);
}

/** Everything that there is of the snapshot, complete or not. */
async function removeAll(id: SnapshotId, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  for (const taken of listOf(pool.cache, id)) await remove(taken, pool, signal);
  for (const { ref } of listLeftDisks(pool.cache, id)) {
    await destroyVdi(ref, pool, signal);
  }
}

async function take(
  { part, withMemory }: SnapshotCreate,
  vm: Located<'VM'>,
  server: VServerId,
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'VM'>> {
  const name = nameOf(part, server);
  const isMemoryWanted = withMemory && vm.record.power_state === 'Running';
  if (isMemoryWanted) return calls.task('VM.checkpoint', [vm.ref, name], { signal });
  return calls.task('VM.snapshot', [vm.ref, name], { signal });
}

async function physicalBytes(
  vdis: readonly Ref<'VDI'>[],
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<number> {
  const records = await Promise.all(vdis.map(async (vdi) => calls.call('VDI.get_record', [vdi], signal)));
  return records.reduce((sum, { physical_utilisation }) => sum + physical_utilisation, 0);
}

/**
 * What each server's disks take now, bytes: a snapshot freezes it, and what is written from now on goes to a new layer. An earlier
 * snapshot's layers are not counted again.
 */
async function measureDisks(
  { servers }: SnapshotCreate,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<readonly number[]> {
  return Promise.all(
    servers.map(async (server) => {
      const vbds = pool.cache.referring('VBD', 'VM', getVm(pool.cache, server).ref);
      const vdis = vbds.flatMap(({ record: { type, VDI } }) =>
        type === 'Disk' && VDI !== null ? [VDI] : [],
      );
      return physicalBytes(vdis, pool, signal);
    }),
  );
}

/** Of a checkpoint (XenAPI VM.suspend_VDI). */
async function memoryBytes(vm: Ref<'VM'>, pool: PoolAccess, signal: AbortSignal): Promise<number> {
  const { suspend_VDI: memory } = await pool.calls.call('VM.get_record', [vm], signal);
  return memory === null ? 0 : physicalBytes([memory], pool, signal);
}

async function takeAll(
  action: SnapshotCreate,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<{ readonly refs: readonly Ref<'VM'>[]; readonly pausedMs: number }> {
  const vms = action.servers.map((server) => ({ server, vm: getVm(pool.cache, server) }));
  const copy = async (inner: AbortSignal): Promise<readonly Ref<'VM'>[]> => {
    const ends = await Promise.allSettled(
      vms.map(async ({ server, vm }) => take(action, vm, server, pool, inner)),
    );
    return ends.map((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    });
  };
  if (action.withMemory) return { refs: await copy(signal), pausedMs: 0 };
  const held = await whileHeld(
    vms.map(({ vm }) => vm),
    pool,
    signal,
    copy,
  );
  return { refs: held.result, pausedMs: held.pausedMs };
}

/** The complete snapshot of one server. */
export const findSnapshotVm = (
  cache: PoolCache,
  id: SnapshotId,
  server: VServerId,
): Located<'VM'> | undefined =>
  listOf(cache, id).find((taken) => taken.server === server && pausedMsOf(taken) !== undefined)?.vm;

const isComplete = ({ part, servers }: SnapshotCreate, cache: PoolCache): boolean => {
  const complete = listOf(cache, part).filter((taken) => pausedMsOf(taken) !== undefined);
  return servers.every((server) => complete.some((taken) => taken.server === server));
};

export const snapshotCreate: ActionHandler<'snapshot.create'> = {
  methods: ['VM.snapshot', 'VM.checkpoint', 'VM.pause', 'VM.unpause'],
  isDone: (action, { cache }) => isComplete(action, cache),
  perform: async (action, pool, { signal }) => {
    if (isComplete(action, pool.cache)) return;
    await pool.feed.barrier(signal);
    await removeAll(action.part, pool, signal);
    const frozen = await measureDisks(action, pool, signal);
    const { refs, pausedMs } = await takeAll(action, pool, signal);
    await Promise.all(
      refs.map(async (ref, index) => {
        const memory = action.withMemory ? await memoryBytes(ref, pool, signal) : 0;
        const bytes = String((frozen[index] ?? 0) + memory);
        await pool.calls.call('VM.add_to_other_config', [ref, TAG.snapshotBytes, bytes], signal);
        await pool.calls.call('VM.add_to_other_config', [ref, TAG.snapshotPaused, String(pausedMs)], signal);
      }),
    );
    await pool.feed.barrier(signal);
  },
};

export const snapshotDestroy: ActionHandler<'snapshot.destroy'> = {
  methods: ['VM.destroy', 'VDI.destroy'],
  isDone: ({ part }, { cache }) => listOf(cache, part).length + listLeftDisks(cache, part).length === 0,
  perform: async ({ part }, pool, { signal }) => removeAll(part, pool, signal),
};
