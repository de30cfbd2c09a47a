/** A server that runs another system for a while, to mend its own with. */
import { endRescueOfVServer, rescueVServer } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVServerId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { examples } from '../examples.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { VSERVER_ARGUMENT } from './show.js';

interface RescueOptions extends PartOptions {
  readonly image: string;
}

export function registerRescue(vservers: Command, shell: Shell): void {
  const begin = vservers
    .command('rescue')
    .description('Boots a server from another image, with its own disks attached and its addresses.')
    .argument(...VSERVER_ARGUMENT)
    .requiredOption('--image <image>', 'image with the tools to mend with');
  addPartOptions(begin)
    .addHelpText('after', examples('vservers rescue shop/db --image debian-13'))
    .action(shell.connected(rescue));
  const end = vservers
    .command('end-rescue')
    .description('Boots a server’s own system again.')
    .argument(...VSERVER_ARGUMENT);
  addPartOptions(end)
    .addHelpText('after', examples('vservers end-rescue shop/db --yes'))
    .action(shell.connected(endRescue));
}

async function rescue(context: Context, server: string, options: RescueOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getVServerId(client, server) };
  const { image } = options;
  return changePart(context, options, async (request) =>
    rescueVServer({ client, path, body: { image }, ...request }),
  );
}

async function endRescue(context: Context, server: string, options: PartOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getVServerId(client, server) };
  return changePart(context, options, async (request) => endRescueOfVServer({ client, path, ...request }));
}
