/** Public addresses that go with a system: added to it and removed from it while it runs. */
import { createPublicIp, deletePublicIp, listPublicIps, type PublicIpView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysDetail, getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import { CliError, usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import type { Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';

const COLUMNS: readonly Column<PublicIpView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'address', value: ({ address }) => address },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'of the VDC', value: ({ allocationId }) => (allocationId === null ? 'no' : 'yes') },
];

interface Listing extends ListOptions {
  readonly vsys?: string;
}

export function registerOwnIps(ips: Command, shell: Shell): void {
  addListOptions(ips.command('used'))
    .description('Lists the public addresses that systems have, those of their own and of the VDC.')
    .option('--vsys <vsys>', 'only of this VSYS, by id or name')
    .addHelpText('after', examples('ips used --vsys shop'))
    .action(shell.connected(list));
  addPartOptions(
    ips
      .command('add')
      .description('Gives a system another public address, which goes with it.')
      .argument(...VSYS_ARGUMENT)
      .argument('<name>', 'name of the public address in the system'),
  )
    .addHelpText('after', examples('ips add shop mail'))
    .action(shell.connected(add));
  addPartOptions(
    ips
      .command('remove')
      .description('Takes a public address from a system; one that goes with it is somebody else’s then.')
      .argument('<public-ip>', 'id, or VSYS/NAME like shop/mail'),
  )
    .addHelpText('after', examples('ips remove shop/mail --yes'))
    .action(shell.connected(remove));
}

async function list({ client, output }: Context, { vsys, ...options }: Listing): Promise<void> {
  const filter = vsys === undefined ? {} : { vsys: await getVsysId(client, vsys) };
  const pages = pagesOf(
    async (page) => answerOf(listPublicIps({ client, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS);
}

async function add(
  context: Context,
  idOrName: string,
  name: string,
  options: PartOptions,
): Promise<ExitCode> {
  const { client } = context;
  const body = { vsysId: await getVsysId(client, idOrName), name };
  return changePart(context, options, async (request) => createPublicIp({ client, body, ...request }));
}

async function remove(context: Context, publicIp: string, options: PartOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { publicIpId: await getPublicIpId(context, publicIp) };
  return changePart(context, options, async (request) => deletePublicIp({ client, path, ...request }));
}

const ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}-P-\d+$/;

async function getPublicIpId({ client }: Context, idOrPath: string): Promise<string> {
  if (ID.test(idOrPath)) return idOrPath;
  const [system, name, ...rest] = idOrPath.split('/');
  if (system === undefined || name === undefined || rest.length > 0)
    throw usageError(
      `“${idOrPath}” names no public address.`,
      'Give its id, or the system and its name like shop/mail.',
    );
  const found = (await getVsysDetail(client, system)).publicIps.find((each) => each.name === name);
  if (found !== undefined) return found.id;
  throw new CliError(`${system} has no public address “${name}”.`, EXIT.notFound, {
    remedy: `See \`vsysctl ips used --vsys ${system}\`.`,
  });
}
