/** Networks and addresses: the family of v1, and that of v2 that took its place. */
import {
  ALWAYS,
  attribute,
  collection,
  GIVEN,
  listOf,
  OWN,
  reference,
  V1,
  V2,
  type Attribute,
} from './attribute.js';
import { WATCHED, WATCHING } from './machine.types.js';

const kind: readonly Attribute[] = [
  attribute('networkType', 'text', { ...GIVEN, ...V1 }),
  attribute('mtu', 'integer', { ...GIVEN, ...V1 }),
  attribute('classOfService', 'text', { ...GIVEN, ...V1 }),
];

export const NETWORK: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  ...kind,
  attribute('networkPorts', collection('NetworkNetworkPort'), V1),
  attribute('forwardingGroup', reference('ForwardingGroup'), V1),
  attribute('segments', collection('ProtocolSegment'), V2),
  attribute('services', collection('NetworkService'), V2),
  ...WATCHED,
];
export const NETWORK_CONFIGURATION: readonly Attribute[] = kind.map((each) => ({ ...each, update: true }));
export const NETWORK_TEMPLATE: readonly Attribute[] = [
  attribute('initialState', 'text', OWN),
  attribute('networkConfig', reference('NetworkConfiguration'), OWN),
  attribute('forwardingGroup', reference(), OWN),
  ...WATCHING,
];

const port: readonly Attribute[] = [
  attribute('portType', 'text', { ...GIVEN, ...V1 }),
  attribute('classOfService', 'text', { ...GIVEN, ...V1 }),
];
export const NETWORK_PORT: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('network', reference('Network')),
  ...port,
];
export const NETWORK_PORT_CONFIGURATION: readonly Attribute[] = port.map((each) => ({
  ...each,
  update: true,
}));
export const NETWORK_PORT_TEMPLATE: readonly Attribute[] = [
  attribute('network', reference(), OWN),
  attribute('networkPortConfig', reference('NetworkPortConfiguration'), OWN),
  ...WATCHING,
];

const addressing: readonly Attribute[] = [
  attribute('ip', 'text', OWN),
  attribute('hostname', 'text', OWN),
  attribute('allocation', 'text', OWN),
  attribute('defaultGateway', 'text', OWN),
  attribute('dns', listOf('dns', 'text'), OWN),
  attribute('protocol', 'text', OWN),
  attribute('mask', 'text', OWN),
  attribute('network', reference('Network'), OWN),
];
export const ADDRESS: readonly Attribute[] = [
  ...addressing.map((each) => ({ ...each, update: false })),
  attribute('resource', reference(), { update: true }),
];
export const ADDRESS_TEMPLATE = addressing;

export const FORWARDING_GROUP: readonly Attribute[] = [
  attribute('networks', listOf('network', reference('Network'))),
];
export const FORWARDING_GROUP_TEMPLATE: readonly Attribute[] = [
  attribute('networks', listOf('network', reference()), OWN),
];

const segmented: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('protocol', 'text', ALWAYS),
];
export const PROTOCOL_SEGMENT: readonly Attribute[] = [
  ...segmented,
  attribute('noDefaultRouting', 'boolean'),
  attribute('endpoints', collection('ProtocolEndpoint')),
  attribute('parameters', 'map'),
];
export const PROTOCOL_ENDPOINT: readonly Attribute[] = [
  ...segmented,
  attribute('address', 'text'),
  attribute('origin', 'text'),
  attribute('interface', reference('NetworkInterface')),
  attribute('parameters', 'map'),
];
export const NETWORK_INTERFACE: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('endpoints', collection('ProtocolEndpoint')),
  attribute('mtu', 'integer'),
];
export const NETWORK_SERVICE: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('type', 'text', ALWAYS),
  attribute('endpoints', collection('ProtocolEndpoint')),
  attribute('segments', collection('ProtocolSegment')),
  attribute('policies', 'map', { update: true }),
  attribute('eventLog', reference('EventLog')),
];
