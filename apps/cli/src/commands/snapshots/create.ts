import { takeSnapshot } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVServerId, getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { requireAccepted } from '../vsys/create.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';

const HELP = `
All servers are held still for a moment, copied, and go on together; appliances keep nothing and are left out. With
--with-memory each server is taken by itself, one after the other, and comes back as it ran.

Examples:
  $ vsysctl snapshots create shop --name 'before the update'
  $ vsysctl snapshots create shop --name db-only --server shop/db --with-memory`;

interface Options extends WaitOptions {
  readonly name: string;
  readonly server: readonly string[];
  readonly withMemory?: boolean;
}

export function registerCreateSnapshot(snapshots: Command, shell: Shell): void {
  const command = snapshots
    .command('create')
    .description('Takes a snapshot of a system.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'for people')
    .option(
      '--server <server>',
      'only this server, by id or SYSTEM/SERVER; may be repeated',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('--with-memory', 'with the memory of what runs');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(create));
}

async function create(context: Context, idOrName: string, options: Options): Promise<ExitCode> {
  const { client, change } = context;
  const path = { vsysId: await getVsysId(client, idOrName) };
  const servers = await Promise.all(options.server.map(async (server) => getVServerId(client, server)));
  const body = {
    name: options.name,
    ...(servers.length === 0 ? {} : { servers }),
    ...(options.withMemory === true ? { withMemory: true } : {}),
  };
  const accepted = await change(async (headers) => takeSnapshot({ client, path, body, headers }));
  return finishAccepted(context, requireAccepted(accepted), options);
}
