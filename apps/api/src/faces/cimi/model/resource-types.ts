/** Every resource type: its attributes behind the common ones, and how a collection of it is called. */
import type { Attribute } from './attribute.js';
import { CLOUD_ENTRY_POINT, COMMON, CREDENTIAL, RESOURCE_METADATA } from './common.types.js';
import {
  DISK,
  MACHINE,
  MACHINE_CONFIGURATION,
  MACHINE_IMAGE,
  MACHINE_NETWORK_INTERFACE,
  MACHINE_TEMPLATE,
  MACHINE_VOLUME,
} from './machine.types.js';
import {
  ADDRESS,
  ADDRESS_TEMPLATE,
  FORWARDING_GROUP,
  FORWARDING_GROUP_TEMPLATE,
  NETWORK,
  NETWORK_CONFIGURATION,
  NETWORK_INTERFACE,
  NETWORK_PORT,
  NETWORK_PORT_CONFIGURATION,
  NETWORK_PORT_TEMPLATE,
  NETWORK_SERVICE,
  NETWORK_TEMPLATE,
  PROTOCOL_ENDPOINT,
  PROTOCOL_SEGMENT,
} from './network.types.js';
import { VOLUME, VOLUME_CONFIGURATION, VOLUME_IMAGE, VOLUME_TEMPLATE } from './storage.types.js';
import { EFM, join, SYSTEM, SYSTEM_TEMPLATE } from './system.types.js';
import type { TypeName } from './type-names.js';
import {
  EVENT,
  EVENT_LOG,
  EVENT_LOG_TEMPLATE,
  JOB,
  METER,
  METER_CONFIGURATION,
  METER_TEMPLATE,
  SAMPLE,
} from './work.types.js';

const OWN_ATTRIBUTES: Readonly<Record<TypeName, readonly Attribute[]>> = {
  CloudEntryPoint: CLOUD_ENTRY_POINT,
  ResourceMetadata: RESOURCE_METADATA,
  System: SYSTEM,
  SystemTemplate: SYSTEM_TEMPLATE,
  SystemMachine: join('machine', 'Machine'),
  SystemVolume: join('volume', 'Volume'),
  SystemNetwork: join('network', 'Network'),
  SystemAddress: join('address', 'Address'),
  SystemForwardingGroup: join('forwardingGroup', 'ForwardingGroup'),
  Efm: EFM,
  Machine: MACHINE,
  MachineTemplate: MACHINE_TEMPLATE,
  MachineConfiguration: MACHINE_CONFIGURATION,
  MachineImage: MACHINE_IMAGE,
  MachineVolume: MACHINE_VOLUME,
  MachineNetworkInterface: MACHINE_NETWORK_INTERFACE,
  MachineNetworkInterfaceAddress: join('address', 'Address'),
  MachineSnapshot: join('snapshot', 'MachineImage'),
  Disk: DISK,
  Credential: CREDENTIAL,
  CredentialTemplate: CREDENTIAL,
  Volume: VOLUME,
  VolumeTemplate: VOLUME_TEMPLATE,
  VolumeConfiguration: VOLUME_CONFIGURATION,
  VolumeImage: VOLUME_IMAGE,
  VolumeVolumeImage: join('volumeImage', 'VolumeImage'),
  Network: NETWORK,
  NetworkTemplate: NETWORK_TEMPLATE,
  NetworkConfiguration: NETWORK_CONFIGURATION,
  NetworkPort: NETWORK_PORT,
  NetworkPortTemplate: NETWORK_PORT_TEMPLATE,
  NetworkPortConfiguration: NETWORK_PORT_CONFIGURATION,
  NetworkNetworkPort: join('networkPort', 'NetworkPort'),
  Address: ADDRESS,
  AddressTemplate: ADDRESS_TEMPLATE,
  ForwardingGroup: FORWARDING_GROUP,
  ForwardingGroupTemplate: FORWARDING_GROUP_TEMPLATE,
  ProtocolSegment: PROTOCOL_SEGMENT,
  ProtocolEndpoint: PROTOCOL_ENDPOINT,
  NetworkInterface: NETWORK_INTERFACE,
  NetworkService: NETWORK_SERVICE,
  Job: JOB,
  Meter: METER,
  MeterTemplate: METER_TEMPLATE,
  MeterConfiguration: METER_CONFIGURATION,
  Sample: SAMPLE,
  EventLog: EVENT_LOG,
  EventLogTemplate: EVENT_LOG_TEMPLATE,
  Event: EVENT,
};

const ALL: ReadonlyMap<string, readonly Attribute[]> = new Map(
  Object.entries(OWN_ATTRIBUTES).map(([name, own]) => [name, [...COMMON, ...own]]),
);

/** All attributes of a type in the order of the standard, the common ones first. */
export function attributesOf(type: TypeName): readonly Attribute[] {
  return ALL.get(type) ?? COMMON;
}

/** Without the common ones. */
export function ownAttributesOf(type: TypeName): readonly Attribute[] {
  return OWN_ATTRIBUTES[type];
}

export function existsIn(version: 1 | 2): (attribute: Attribute) => boolean {
  return ({ versions }) => versions.includes(String(version));
}

/** Plurals that are not the type's name with an `s`. */
const IRREGULAR: Partial<Record<TypeName, string>> = {
  Address: 'addresses',
  SystemAddress: 'systemAddresses',
  MachineNetworkInterfaceAddress: 'machineNetworkInterfaceAddresses',
  NetworkService: 'services',
};

/** Key of the entries in a JSON collection, and the element around them in XML of v2. */
export function groupingOf(type: TypeName): string {
  return IRREGULAR[type] ?? `${type.charAt(0).toLowerCase()}${type.slice(1)}s`;
}
