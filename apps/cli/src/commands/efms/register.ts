/** Extended Function Modules: firewalls, load balancers, VPNs. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerEfmQuestions } from './ask.js';
import { registerEfmChanges } from './change.js';
import { registerEfmLifecycle } from './lifecycle.js';
import { registerEfmLists } from './show.js';
import { registerEfmUpdates } from './update.js';

export function registerEfms(program: Command, shell: Shell): void {
  const efms = program
    .command('efms')
    .alias('efm')
    .summary('look at, configure and ask firewalls, load balancers and VPNs')
    .description(
      'Extended Function Modules of systems: their configuration as a whole or piece by piece, its history, what they count and log, and who reaches whom.',
    );
  registerEfmLists(efms, shell);
  registerEfmLifecycle(efms, shell);
  registerEfmChanges(efms, shell);
  registerEfmQuestions(efms, shell);
  registerEfmUpdates(efms, shell);
}
