/** Are the types and images that a design names for sale, and do they go together. */
import type { Violation } from '../../errors.js';
import { didYouMean } from '../did-you-mean.js';
import type { DesignServer, VsysDesign } from '../bind/vsys-design.js';
import { leastMemoryOf, MOST_MEMORY_TIMES } from '../headroom.js';
import { pointerOf } from '../pointer.js';
import type { VsysSpec } from '../vsys-spec.js';
import type { Catalog, CatalogServerType } from './allocation.js';
import { keepsImage } from './kept-image.js';

export function checkCatalog(design: VsysDesign, catalog: Catalog, previous?: VsysSpec): Violation[] {
  const inUse = new Map((previous?.servers ?? []).map((server) => [server.name, server]));
  const found = [
    ...design.servers.flatMap((server) => checkServer(server, catalog, inUse.get(server.name))),
    ...design.efms.flatMap(({ name, type }) =>
      checkType(
        pointerOf('efms', name, 'type'),
        type ?? catalog.efm.defaultType,
        'efm',
        catalog,
        inUse.get(name)?.type,
      ),
    ),
  ];
  // Servers of one role are wrong together and at one place.
  return [
    ...new Map(found.map((violation) => [`${violation.pointer} ${violation.message}`, violation])).values(),
  ];
}

function checkServer(
  server: DesignServer,
  catalog: Catalog,
  inUse: VsysSpec['servers'][number] | undefined,
): Violation[] {
  const at = (key: string) => pointerOf('vservers', server.role, key);
  const image = catalog.images.find(({ name }) => name === server.image);
  const type = catalog.serverTypes.find(({ name }) => name === server.type);
  const wrong = checkType(at('type'), server.type, 'server', catalog, inUse?.type);
  const isKept = inUse !== undefined && keepsImage(catalog, inUse.image, server.image);
  if (!image || (image.deprecated === true && !isKept)) {
    const names = catalog.images.filter(({ deprecated }) => deprecated !== true).map(({ name }) => name);
    const message = image
      ? `The image “${server.image}” is no longer offered.`
      : `There is no image “${server.image}”.`;
    const instead = image?.replacement;
    const remedy = instead === undefined ? didYouMean(server.image, names) : `Use “${instead}”.`;
    return [...wrong, { pointer: at('image'), message, remedy }];
  }
  const minimum = image.minMemoryMiB ?? 0;
  if (type) wrong.push(...checkTuning(server, type, minimum), ...checkHeadroom(server, type));
  if (!type || type.memoryMiB >= minimum) return wrong;
  const message = `“${image.name}” needs ${minimum} MiB of memory, “${type.name}” has ${type.memoryMiB}.`;
  return [...wrong, { pointer: at('type'), message, remedy: 'Choose a larger type.' }];
}

function checkTuning(
  { role, minMemoryMiB, headroom, tuning }: DesignServer,
  type: CatalogServerType,
  imageMinimum: number,
): Violation[] {
  const at = (key: string) => pointerOf('vservers', role, 'tuning', key);
  const found: Violation[] = [];
  if (minMemoryMiB !== undefined && (minMemoryMiB > type.memoryMiB || minMemoryMiB < imageMinimum)) {
    const message = `Between ${imageMinimum} and ${type.memoryMiB} MiB are possible, not ${minMemoryMiB}.`;
    found.push({ pointer: at('minMemoryMiB'), message, remedy: 'Choose a value between them.' });
  }
  const cores = tuning?.coresPerSocket;
  const most = headroom?.vcpus ?? type.vcpus;
  if (cores !== undefined && (type.vcpus % cores !== 0 || most % cores !== 0)) {
    const wrong = type.vcpus % cores !== 0 ? `${type.vcpus} vCPUs of “${type.name}”` : `${most} vCPUs`;
    const message = `${wrong} cannot be divided into sockets of ${cores} cores.`;
    found.push({
      pointer: at('coresPerSocket'),
      message,
      remedy: 'Choose a divisor of the number of vCPUs.',
    });
  }
  return found;
}

/** The type must lie within the headroom, and the least memory that it may have must be one that its guest can work with. */
function checkHeadroom({ role, headroom, minMemoryMiB }: DesignServer, type: CatalogServerType): Violation[] {
  if (headroom === undefined) return [];
  const at = (key: string) => pointerOf('vservers', role, 'headroom', key);
  const found: Violation[] = [];
  if (headroom.vcpus < type.vcpus)
    found.push({
      pointer: at('vcpus'),
      message: `“${type.name}” has ${type.vcpus} vCPUs, which is more than a headroom of ${headroom.vcpus}.`,
      remedy: 'Raise the headroom as well, which needs a restart.',
    });
  const most = type.memoryMiB * MOST_MEMORY_TIMES;
  if (headroom.memoryMiB < type.memoryMiB || headroom.memoryMiB > most)
    found.push({
      pointer: at('memoryMiB'),
      message: `With “${type.name}” a headroom between ${type.memoryMiB} and ${most} MiB is possible, not ${headroom.memoryMiB}.`,
      remedy: 'Choose a value between them; another headroom needs a restart.',
    });
  const least = leastMemoryOf(headroom);
  if (minMemoryMiB !== undefined && minMemoryMiB < least)
    found.push({
      pointer: pointerOf('vservers', role, 'tuning', 'minMemoryMiB'),
      message: `With a headroom of ${headroom.memoryMiB} MiB the guest needs at least ${least} MiB.`,
      remedy: 'Choose more, or a smaller headroom.',
    });
  return found;
}

function checkType(
  pointer: string,
  name: string,
  kind: CatalogServerType['kind'],
  catalog: Catalog,
  inUse: string | undefined,
): Violation[] {
  const offered = catalog.serverTypes.filter((type) => type.kind === kind && type.deprecated !== true);
  const names = offered.map((type) => type.name);
  const type = catalog.serverTypes.find((candidate) => candidate.name === name);
  if (!type)
    return [{ pointer, message: `There is no server type “${name}”.`, remedy: didYouMean(name, names) }];
  if (type.kind !== kind) {
    const message = `The server type “${name}” is for ${type.kind === 'efm' ? 'EFMs' : 'servers'} only.`;
    return [{ pointer, message, remedy: didYouMean(name, names) }];
  }
  if (type.deprecated !== true || inUse === name) return [];
  return [
    { pointer, message: `The server type “${name}” is no longer offered.`, remedy: didYouMean(name, names) },
  ];
}
