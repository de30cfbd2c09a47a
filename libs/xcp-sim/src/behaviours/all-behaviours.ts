// Purpose: every hand-written message in one table.
import { APPLIANCE } from './appliance.js';
import { BIOS_STRINGS } from './bios-strings.js';
import { BLOB } from './blob.js';
import { EVENT } from './event.js';
import { HOST } from './host.js';
import { MESSAGES } from './messages.js';
import { NETWORK } from './network.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { SESSION } from './session.js';
import { SIMPLE_CLASSES } from './simple-classes.js';
import { STORAGE } from './storage.js';
import { TASK } from './task.js';
import { VBD } from './vbd.js';
import { VDI } from './vdi.js';
import { VIF } from './vif.js';
import { VM_COPIES } from './vm-copies.js';
import { VM_POWER } from './vm-power.js';
import { VM_QUERIES } from './vm-queries.js';
import { VM_SETTINGS } from './vm-settings.js';
import { VMSS } from './vmss.js';

const SYSTEM: BehaviourTable = {
  'system.listMethods': quick(({ sim }) =>
    [...sim.db.model.classes.values()].flatMap((cls) => {
      const names = [...cls.messages.keys()].map((name) => `${cls.name}.${name}`);
      return cls.messages.has('get_all_records') ? [...names, `${cls.name}.get_all_records_where`] : names;
    }),
  ),
};

export const BEHAVIOURS: BehaviourTable = {
  ...APPLIANCE,
  ...BIOS_STRINGS,
  ...BLOB,
  ...EVENT,
  ...HOST,
  ...MESSAGES,
  ...NETWORK,
  ...SESSION,
  ...SIMPLE_CLASSES,
  ...STORAGE,
  ...SYSTEM,
  ...TASK,
  ...VBD,
  ...VDI,
  ...VIF,
  ...VM_COPIES,
  ...VM_POWER,
  ...VM_QUERIES,
  ...VM_SETTINGS,
  ...VMSS,
};
