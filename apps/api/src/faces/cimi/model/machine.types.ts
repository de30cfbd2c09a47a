/** Machines and what they are made from. */
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

const size: readonly Attribute[] = [
  attribute('cpu', 'integer', { ...OWN, ...ALWAYS }),
  /** KiB. */
  attribute('memory', 'integer', { ...OWN, ...ALWAYS }),
];
const processor: readonly Attribute[] = [
  attribute('cpuArch', 'text', { ...GIVEN, ...ALWAYS }),
  attribute('cpuSpeed', 'integer', GIVEN),
];
/** Of what something does over time. */
export const WATCHED: readonly Attribute[] = [
  attribute('meters', collection('Meter')),
  attribute('eventLog', reference('EventLog')),
];
/** In templates; nothing comes of them here, so they are refused where they are given. */
export const WATCHING: readonly Attribute[] = [
  attribute('meterTemplates', listOf('meterTemplate', reference('MeterTemplate')), OWN),
  attribute('eventLogTemplate', reference('EventLogTemplate'), OWN),
];

export const MACHINE: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  ...size,
  attribute('disks', collection('Disk'), ALWAYS),
  ...processor,
  attribute('volumes', collection('MachineVolume')),
  attribute('networkInterfaces', collection('MachineNetworkInterface'), V1),
  attribute('interfaces', collection('NetworkInterface'), V2),
  attribute('latestSnapshot', reference('MachineImage')),
  attribute('snapshots', collection('MachineSnapshot')),
  ...WATCHED,
];

export const MACHINE_CONFIGURATION: readonly Attribute[] = [
  ...size,
  attribute(
    'disks',
    listOf(
      'disk',
      structure(
        attribute('capacity', 'integer', GIVEN),
        attribute('format', 'text', GIVEN),
        attribute('initialLocation', 'text', GIVEN),
      ),
    ),
    OWN,
  ),
  ...processor,
];

export const MACHINE_IMAGE: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('type', 'text', GIVEN),
  attribute('imageLocation', 'uri', { ...GIVEN, ...ALWAYS }),
  attribute('relatedImage', reference('MachineImage')),
];

const location = attribute('initialLocation', 'text', GIVEN);

export const MACHINE_TEMPLATE: readonly Attribute[] = [
  attribute('initialState', 'text', OWN),
  attribute('machineConfig', reference('MachineConfiguration'), OWN),
  attribute('machineImage', reference('MachineImage'), OWN),
  attribute('credential', reference('Credential'), OWN),
  attribute('volumes', listOf('volume', reference(undefined, [location])), OWN),
  attribute('volumeTemplates', listOf('volumeTemplate', reference('VolumeTemplate', [location])), OWN),
  attribute(
    'networkInterfaces',
    listOf(
      'networkInterface',
      structure(
        attribute('addresses', listOf('address', reference('Address')), GIVEN),
        attribute('network', reference(), GIVEN),
        attribute('networkPort', reference(), GIVEN),
        attribute('state', 'text', GIVEN),
        attribute('mtu', 'integer', GIVEN),
        attribute('macAddress', 'text', GIVEN),
      ),
    ),
    OWN,
  ),
  attribute('userData', 'text', OWN),
  // Older clients name the system they mean so.
  attribute('realm', 'text', GIVEN),
  ...WATCHING,
];

export const DISK: readonly Attribute[] = [
  attribute('capacity', 'integer', ALWAYS),
  attribute('initialLocation', 'text'),
];
export const MACHINE_VOLUME: readonly Attribute[] = [
  attribute('initialLocation', 'text', GIVEN),
  attribute('volume', reference('Volume'), GIVEN),
];
export const MACHINE_NETWORK_INTERFACE: readonly Attribute[] = [
  attribute('addresses', collection('MachineNetworkInterfaceAddress')),
  attribute('network', reference('Network'), GIVEN),
  attribute('networkPort', reference('NetworkPort'), GIVEN),
  attribute('state', 'text'),
  attribute('macAddress', 'text'),
  attribute('mtu', 'integer', GIVEN),
];
