/** What we meter, in the words of FOCUS: service category, subcategory (both closed sets of the specification), name. */
import type { UsageDimension } from '@openvsys/vsys';

export interface FocusService {
  readonly category: string;
  readonly subcategory: string;
  readonly name: string;
}

const service = (category: string, subcategory: string, name: string): FocusService => ({
  category,
  subcategory,
  name,
});

const SERVER = service('Compute', 'Virtual Machines', 'Virtual servers');
const DISK = service('Storage', 'Block Storage', 'Virtual disks');
const COPY = service('Storage', 'Backup Storage', 'Snapshots and back-ups');

export const SERVICES: Readonly<Record<UsageDimension | 'other', FocusService>> = {
  'vserver-running': SERVER,
  'vserver-stopped': SERVER,
  vcpu: SERVER,
  'memory-mib': SERVER,
  'system-disk-gib': DISK,
  'vdisk-gib': DISK,
  'snapshot-gib': COPY,
  'backup-gib': COPY,
  'image-gib': service('Storage', 'Other (Storage)', 'Private images'),
  'efm-running': service('Networking', 'Network Security', 'Extended function modules'),
  'public-ip': service('Networking', 'Network Infrastructure', 'Public addresses'),
  'network-out': service('Networking', 'Network Connectivity', 'Traffic to the internet'),
  licence: service('Compute', 'Other (Compute)', 'Licences'),
  other: service('Other', 'Other (Other)', 'Adjustments'),
};
