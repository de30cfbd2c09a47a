/** Systems and their templates. */
import {
  ALWAYS,
  attribute,
  collection,
  GIVEN,
  listOf,
  OWN,
  reference,
  structure,
  V1,
  V2,
  type Attribute,
} from './attribute.js';
import { WATCHED, WATCHING } from './machine.types.js';
import type { TypeName } from './type-names.js';

export const SYSTEM: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('machines', collection('SystemMachine')),
  attribute('volumes', collection('SystemVolume')),
  attribute('networks', collection('SystemNetwork')),
  attribute('addresses', collection('SystemAddress'), V1),
  attribute('forwardingGroups', collection('SystemForwardingGroup'), V1),
  attribute('networkServices', collection('NetworkService'), V2),
  // Announced in ResourceMetadata: appliances of the system.
  attribute('efms', collection('Efm'), V1),
  ...WATCHED,
];

const component = (name: string, to: TypeName, versions: Attribute['versions'] = '12'): Attribute =>
  attribute(name, reference(to), { ...GIVEN, versions });

export const SYSTEM_TEMPLATE: readonly Attribute[] = [
  attribute(
    'componentDescriptors',
    listOf(
      'componentDescriptor',
      structure(
        attribute('name', 'text', GIVEN),
        attribute('description', 'text', GIVEN),
        attribute('properties', 'map', GIVEN),
        attribute('type', 'term', GIVEN),
        component('machineTemplate', 'MachineTemplate'),
        component('volumeTemplate', 'VolumeTemplate'),
        component('networkTemplate', 'NetworkTemplate'),
        component('credentialTemplate', 'CredentialTemplate'),
        component('addressTemplate', 'AddressTemplate', '1'),
        component('networkServiceTemplate', 'NetworkService', '2'),
        attribute('quantity', 'integer', GIVEN),
      ),
    ),
    OWN,
  ),
  ...WATCHING,
  attribute('importImage', 'uri'),
];

/** What v1 puts between a system and a component. */
export const join = (name: string, to: TypeName): readonly Attribute[] => [
  attribute(name, reference(to), GIVEN),
];

/** An appliance of a system: as a NetworkService of v2. */
export const EFM: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('type', 'text', ALWAYS),
  attribute('networks', listOf('network', reference('Network'))),
  attribute('policies', 'map', { update: true }),
];
