/** The images of a pool as its cache shows them. */
import { DomainError, type ImageRef, type ImportedImage, type SrUuid } from '@openvsys/vsys';
import { disksOf } from '../actions/images.js';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { IMAGE_TAG, importOf, isOurImage } from './image-tags.js';

export interface FoundImage {
  readonly ref: Ref<'VM'>;
  readonly vdis: readonly Ref<'VDI'>[];
  readonly image: ImportedImage;
}

function imageOf(cache: PoolCache, { ref, record }: Located<'VM'>): FoundImage | undefined {
  const disks = disksOf(cache, ref);
  const sr = cache.find('SR', disks[0]?.record.SR ?? null);
  if (sr === undefined || importOf(record) !== undefined) return undefined;
  const ours = isOurImage(record);
  return {
    ref,
    vdis: disks.map((disk) => disk.ref),
    image: {
      name: record.name_label,
      sr: sr.uuid as SrUuid,
      uuid: record.uuid,
      sizeBytes: disks.reduce((sum, disk) => sum + disk.record.virtual_size, 0),
      disks: disks.length,
      ours,
      sha256: ours ? (record.other_config[IMAGE_TAG.sha256] ?? null) : null,
    },
  };
}

/** Templates without a disk cannot be cloned to anything and are left out. */
export const foundImages = (cache: PoolCache): readonly FoundImage[] =>
  cache.images().flatMap((located) => imageOf(cache, located) ?? []);

export const findImage = (cache: PoolCache, { name, sr }: ImageRef): FoundImage | undefined =>
  foundImages(cache).find(({ image }) => image.name === name && image.sr === sr);

export function getImageAt(cache: PoolCache, wanted: ImageRef): FoundImage {
  const found = findImage(cache, wanted);
  if (found !== undefined) return found;
  throw new DomainError('not-found', `There is no image “${wanted.name.slice(0, 100)}” on that storage.`, {
    remedy: 'Take names and storages from the list of images.',
  });
}
