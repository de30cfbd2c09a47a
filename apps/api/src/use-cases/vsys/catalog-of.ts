/** The catalogue's tables in the form that allocation wants. */
import type { VisibleImage, WholeCatalog } from '@openvsys/persistence';
import { DomainError, type Catalog, type CatalogImage } from '@openvsys/vsys';

/** Throws `internal` when the provider has no appliance for EFMs: that is a mistake in the set-up of the service. */
export function catalogOf({ serverTypes, images }: WholeCatalog): Catalog {
  const appliance = images.find(({ kind, deprecated }) => kind === 'efm' && !deprecated);
  const smallest = serverTypes
    .filter(({ kind, deprecated }) => kind === 'efm' && !deprecated)
    .toSorted((a, b) => a.memoryMiB - b.memoryMiB || a.vcpus - b.vcpus || (a.name < b.name ? -1 : 1))[0];
  if (appliance === undefined || smallest === undefined) {
    throw new DomainError('internal', 'The catalogue has no image or no type for EFM appliances.', {
      remedy: 'The provider has to add them.',
    });
  }
  return {
    serverTypes,
    images: namedImages(images.filter(({ kind }) => kind === 'server')),
    efm: { image: catalogImage(appliance, appliance.name), defaultType: smallest.name },
  };
}

/**
 * Every name that a descriptor may write: each version by name and number, and the name alone for the newest that is offered.
 * `images`: best first, so that a name means the same thing everywhere.
 */
function namedImages(images: readonly VisibleImage[]): readonly CatalogImage[] {
  const named = [...Map.groupBy(images, ({ name }) => name)].flatMap(([name, all]) => {
    const ours = all.filter(({ visibility }) => visibility === all[0]?.visibility);
    const newest = ours.find(({ deprecated }) => !deprecated) ?? ours[0];
    return newest === undefined
      ? []
      : [[name, newest] as const, ...ours.map((one) => [one.reference, one] as const)];
  });
  return named.map(([name, image]) => catalogImage(image, name));
}

function catalogImage(image: VisibleImage, name: string): CatalogImage {
  const { template, systemDiskGiB, minMemoryMiB, deprecated, replacement, licence } = image;
  return {
    name,
    template,
    systemDiskGiB,
    minMemoryMiB,
    deprecated,
    ...(licence === null ? {} : { licence }),
    ...(replacement === null ? {} : { replacement }),
  };
}
