/** A descriptor as componentDescriptors: networks, machines with their quantity, volumes, addresses. */
import { descriptorOf, designOf, DomainError, type DesignServer, type VsysDesign } from '@openvsys/vsys';
import { ref } from '../model/representation.js';
import { kilobytesOfGib } from '../words/units.js';
import { MACHINE_CONFIGS, MACHINE_IMAGES } from './paths.js';

type Component = Readonly<Record<string, unknown>>;

/** Undefined when the descriptor has parameters without defaults: then nobody knows yet. */
export function componentsOf(document: object): readonly Component[] | undefined {
  try {
    return componentsOfDesign(designOf(descriptorOf(document), {}));
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** Appliances are left out: the standard has no word for them in version 1. */
function componentsOfDesign(design: VsysDesign): readonly Component[] {
  const roles = Map.groupBy(design.servers, ({ role }) => role);
  return [
    ...design.nets.map(({ name }) => ({
      name,
      type: 'Network',
      networkTemplate: { networkConfig: { networkType: 'PRIVATE' } },
    })),
    ...[...roles].flatMap(([role, [server, ...more]]) =>
      server === undefined ? [] : [machineComponent(design, role, server, more.length + 1)],
    ),
    ...design.disks
      .filter(({ server }) => server === null)
      .map(({ name, sizeGiB }) => ({
        name,
        type: 'Volume',
        volumeTemplate: { volumeConfig: { capacity: kilobytesOfGib(sizeGiB) } },
      })),
    ...design.publicIps.map(({ name }) => ({
      name,
      type: 'Address',
      addressTemplate: { allocation: 'dynamic' },
    })),
  ];
}

function machineComponent(
  design: VsysDesign,
  role: string,
  { name, type, image, power, nics }: DesignServer,
  quantity: number,
): Component {
  const disks = design.disks.filter(({ server }) => server === name);
  return {
    name: role,
    type: 'Machine',
    quantity,
    machineTemplate: {
      initialState: power === 'running' ? 'STARTED' : 'STOPPED',
      machineConfig: ref(`${MACHINE_CONFIGS}/${encodeURIComponent(type)}`),
      machineImage: ref(`${MACHINE_IMAGES}/${encodeURIComponent(image)}`),
      networkInterfaces: nics.map(({ vnet }) => ({ network: ref(`#${vnet}`), state: 'ACTIVE' })),
      volumeTemplates: disks.map(({ sizeGiB }) => ({ volumeConfig: { capacity: kilobytesOfGib(sizeGiB) } })),
    },
  };
}
