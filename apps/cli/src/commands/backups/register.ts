/** Back-ups of disks, and the policies that take them. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerCreateBackup } from './create.js';
import { registerDeleteBackup } from './delete.js';
import { registerCopyKey } from './keys.js';
import { registerListBackups } from './list.js';
import { registerPolicies } from './policies.js';
import { registerRestore } from './restore.js';

export function registerBackups(program: Command, shell: Shell): void {
  const backups = program
    .command('backups')
    .summary('create, list, restore and delete back-ups of disks')
    .description(
      'Full copies of disks that live by themselves: they may outlive their disk, server and system.',
    );
  registerCreateBackup(backups, shell);
  registerListBackups(backups, shell);
  registerRestore(backups, shell);
  registerDeleteBackup(backups, shell);
  registerCopyKey(backups, shell);
  registerPolicies(backups, shell);
}
