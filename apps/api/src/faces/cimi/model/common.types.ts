/** What every resource has, and the entry point with its descriptions. */
import { ALWAYS, attribute, collection, GIVEN, listOf, OWN, V1, V2, type Attribute } from './attribute.js';
import type { TypeName } from './type-names.js';

/** First in every resource, in this order. */
export const COMMON: readonly Attribute[] = [
  attribute('id', 'uri', ALWAYS),
  attribute('name', 'text', { ...OWN, mandatory: true }),
  attribute('description', 'text', { ...OWN, mandatory: true }),
  attribute('created', 'instant'),
  attribute('updated', 'instant'),
  attribute('parent', 'uri', V2),
  attribute('properties', 'map', OWN),
];

const top = (name: string, to: TypeName, versions: Attribute['versions'] = '12'): Attribute =>
  attribute(name, collection(to), { versions });

/** The order is that of the standard. Only what is served is named. */
export const CLOUD_ENTRY_POINT: readonly Attribute[] = [
  attribute('baseURI', 'uri', ALWAYS),
  top('resourceMetadata', 'ResourceMetadata'),
  top('systems', 'System'),
  top('systemTemplates', 'SystemTemplate'),
  top('machines', 'Machine'),
  top('machineTemplates', 'MachineTemplate'),
  top('machineConfigs', 'MachineConfiguration'),
  top('machineImages', 'MachineImage'),
  top('credentials', 'Credential'),
  top('credentialTemplates', 'CredentialTemplate'),
  top('volumes', 'Volume'),
  top('volumeTemplates', 'VolumeTemplate'),
  top('volumeConfigs', 'VolumeConfiguration'),
  top('volumeImages', 'VolumeImage'),
  top('networks', 'Network'),
  top('networkTemplates', 'NetworkTemplate'),
  top('networkConfigs', 'NetworkConfiguration', '1'),
  top('networkPorts', 'NetworkPort', '1'),
  top('networkPortTemplates', 'NetworkPortTemplate', '1'),
  top('networkPortConfigs', 'NetworkPortConfiguration', '1'),
  top('addresses', 'Address', '1'),
  top('addressTemplates', 'AddressTemplate', '1'),
  top('forwardingGroups', 'ForwardingGroup', '1'),
  top('forwardingGroupTemplates', 'ForwardingGroupTemplate', '1'),
  top('segments', 'ProtocolSegment', '2'),
  top('endpoints', 'ProtocolEndpoint', '2'),
  top('interfaces', 'NetworkInterface', '2'),
  top('networkServices', 'NetworkService', '2'),
  top('jobs', 'Job'),
  top('meters', 'Meter'),
  top('meterTemplates', 'MeterTemplate'),
  top('meterConfigs', 'MeterConfiguration'),
  top('eventLogs', 'EventLog'),
  top('eventLogTemplates', 'EventLogTemplate'),
];

const flat = (text?: string) => ({ flat: text === undefined ? {} : { text } });

export const RESOURCE_METADATA: readonly Attribute[] = [
  attribute('typeURI', 'term', ALWAYS),
  attribute(
    'attributes',
    listOf('attribute', {
      kind: 'structure',
      ...flat(),
      members: [
        attribute('name', 'text'),
        attribute('namespace', 'text'),
        attribute('type', 'text'),
        attribute('required', 'boolean', V1),
        attribute('providerMandatory', 'boolean', V2),
        attribute('consumerMandatory', 'boolean', V2),
        attribute('mutable', 'boolean', V2),
        attribute('consumerWritable', 'boolean', V2),
      ],
    }),
  ),
  attribute(
    'capabilities',
    listOf('capability', {
      kind: 'structure',
      ...flat('value'),
      members: [
        attribute('name', 'text'),
        attribute('uri', 'term'),
        attribute('description', 'text'),
        attribute('value', 'text'),
      ],
    }),
  ),
  attribute(
    'actions',
    listOf('action', {
      kind: 'structure',
      ...flat(),
      members: ['name', 'uri', 'description', 'method', 'inputMessage', 'outputMessage'].map((name) =>
        attribute(name, name === 'uri' ? 'term' : 'text'),
      ),
    }),
  ),
];

/** v1 gives credentials by these; what is secret is never shown. */
export const CREDENTIAL: readonly Attribute[] = [
  attribute('userName', 'text', OWN),
  attribute('password', 'text', OWN),
  attribute('key', 'text', OWN),
  attribute('parameters', 'map', { ...GIVEN, ...V2 }),
];
