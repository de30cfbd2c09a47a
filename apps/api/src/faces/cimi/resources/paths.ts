/** Where things are below the entry point. */
import type { VsysId } from '@openvsys/vsys';
import type { Dialect } from '../model/dialect.js';

export const SYSTEMS = 'systems';
export const SYSTEM_TEMPLATES = 'system_templates';
export const MACHINES = 'machines';
export const VOLUMES = 'volumes';
export const NETWORKS = 'networks';
export const NETWORK_PORTS = 'network_ports';
export const ADDRESSES = 'addresses';
export const VOLUME_IMAGES = 'volume_images';
export const MACHINE_IMAGES = 'machine_images';
export const MACHINE_CONFIGS = 'machine_configurations';
export const EVENT_LOGS = 'event_logs';
export const METERS = 'meters';
export const JOBS = 'jobs';

/** The network that public addresses are in; the provider's. */
export const PUBLIC_NETWORK = 'public';

/** An appliance of an EFM. */
export function servicePath({ version }: Dialect, vsysId: VsysId, server: string): string {
  return version === 1 ? `${SYSTEMS}/${vsysId}/efms/${server}` : `network_services/${server}`;
}

export const networkPath = (vnetId: string | null): string => `${NETWORKS}/${vnetId ?? PUBLIC_NETWORK}`;

/** The last word of a path. */
export const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export const jobPath = (id: string): string => `${JOBS}/${id}`;
