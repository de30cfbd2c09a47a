/** The catalogue's tables in the form that allocation wants. */
import type { WholeCatalog } from '@openvsys/persistence';
import { DomainError, type Catalog } from '@openvsys/vsys';

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
    images: images.filter(({ kind }) => kind === 'server'),
    efm: { image: appliance, defaultType: smallest.name },
  };
}
