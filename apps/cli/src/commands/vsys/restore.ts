import { restoreVsys } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getAnyVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { requireAccepted } from './create.js';
import { VSYS_ARGUMENT } from './show.js';

const HELP = `
It comes back with all its parts; servers that ran before are started again.

Examples:
  $ vsysctl vsys list --binned
  $ vsysctl vsys restore shop`;

export function registerRestoreVsys(vsys: Command, shell: Shell): void {
  addWaitOptions(vsys.command('restore'))
    .description('Restores a system from the recycle bin.')
    .argument(...VSYS_ARGUMENT)
    .addHelpText('after', HELP)
    .action(shell.connected(restore));
}

async function restore(context: Context, idOrName: string, options: WaitOptions): Promise<ExitCode> {
  const { client, change } = context;
  const path = { vsysId: await getAnyVsysId(client, idOrName) };
  const accepted = await change(async (headers) => restoreVsys({ client, headers, path }));
  return finishAccepted(context, requireAccepted(accepted), options);
}
