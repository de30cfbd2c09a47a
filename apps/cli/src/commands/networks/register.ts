/** Networks of systems. */
import { createVNet, deleteVNet, listVNets, type VNetView } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getPartId } from '../../api/find-part.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, positiveWhole, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import type { Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { registerAddresses } from './addresses.js';
import { addListOptions } from '../list-options.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';

const COLUMNS: readonly Column<VNetView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'range', value: ({ cidr, range6 }) => (range6 === null ? cidr : `${cidr} ${range6}`) },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'reason', value: ({ reason }) => reason },
];

interface Listing extends ListOptions {
  readonly vsys?: string;
}
interface Creation extends PartOptions {
  readonly name: string;
  readonly cidr: string;
  readonly range6?: string;
  readonly gateway: 'firewall' | 'none';
  readonly kind?: VNetView['kind'];
  readonly mtu?: number;
}

const NETWORK_KINDS = ['vlan', 'private', 'tunnel'] as const satisfies readonly VNetView['kind'][];

export function registerNetworks(program: Command, shell: Shell): void {
  const networks = program
    .command('networks')
    .summary('list, create and delete networks, and see and reserve their addresses')
    .description('Networks of systems, and their addresses.');
  registerAddresses(networks, shell);
  addListOptions(networks.command('list'))
    .description('Lists networks.')
    .option('--vsys <vsys>', 'only of this VSYS, by id or name')
    .addHelpText('after', examples('networks list --vsys shop'))
    .action(shell.connected(list));
  const creation = networks
    .command('create')
    .description('Adds a network to a system.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'name')
    .requiredOption('--cidr <range>', 'IPv4 network, or auto: chosen from the address space of the VDC')
    .option('--range6 <range>', 'IPv6 network of prefix 64 beside it')
    .addOption(new Option('--kind <kind>', 'how its servers reach each other').choices(NETWORK_KINDS))
    .option('--mtu <bytes>', 'largest packet', positiveWhole)
    .addOption(
      new Option('--gateway <who>', 'who is its gateway').choices(['firewall', 'none']).default('firewall'),
    );
  addPartOptions(creation)
    .addHelpText('after', examples('networks create shop --name back --cidr 10.0.9.0/24'))
    .action(shell.connected(create));
  const removal = networks
    .command('delete')
    .description('Deletes a network that nothing is in.')
    .argument('<network>', 'id, or VSYS/NETWORK like shop/app');
  addPartOptions(removal)
    .addHelpText('after', examples('networks delete shop/back --yes'))
    .action(shell.connected(remove));
}

async function list({ client, output }: Context, { vsys, ...options }: Listing): Promise<void> {
  const filter = vsys === undefined ? {} : { vsys: await getVsysId(client, vsys) };
  const pages = pagesOf(
    async (page) => answerOf(listVNets({ client, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS);
}

async function create(context: Context, idOrName: string, options: Creation): Promise<ExitCode> {
  const { client } = context;
  const { name, cidr, range6, gateway, kind, mtu } = options;
  const body = {
    vsysId: await getVsysId(client, idOrName),
    name,
    cidr,
    gateway,
    ...(range6 === undefined ? {} : { range6 }),
    ...(kind === undefined ? {} : { kind }),
    ...(mtu === undefined ? {} : { mtu }),
  };
  return changePart(context, options, async (request) => createVNet({ client, body, ...request }));
}

async function remove(context: Context, network: string, options: PartOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vnetId: await getPartId(client, 'network', network) };
  return changePart(context, options, async (request) => deleteVNet({ client, path, ...request }));
}
