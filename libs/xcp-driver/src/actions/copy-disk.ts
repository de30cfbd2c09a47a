/**
 * A full copy of a disk, also of one in use: the pool copies from a frozen moment of it, which is given up afterwards.
 *
 *   rests of an earlier attempt removed ──► source marked ──► frozen ──► frozen one tagged, source unmarked ──► copied ──► frozen one removed
 *
 * What the pool makes inherits the tags of what it is made of (XenAPI VDI.snapshot, VDI.clone, VDI.copy), so whatever an attempt
 * leaves behind is found by the mark or by the tag. The copy is nobody's until the caller writes its tags.
 */
import { vsysOfPart, type PartId } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { TAG, tagsOf } from '../ownership-tags.js';
import { destroyVdi } from './destroy-vdi.js';
import type { PoolAccess } from './pool-access.js';

/** Value of the tag `self` on what is not complete: no object has such a uuid, so it counts as nobody's. */
export const UNFINISHED = 'unfinished';

const markOf = (part: PartId): string => `${TAG.copying}/${part}`;

/** The source carries its own uuid, what was made of it meanwhile the same one. */
const isMarkedCopy = ({ other_config, uuid }: Cached<'VDI'>, mark: string): boolean =>
  other_config[mark] !== undefined && other_config[mark] !== uuid;

/** What attempts to copy something for the part have left, or are working on. */
export function listUnfinished(cache: PoolCache, part: PartId): readonly Located<'VDI'>[] {
  return cache
    .owned(vsysOfPart(part), 'VDI')
    .filter(({ record }) => record.other_config[TAG.copying] === part);
}

/** A copy that hangs on a VM is a snapshot of somebody else, taken while the source was marked. */
function listMarkedCopies({ cache }: PoolAccess, part: PartId): readonly Located<'VDI'>[] {
  const mark = markOf(part);
  const found: Located<'VDI'>[] = [];
  for (const [ref, record] of cache.all('VDI')) {
    const isRest = isMarkedCopy(record, mark) && cache.referring('VBD', 'VDI', ref).length === 0;
    if (isRest) found.push({ ref: ref as Ref<'VDI'>, record });
  }
  return found;
}

async function unmark(vdi: Ref<'VDI'>, part: PartId, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  const { [markOf(part)]: mark, ...config } = pool.cache.find('VDI', vdi)?.other_config ?? {};
  if (mark === undefined) return;
  await pool.calls.call('VDI.remove_from_other_config', [vdi, markOf(part)], signal);
  pool.cache.wrote('VDI', vdi, { other_config: config });
}

/** Whatever an attempt for the part has left in the pool; nothing of it is of use. */
export async function removeUnfinished(part: PartId, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  for (const { ref } of [...listUnfinished(pool.cache, part), ...listMarkedCopies(pool, part)])
    await destroyVdi(ref, pool, signal);
  for (const [ref, { other_config: config }] of pool.cache.all('VDI'))
    if (config[markOf(part)] !== undefined) await unmark(ref as Ref<'VDI'>, part, pool, signal);
}

/** A snapshot cannot be frozen again, so it is cloned. */
async function freeze(
  { ref, record }: Located<'VDI'>,
  part: PartId,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'VDI'>> {
  const { cache, calls } = pool;
  const config = { ...record.other_config, [markOf(part)]: record.uuid };
  await calls.call('VDI.add_to_other_config', [ref, markOf(part), record.uuid], signal);
  cache.wrote('VDI', ref, { other_config: config });
  const frozen = await calls.task(record.is_a_snapshot ? 'VDI.clone' : 'VDI.snapshot', [ref], { signal });
  const tags = { ...tagsOf(vsysOfPart(part), part), [TAG.self]: UNFINISHED, [TAG.copying]: part };
  await calls.call('VDI.set_other_config', [frozen, tags], signal);
  await unmark(ref, part, pool, signal);
  return frozen;
}

export interface DiskCopy {
  readonly ref: Ref<'VDI'>;
  readonly uuid: string;
  readonly sizeBytes: number;
}

/** A copy of `source` on `sr` for the part, unfinished: the caller says what it is. */
export async function copyDisk(
  source: Located<'VDI'>,
  { part, sr }: { readonly part: PartId; readonly sr: Ref<'SR'> },
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<DiskCopy> {
  await pool.feed.barrier(signal);
  await removeUnfinished(part, pool, signal);
  const frozen = await freeze(source, part, pool, signal);
  const ref = await pool.calls.task('VDI.copy', [frozen, sr], { signal });
  await destroyVdi(frozen, pool, signal);
  const { uuid, virtual_size: sizeBytes } = await pool.calls.call('VDI.get_record', [ref], signal);
  return { ref, uuid, sizeBytes };
}

/** Says what a copy is, in one write. */
export async function nameCopy(
  { ref }: Pick<DiskCopy, 'ref'>,
  config: Readonly<Record<string, string>>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  await pool.calls.call('VDI.set_other_config', [ref, config], signal);
  pool.cache.wrote('VDI', ref, { other_config: config });
}
