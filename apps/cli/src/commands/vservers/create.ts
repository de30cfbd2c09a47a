import { readFileSync } from 'node:fs';
import { createVServers } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVsysDetail } from '../../api/find-vsys.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { examples } from '../examples.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { atLeastOne, collected, diskText, nicText, type DiskText, type NicText } from '../parts/wishes.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';

interface Options extends PartOptions {
  readonly name: string;
  readonly type: string;
  readonly image: string;
  readonly network: readonly NicText[];
  readonly disk?: readonly DiskText[];
  readonly count?: number;
  readonly stopped?: true;
  readonly userData?: string;
}

export function registerCreateVservers(vservers: Command, shell: Shell): void {
  const command = vservers
    .command('create')
    .description('Adds one server or many to a system that is there.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'name; with --count <name>-1, <name>-2 …')
    .requiredOption('--type <type>', 'server type')
    .requiredOption('--image <image>', 'image of the system disk')
    .requiredOption(
      '--network <network[:address]>',
      'network by name, with a fixed address if need be; may be repeated',
      collected(nicText),
    )
    .option('--disk <name:GiB>', 'data disk of each; may be repeated', collected(diskText))
    .option('--count <count>', 'how many', atLeastOne)
    .option('--stopped', 'do not start them')
    .option('--user-data <file>', 'given to the guest as it is');
  addPartOptions(command)
    .addHelpText(
      'after',
      examples(
        'vservers create shop --name job --type standard.small --image debian-13 --network app',
        'vservers create shop --name job --count 3 --type standard.small --image debian-13 --network app --disk data:20',
      ),
    )
    .action(shell.connected(create));
}

async function create(context: Context, idOrName: string, options: Options): Promise<ExitCode> {
  const { client } = context;
  const detail = await getVsysDetail(client, idOrName);
  const nics = options.network.map(({ network, ...nic }) => {
    const found = detail.vnets.find(({ id, name }) => name === network || id === network);
    if (found === undefined)
      throw usageError(`${detail.name} has no network “${network}”.`, 'Name one of its networks.');
    return { vnetId: found.id, ...nic };
  });
  const { name, type, image, count, disk, userData } = options;
  const body = {
    vsysId: detail.id,
    name,
    type,
    image,
    nics,
    ...(count === undefined ? {} : { count }),
    ...(disk === undefined ? {} : { disks: [...disk] }),
    ...(options.stopped === true ? { power: 'stopped' as const } : {}),
    ...(userData === undefined ? {} : { userData: readFileSync(userData, 'utf8') }),
  };
  return changePart(context, options, async (request) => createVServers({ client, body, ...request }));
}
