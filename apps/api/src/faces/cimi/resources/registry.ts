/** Every collection below the entry point. */
import type { Dialect } from '../model/dialect.js';
import { addressesFace } from './addresses-face.js';
import type { CimiContext } from './context.js';
import { credentialsFace } from './credentials.js';
import { eventLogsFace } from './event-logs.js';
import type { CollectionFace } from './face.js';
import { forwardingGroupsFace } from './forwarding-groups.js';
import { machineImagesFace } from './image-changes.js';
import { jobsFace } from './jobs.js';
import { machineConfigsFace } from './machine-configs.js';
import { machinesFace } from './machines.js';
import { metadataFace } from './metadata.js';
import { metersFace } from './meters.js';
import { networkPortsFace } from './network-ports.js';
import { networksFace } from './networks.js';
import { cardsFace, endpointsFace, segmentsFace } from './protocol-family.js';
import { servicesFace } from './services-face.js';
import { systemsFace } from './systems.js';
import { systemTemplatesFace } from './system-templates.js';
import { STORED_FACES } from './templates.js';
import { volumeImagesFace } from './volume-images.js';
import { volumesFace } from './volumes-face.js';

type FaceOf = (context: CimiContext) => CollectionFace;

const BOTH: Readonly<Record<string, FaceOf>> = {
  ...STORED_FACES,
  resource_metadata: metadataFace,
  systems: systemsFace,
  system_templates: systemTemplatesFace,
  machines: machinesFace,
  machine_configurations: machineConfigsFace,
  machine_images: machineImagesFace,
  credentials: credentialsFace,
  volumes: volumesFace,
  volume_images: volumeImagesFace,
  networks: networksFace,
  jobs: jobsFace,
  meters: metersFace,
  event_logs: eventLogsFace,
};

const V1_ONLY: Readonly<Record<string, FaceOf>> = {
  network_ports: networkPortsFace,
  addresses: addressesFace,
  forwarding_groups: forwardingGroupsFace,
};
const V2_ONLY: Readonly<Record<string, FaceOf>> = {
  segments: segmentsFace,
  endpoints: endpointsFace,
  interfaces: (context) => cardsFace(context),
  network_services: (context) => servicesFace(context),
};
/** Families that version 2 gave up. */
const GONE_IN_2 =
  /^(?:network_(?:configurations|port_templates|port_configurations)|address_templates|forwarding_group_templates)$/;

export function findFace({ version }: Dialect, path: string): FaceOf | undefined {
  if (version === 1) return own(V1_ONLY, path) ?? own(BOTH, path);
  return GONE_IN_2.test(path) ? undefined : (own(V2_ONLY, path) ?? own(BOTH, path));
}

const own = (faces: Readonly<Record<string, FaceOf>>, path: string): FaceOf | undefined =>
  Object.hasOwn(faces, path) ? faces[path] : undefined;
