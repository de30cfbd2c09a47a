import { deleteBackup, getBackup } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { BACKUP_ARGUMENT, pathOfBackup } from './backup-argument.js';
import { backupText } from './restore.js';

const HELP = `
In any state, of a deleted system too. What was restored from it stays. On a terminal it asks; elsewhere --yes is needed.

Examples:
  $ vsysctl backups delete DEMO0001-7K2M9QXPA-B-0001 --yes`;

interface Options extends WaitOptions, ConfirmOptions {}

export function registerDeleteBackup(backups: Command, shell: Shell): void {
  const command = backups
    .command('delete')
    .description('Deletes a back-up.')
    .argument(...BACKUP_ARGUMENT)
    .option('-y, --yes', 'do not ask');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(remove));
}

async function remove(context: Context, id: string, options: Options): Promise<ExitCode> {
  const { client, io, change } = context;
  const path = pathOfBackup(id);
  const backup = await answerOf(getBackup({ client, path }));
  await confirm(io, options, {
    preview: backupText(backup),
    question: `Delete the back-up ${backupText(backup)}?`,
    unattended: 'refused',
    danger: `Deleting ${backupText(backup)} (${id}) loses what it holds.`,
  });
  const accepted = await change(async (headers) => deleteBackup({ client, path, headers }));
  return finishAccepted(context, accepted, options);
}
