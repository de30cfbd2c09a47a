/** Pools, for the provider. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerFindings } from './findings.js';
import { registerPoolLogins } from './login.js';
import { registerMaintenance } from './maintenance.js';
import { registerPoolLists } from './show.js';
import { registerPoolSwitches } from './switches.js';

export function registerPools(program: Command, shell: Shell): void {
  const pools = program
    .command('pools')
    .summary('register, show and care for pools (for the provider)')
    .description(
      'Pools that systems run on: what they are, how they are reached, and their care. For the provider.',
    );
  registerPoolLists(pools, shell);
  registerPoolLogins(pools, shell);
  registerPoolSwitches(pools, shell);
  registerMaintenance(pools, shell);
  registerFindings(pools, shell);
}
