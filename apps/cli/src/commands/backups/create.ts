import { backUpVDisk, backUpVServer } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVServerId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { requireAccepted } from '../vsys/create.js';
import { isDiskId } from './backup-argument.js';

const HELP = `
A full copy of a data disk (by its id), or of a server's system disk (by the id of the server or SYSTEM/SERVER), of one in
use too. What a guest has not written to the disk yet is not in it.

Examples:
  $ vsysctl backups create DEMO0001-7K2M9QXPA-D-0001 --name monday
  $ vsysctl backups create shop/db --name 'before the update' --outlives`;

interface Options extends WaitOptions {
  readonly name: string;
  readonly outlives?: true;
}

export function registerCreateBackup(backups: Command, shell: Shell): void {
  const command = backups
    .command('create')
    .description('Backs a disk up.')
    .argument('<disk>', 'id of a disk, or a server for its system disk')
    .requiredOption('--name <name>', 'for people')
    .option('--outlives', 'it stays when its system is deleted');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(create));
}

async function create(
  context: Context,
  disk: string,
  { name, outlives, ...wait }: Options,
): Promise<ExitCode> {
  const { client, change } = context;
  const body = { name, ...(outlives === true ? { outlives } : {}) };
  const server = isDiskId(disk) ? undefined : await getVServerId(client, disk);
  const accepted = await change(async (headers) =>
    server === undefined
      ? backUpVDisk({ client, path: { vdiskId: disk }, body, headers })
      : backUpVServer({ client, path: { vserverId: server }, body, headers }),
  );
  return finishAccepted(context, requireAccepted(accepted), wait);
}
