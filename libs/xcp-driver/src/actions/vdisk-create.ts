/** A data disk. Its constructor carries the tags; its own uuid, known only afterwards, tells it from copies. */
import { DomainError, vsysOfPart, type SrUuid, type VDiskCreate } from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { TAG, tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { findDisk, listReplacements, listDisks } from './find-parts.js';
import { seen, type PoolAccess } from './pool-access.js';
import { findStandby } from './standby.js';
import { sign } from './sign-disk.js';
import { unlessGone } from './unless-gone.js';

const GIB = 2 ** 30;

/** Throws `pool-refused` when the storage is not in the pool. */
export function getSr(cache: PoolCache, uuid: SrUuid): Ref<'SR'> {
  for (const [ref, sr] of cache.all('SR')) if (sr.uuid === uuid) return ref as Ref<'SR'>;
  throw new DomainError('pool-refused', 'The storage that was chosen for the disk is not in the pool.', {
    remedy: 'Bring the storage back, or delete the disk and create it anew.',
    details: { sr: uuid },
  });
}

async function create(
  { part, disk }: VDiskCreate,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'VDI'>> {
  const sr = getSr(pool.cache, disk.sr);
  const config = tagsOf(vsysOfPart(part), part);
  const record = {
    name_label: part,
    name_description: disk.name,
    SR: sr,
    virtual_size: disk.sizeGiB * GIB,
    type: 'user',
    sharable: false,
    read_only: false,
    other_config: config,
    xenstore_data: {},
    sm_config: {},
    tags: [],
  };
  const ref = await pool.calls.task('VDI.create', [record], { signal });
  pool.cache.wrote('VDI', ref, {
    name_label: part,
    SR: sr,
    virtual_size: record.virtual_size,
    other_config: config,
  });
  return ref;
}

/** Makes a disk just made provably ours. */
export async function signSelf(vdi: Ref<'VDI'>, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  const loaded = (): string | undefined => pool.cache.find('VDI', vdi)?.uuid || undefined;
  const uuid = await seen(pool, loaded, [['VDI', vdi]], signal);
  await sign({ ref: vdi, uuid }, pool, signal);
}

/** Worth of a disk among twins: who uses it, and whether it was finished. */
const worthOf = ({ ref, record }: Located<'VDI'>, { cache }: PoolAccess): number =>
  cache.referring('VBD', 'VDI', ref).length + (record.other_config[TAG.self] === undefined ? 0 : 1);

export const vdiskCreate: ActionHandler<'vdisk.create'> = {
  methods: ['VDI.create'],
  isDone: ({ part }, { cache }) => findDisk(cache, part)?.record.other_config[TAG.self] !== undefined,
  perform: async (action, pool, { signal }) => {
    const existing =
      findDisk(pool.cache, action.part) ??
      listReplacements(pool.cache, action.part)[0] ??
      findStandby(pool.cache, action.part);
    const vdi = existing?.ref ?? (await create(action, pool, signal));
    await signSelf(vdi, pool, signal);
  },
  // A disk that hangs on nothing and was just made has no data.
  removeTwins: async ({ part }, pool, { signal }) => {
    const worth = (twin: Located<'VDI'>): number => worthOf(twin, pool);
    const found = listDisks(pool.cache, part).toSorted((a, b) => worth(b) - worth(a));
    for (const twin of found.slice(1)) {
      if (worth(twin) > 0) return `Two disks, both in use, claim to be ${part}.`;
      await unlessGone(pool.calls.task('VDI.destroy', [twin.ref], { signal }));
      pool.cache.removed('VDI', twin.ref);
    }
    return undefined;
  },
};
