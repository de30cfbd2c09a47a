/** Servers of systems: list, show, changes, and their power. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerChangeVserver, registerNics } from './change.js';
import { registerCreateVservers } from './create.js';
import { registerListVservers } from './list.js';
import { registerPower } from './power.js';
import { registerRebuild } from './rebuild.js';
import { registerRescue } from './rescue.js';
import { registerShowVserver } from './show.js';

export function registerVservers(program: Command, shell: Shell): void {
  const vservers = program
    .command('vservers')
    .summary('list, show, create, change, delete, start, stop and restart servers')
    .description('Servers of systems. EFM appliances (firewalls, load balancers) are among them.');
  registerListVservers(vservers, shell);
  registerShowVserver(vservers, shell);
  registerCreateVservers(vservers, shell);
  registerChangeVserver(vservers, shell);
  registerNics(vservers, shell);
  registerRebuild(vservers, shell);
  registerRescue(vservers, shell);
  registerPower(vservers, shell);
}
