/** Servers of systems: list, show, and their power. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerListVservers } from './list.js';
import { registerPower } from './power.js';
import { registerShowVserver } from './show.js';

export function registerVservers(program: Command, shell: Shell): void {
  const vservers = program
    .command('vservers')
    .summary('list, show, start, stop and restart servers')
    .description('Servers of systems. EFM appliances (firewalls, load balancers) are among them.');
  registerListVservers(vservers, shell);
  registerShowVserver(vservers, shell);
  registerPower(vservers, shell);
}
