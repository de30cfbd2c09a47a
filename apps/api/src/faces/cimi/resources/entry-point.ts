/** The CloudEntryPoint: where everything begins. It holds nothing of anybody, so everybody may read it. */
import { CLOUD_ENTRY_POINT } from '../model/common.types.js';
import type { Dialect } from '../model/dialect.js';
import { ref, type Ref, type Representation } from '../model/representation.js';

export const ENTRY_POINT = 'cloudEntryPoint';

/** Paths of the collections by their names in the entry point. */
const PATHS: Readonly<Record<string, string>> = {
  resourceMetadata: 'resource_metadata',
  systems: 'systems',
  systemTemplates: 'system_templates',
  machines: 'machines',
  machineTemplates: 'machine_templates',
  machineConfigs: 'machine_configurations',
  machineImages: 'machine_images',
  credentials: 'credentials',
  credentialTemplates: 'credential_templates',
  volumes: 'volumes',
  volumeTemplates: 'volume_templates',
  volumeConfigs: 'volume_configurations',
  volumeImages: 'volume_images',
  networks: 'networks',
  networkTemplates: 'network_templates',
  networkConfigs: 'network_configurations',
  networkPorts: 'network_ports',
  networkPortTemplates: 'network_port_templates',
  networkPortConfigs: 'network_port_configurations',
  addresses: 'addresses',
  addressTemplates: 'address_templates',
  forwardingGroups: 'forwarding_groups',
  forwardingGroupTemplates: 'forwarding_group_templates',
  segments: 'segments',
  endpoints: 'endpoints',
  interfaces: 'interfaces',
  networkServices: 'network_services',
  jobs: 'jobs',
  meters: 'meters',
  meterTemplates: 'meter_templates',
  meterConfigs: 'meter_configurations',
  eventLogs: 'event_logs',
  eventLogTemplates: 'event_log_templates',
};

/** Only collections that answer are named: `served` says which do. */
export function entryPoint(
  dialect: Dialect,
  baseUri: string,
  served: (path: string) => boolean,
): Representation {
  const collections = CLOUD_ENTRY_POINT.filter(({ versions }) => versions.includes(String(dialect.version)))
    .map(({ name }) => [name, PATHS[name]] as const)
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined && served(pair[1]))
    .map(([name, path]): readonly [string, Ref] => [name, ref(path)]);
  return {
    type: 'CloudEntryPoint',
    id: ENTRY_POINT,
    attributes: {
      name: 'OpenVSYS',
      description: 'Virtual systems on Xen Cloud Platform pools',
      baseURI: baseUri,
      ...Object.fromEntries(collections),
    },
    operations: [],
  };
}
