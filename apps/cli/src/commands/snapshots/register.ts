/** Snapshots of systems: create, list, revert, delete. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerCreateSnapshot } from './create.js';
import { registerDeleteSnapshot } from './delete.js';
import { registerListSnapshots } from './list.js';
import { registerRevert } from './revert.js';

export function registerSnapshots(program: Command, shell: Shell): void {
  const snapshots = program
    .command('snapshots')
    .summary('create, list, go back to and delete snapshots')
    .description('States of systems to come back to: all servers of a snapshot at one moment.');
  registerCreateSnapshot(snapshots, shell);
  registerListSnapshots(snapshots, shell);
  registerRevert(snapshots, shell);
  registerDeleteSnapshot(snapshots, shell);
}
