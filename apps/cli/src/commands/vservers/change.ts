/** Changes of one server: its type, its network cards, its end. */
import { changeVServer, createNic, deleteNic, deleteVServer, type DiskFate } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { usageError } from '../../cli-error.js';
import { getPartId } from '../../api/find-part.js';
import { getVServerId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { examples } from '../examples.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { VSERVER_ARGUMENT } from './show.js';

interface ChangeOptions extends PartOptions {
  readonly type?: string;
  readonly headroom?: string;
}
interface DeleteOptions extends PartOptions {
  readonly disks: DiskFate;
}
interface NicOptions extends PartOptions {
  readonly address?: string;
}

export function registerChangeVserver(vservers: Command, shell: Shell): void {
  const change = vservers
    .command('change')
    .description('Changes one server, of a role with many too.')
    .argument(...VSERVER_ARGUMENT)
    .option('--type <type>', 'another server type')
    .option('--headroom <vcpus:MiB>', 'how far it can grow without a restart');
  addPartOptions(change)
    .addHelpText(
      'after',
      examples(
        'vservers change shop/web-1 --type standard.medium --yes',
        'vservers change shop/db --headroom 4:8192',
      ),
    )
    .action(shell.connected(changeSize));
  const remove = vservers
    .command('delete')
    .description('Deletes a server with its system disk.')
    .argument(...VSERVER_ARGUMENT)
    .addOption(
      new Option('--disks <fate>', 'what becomes of its data disks')
        .choices(['keep', 'delete'])
        .default('keep'),
    );
  addPartOptions(remove)
    .addHelpText(
      'after',
      examples('vservers delete shop/web-3 --yes', 'vservers delete shop/web-3 --disks delete'),
    )
    .action(shell.connected(deleteOne));
}

export function registerNics(vservers: Command, shell: Shell): void {
  const add = vservers
    .command('add-nic')
    .description('Adds a network card to a server.')
    .argument(...VSERVER_ARGUMENT)
    .argument('<network>', 'id, or VSYS/NETWORK like shop/app')
    .option('--address <address>', 'a fixed address');
  addPartOptions(add)
    .addHelpText('after', examples('vservers add-nic shop/web-1 shop/data'))
    .action(shell.connected(addNic));
  const remove = vservers
    .command('remove-nic')
    .description('Removes a network card of a server.')
    .argument(...VSERVER_ARGUMENT)
    .argument('<card>', 'id of the card, see `vsysctl vservers show -o json`');
  addPartOptions(remove)
    .addHelpText('after', examples('vservers remove-nic shop/web-1 DEMO0001-7K2M9QXPA-S-0003-E-1'))
    .action(shell.connected(removeNic));
}

/** Throws CliError. */
function headroomOf(text: string): { readonly vcpus: number; readonly memoryMiB: number } {
  const [, vcpus, memory] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (vcpus === undefined || memory === undefined)
    throw usageError('This is no headroom.', 'Write vCPUs:MiB, like 4:8192.');
  return { vcpus: Number(vcpus), memoryMiB: Number(memory) };
}

async function changeSize(context: Context, server: string, options: ChangeOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getVServerId(client, server) };
  const { type, headroom } = options;
  if (type === undefined && headroom === undefined)
    throw usageError('There is nothing to change.', 'Give --type or --headroom.');
  const body = {
    ...(type === undefined ? {} : { type }),
    ...(headroom === undefined ? {} : { headroom: headroomOf(headroom) }),
  };
  return changePart(context, options, async (request) => changeVServer({ client, path, body, ...request }));
}

async function deleteOne(context: Context, server: string, options: DeleteOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getVServerId(client, server) };
  const { disks } = options;
  return changePart(context, options, async ({ query, ...request }) =>
    deleteVServer({ client, path, query: { ...query, disks }, ...request }),
  );
}

async function addNic(
  context: Context,
  server: string,
  network: string,
  options: NicOptions,
): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getVServerId(client, server) };
  const { address } = options;
  const body = {
    vnetId: await getPartId(client, 'network', network),
    ...(address === undefined ? {} : { address }),
  };
  return changePart(context, options, async (request) => createNic({ client, path, body, ...request }));
}

async function removeNic(
  context: Context,
  server: string,
  nicId: string,
  options: PartOptions,
): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getVServerId(client, server), nicId };
  return changePart(context, options, async (request) => deleteNic({ client, path, ...request }));
}
