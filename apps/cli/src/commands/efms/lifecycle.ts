/** EFMs added to running systems and removed from them. */
import { createEfm, deleteEfm, type CreateEfmRequest } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { getPartId } from '../../api/find-part.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { examples } from '../examples.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';
import { EFM_ARGUMENT, getEfmId, readMapping } from './efm-argument.js';

const KINDS = ['firewall', 'load-balancer', 'vpn'] as const satisfies readonly CreateEfmRequest['kind'][];

interface Creation extends PartOptions {
  readonly name: string;
  readonly kind: CreateEfmRequest['kind'];
  readonly network: readonly string[];
  readonly type?: string;
  readonly redundant?: true;
  readonly file?: string;
}

export function registerEfmLifecycle(efms: Command, shell: Shell): void {
  const creation = efms
    .command('create')
    .alias('add')
    .description('Adds a firewall, a load balancer or a VPN to a system.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'name')
    .addOption(new Option('--kind <kind>', 'what it is').choices(KINDS).makeOptionMandatory())
    .option(
      '--network <name>',
      'network of the system that it is in; may be repeated. A firewall is the gateway of all without it',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('--type <type>', 'its server type; the smallest for EFMs without it')
    .option('--redundant', 'two of them, one of which stands by')
    .option('-f, --file <file>', 'its configuration as YAML or JSON; - for the standard input');
  addPartOptions(creation)
    .addHelpText(
      'after',
      examples(
        'efms create shop --name fw --kind firewall -f fw.yaml',
        'efms create shop --name lb --kind load-balancer --network dmz -f lb.yaml --yes',
      ),
    )
    .action(shell.connected(create));
  addPartOptions(
    efms
      .command('delete')
      .description('Removes an EFM; its public addresses stay with the system.')
      .argument(...EFM_ARGUMENT),
  )
    .addHelpText('after', examples('efms delete shop/lb --yes'))
    .action(shell.connected(remove));
}

async function create(context: Context, idOrName: string, options: Creation): Promise<ExitCode> {
  const { client, io } = context;
  const { name, kind, network, type, redundant, file } = options;
  const vsysId = await getVsysId(client, idOrName);
  const nets: string[] = [];
  for (const each of network) nets.push(await getPartId(client, 'network', `${idOrName}/${each}`));
  const seat = kind === 'firewall' ? { vnetIds: nets } : { nics: nets.map((vnetId) => ({ vnetId })) };
  const body: CreateEfmRequest = {
    vsysId,
    name,
    kind,
    ...(nets.length === 0 ? {} : seat),
    ...(type === undefined ? {} : { type }),
    ...(redundant === undefined ? {} : { redundant }),
    ...(file === undefined ? {} : { config: await readMapping(io, file) }),
  };
  return changePart(context, options, async (request) => createEfm({ client, body, ...request }));
}

async function remove(context: Context, efm: string, options: PartOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getEfmId(client, efm) };
  return changePart(context, options, async (request) => deleteEfm({ client, path, ...request }));
}
