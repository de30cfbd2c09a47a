import { deleteVsys } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVsysDetail } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { treeOfVsys } from '../../live/vsys-tree.js';
import { renderTree } from '../../output/tree.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { VSYS_ARGUMENT } from './show.js';
import { requireAccepted } from './create.js';

const HELP = `
Stops and removes all servers, disks with their data, networks and addresses. On a terminal it shows what will be gone and
asks; elsewhere --yes is needed. When the system was changed since it was shown, nothing is deleted.

Examples:
  $ vsysctl vsys delete shop
  $ vsysctl vsys delete shop --yes --no-wait`;

interface Options extends WaitOptions, ConfirmOptions {}

export function registerDeleteVsys(vsys: Command, shell: Shell): void {
  const command = vsys
    .command('delete')
    .description('Deletes a system with everything in it.')
    .argument(...VSYS_ARGUMENT)
    .option('-y, --yes', 'do not ask');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(remove));
}

async function remove(context: Context, idOrName: string, options: Options): Promise<ExitCode> {
  const { client, io, output, change } = context;
  const vsys = await getVsysDetail(client, idOrName);
  await confirm(io, options, {
    preview: renderTree(treeOfVsys(vsys), output.noteColors),
    question: `Delete all of this, ${vsys.vservers.length} servers and ${vsys.vdisks.length} data disks?`,
    unattended: 'refused',
    danger: `Deleting ${vsys.name} (${vsys.id}) removes ${vsys.vservers.length} servers and ${vsys.vdisks.length} data disks.`,
  });
  const path = { vsysId: vsys.id };
  // What was shown is what is deleted; with --yes nothing was shown.
  const match = options.yes === true ? {} : { 'If-Match': `"${vsys.generation}"` };
  const accepted = await change(async (headers) =>
    deleteVsys({ client, path, headers: { ...headers, ...match } }),
  );
  return finishAccepted(context, requireAccepted(accepted), options);
}
