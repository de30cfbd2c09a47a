/** Systems: plan, create, look at, change, start, stop, delete. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerChangeVsys } from './change.js';
import { registerVsysCost } from './cost.js';
import { registerCloneVsys } from './clone.js';
import { registerCreateVsys } from './create.js';
import { registerDeleteVsys } from './delete.js';
import { registerGenerations } from './generations.js';
import { registerListVsys } from './list.js';
import { registerPlanVsys } from './plan.js';
import { registerVsysPower } from './power.js';
import { registerRestoreVsys } from './restore.js';
import { registerScaleRole } from './scale.js';
import { registerSchedules } from './schedules.js';
import { registerVsysSettings } from './settings.js';
import { registerShowVsys } from './show.js';
import { registerTransferVsys } from './transfer.js';

export function registerVsys(program: Command, shell: Shell): void {
  const vsys = program
    .command('vsys')
    .summary('plan, create, show, change, start, stop and delete systems')
    .description('Systems made from descriptors: servers, disks, networks, firewalls, load balancers.');
  registerPlanVsys(vsys, shell);
  registerCreateVsys(vsys, shell);
  registerListVsys(vsys, shell);
  registerShowVsys(vsys, shell);
  registerChangeVsys(vsys, shell);
  registerVsysCost(vsys, shell);
  registerVsysPower(vsys, shell);
  registerScaleRole(vsys, shell);
  registerCloneVsys(vsys, shell);
  registerGenerations(vsys, shell);
  registerVsysSettings(vsys, shell);
  registerSchedules(vsys, shell);
  registerDeleteVsys(vsys, shell);
  registerRestoreVsys(vsys, shell);
  registerTransferVsys(vsys, shell);
}
