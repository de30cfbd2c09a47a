// Purpose: every hand-written message in one table.
import { APPLIANCE } from './appliance.js';
import { BIOS_STRINGS } from './bios-strings.js';
import { BLOB } from './blob.js';
import { DATA_SOURCE } from './data-source.js';
import { BOND } from './bond.js';
import { EVENT } from './event.js';
import { EXTERNAL_AUTH } from './external-auth.js';
import { HA } from './ha.js';
import { HOST } from './host.js';
import { MESSAGES } from './messages.js';
import { NETWORK } from './network.js';
import { PIF } from './pif.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { ROLE } from './role.js';
import { SERVER_CERTIFICATES } from './server-certificates.js';
import { SESSION } from './session.js';
import { SIMPLE_CLASSES } from './simple-classes.js';
import { STORAGE } from './storage.js';
import { SUBJECT } from './subject.js';
import { TASK } from './task.js';
import { TUNNEL } from './tunnel.js';
import { VBD } from './vbd.js';
import { VDI } from './vdi.js';
import { VIF } from './vif.js';
import { VLAN } from './vlan.js';
import { VM_COPIES } from './vm-copies.js';
import { VM_IMPORT } from './vm-import.js';
import { VM_MIGRATION } from './vm-migration.js';
import { VM_POWER } from './vm-power.js';
import { VM_QUERIES } from './vm-queries.js';
import { VM_SETTINGS } from './vm-settings.js';
import { VMSS } from './vmss.js';
import { DEVICE_GROUPS } from './device-groups.js';
import { CERTIFICATES } from './certificates.js';
import { REMOTE_ACCESS } from './remote-access.js';
import { REPOSITORIES } from './repositories.js';
import { SITE_SERVICES } from './site-services.js';
import { RARE_MESSAGES } from './rare-messages.js';
import { RATE_LIMIT } from './rate-limit.js';
import { OBSERVER } from './observer.js';
import { HOST_SERVICES } from './host-services.js';
import { POOL_SERVICES } from './pool-services.js';
import { HARDWARE } from './hardware.js';
import { HOST_SETTINGS } from './host-settings.js';
import { POOL } from './pool.js';
import { POOL_MEMBERSHIP } from './pool-membership.js';
import { VDI_TRACKING } from './vdi-tracking.js';
import { VM_SERVICES } from './vm-services.js';

const SYSTEM: BehaviourTable = {
  'system.listMethods': quick(({ sim }) =>
    [...sim.db.model.classes.values()].flatMap((cls) => {
      const names = [...cls.messages.keys()].map((name) => `${cls.name}.${name}`);
      const filtered = cls.messages.has('get_all_records') && !cls.messages.has('get_all_records_where');
      return filtered ? [...names, `${cls.name}.get_all_records_where`] : names;
    }),
  ),
};

export const BEHAVIOURS: BehaviourTable = {
  ...VM_SERVICES,
  ...VDI_TRACKING,
  ...POOL,
  ...POOL_MEMBERSHIP,
  ...HOST_SETTINGS,
  ...DEVICE_GROUPS,
  ...APPLIANCE,
  ...BIOS_STRINGS,
  ...BLOB,
  ...BOND,
  ...DATA_SOURCE,
  ...EVENT,
  ...EXTERNAL_AUTH,
  ...HA,
  ...HOST,
  ...MESSAGES,
  ...NETWORK,
  ...PIF,
  ...ROLE,
  ...SERVER_CERTIFICATES,
  ...SESSION,
  ...SIMPLE_CLASSES,
  ...CERTIFICATES,
  ...REMOTE_ACCESS,
  ...REPOSITORIES,
  ...SITE_SERVICES,
  ...RARE_MESSAGES,
  ...RATE_LIMIT,
  ...OBSERVER,
  ...HOST_SERVICES,
  ...POOL_SERVICES,
  ...HARDWARE,
  ...STORAGE,
  ...SUBJECT,
  ...SYSTEM,
  ...TASK,
  ...TUNNEL,
  ...VBD,
  ...VDI,
  ...VIF,
  ...VLAN,
  ...VM_COPIES,
  ...VM_IMPORT,
  ...VM_MIGRATION,
  ...VM_POWER,
  ...VM_QUERIES,
  ...VM_SETTINGS,
  ...VMSS,
};
