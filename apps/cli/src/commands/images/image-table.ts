/** How images are shown. */
import type { ImageView } from '@openvsys/api-client';
import type { Context } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts, type Column } from '../../output/render.js';

export const IMAGE_COLUMNS: readonly Column<ImageView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'version', value: ({ version }) => version, style: 'number' },
  { title: 'whose', value: ({ visibility }) => visibility },
  { title: 'state', value: ({ state }) => state },
  { title: 'title', value: ({ title }) => title },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'os', value: ({ os }) => os },
  { title: 'disk GiB', value: ({ systemDiskGiB }) => systemDiskGiB, style: 'number' },
  { title: 'memory MiB from', value: ({ minMemoryMiB }) => minMemoryMiB, style: 'number' },
  { title: 'places', value: ({ places }) => places, style: 'number' },
  { title: 'deprecated', value: ({ deprecated }) => deprecated },
];

export async function printImage({ output }: Context, image: ImageView): Promise<void> {
  await output.result(image, () => renderFacts(factsOf(image), output.colors));
}

function factsOf(image: ImageView) {
  const { reference, visibility, state, title, kind, os, systemDiskGiB, minMemoryMiB, licence } = image;
  const { upload, failure, deprecated, deprecatedFrom, replacement, places, sizeGiB, sha256 } = image;
  return {
    image: reference,
    whose: visibility,
    state,
    title,
    kind,
    os,
    'disk GiB': systemDiskGiB,
    'all disks GiB': sizeGiB,
    'memory MiB from': minMemoryMiB,
    places,
    uploaded: upload === null ? null : `${upload.received} of ${upload.bytes} bytes`,
    sha256,
    failure: failure === null ? null : failure.message,
    deprecated,
    'deprecated from': instant(deprecatedFrom),
    replacement,
    licence: licence === null ? null : `${licence.product} by ${licence.unit}`,
  };
}
