import { deleteSnapshot, getSnapshot } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { requireAccepted } from '../vsys/create.js';
import { pathOfSnapshot, SNAPSHOT_ARGUMENT } from './snapshot-argument.js';

const HELP = `
The servers go on. On a terminal it asks; elsewhere --yes is needed.

Examples:
  $ vsysctl snapshots delete DEMO0001-7K2M9QXPA-X-0001 --yes`;

interface Options extends WaitOptions, ConfirmOptions {}

export function registerDeleteSnapshot(snapshots: Command, shell: Shell): void {
  const command = snapshots
    .command('delete')
    .description('Gives a snapshot up.')
    .argument(...SNAPSHOT_ARGUMENT)
    .option('-y, --yes', 'do not ask');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(remove));
}

async function remove(context: Context, id: string, options: Options): Promise<ExitCode> {
  const { client, io, change } = context;
  const path = pathOfSnapshot(id);
  const { name, servers } = await answerOf(getSnapshot({ client, path }));
  await confirm(io, options, {
    preview: servers.join('\n'),
    question: `Delete the snapshot “${name}” of ${servers.length} servers?`,
    unattended: 'refused',
    danger: `Deleting “${name}” (${id}) leaves no way back to it.`,
  });
  const accepted = await change(async (headers) => deleteSnapshot({ client, path, headers }));
  return finishAccepted(context, requireAccepted(accepted), options);
}
