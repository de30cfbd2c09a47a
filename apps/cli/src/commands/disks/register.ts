/** Data disks of systems. */
import {
  attachVDisk,
  changeVDisk,
  createVDisk,
  deleteVDisk,
  detachVDisk,
  listVDisks,
  type VDiskView,
} from '@openvsys/api-client';
import { Argument, Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getPartId } from '../../api/find-part.js';
import { getVServerId, getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import type { Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { gib } from '../parts/wishes.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';

const DISK_ARGUMENT = ['<disk>', 'id, or VSYS/DISK like shop/db-data'] as const;
const PRIORITIES = ['0', '1', '2', '3', '4', '5', '6', '7'];
const COLUMNS: readonly Column<VDiskView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'GiB', value: ({ sizeGiB }) => sizeGiB, style: 'number' },
  { title: 'server', value: ({ vserverId }) => vserverId },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'reason', value: ({ reason }) => reason },
];

interface Listing extends ListOptions {
  readonly vsys?: string;
}
interface Creation extends PartOptions {
  readonly name: string;
  readonly size: number;
  readonly class?: string;
  readonly priority?: string;
  readonly attach?: string;
}

export function registerDisks(program: Command, shell: Shell): void {
  const disks = program
    .command('disks')
    .summary('list, create, attach, detach, grow and delete data disks')
    .description('Data disks of systems.');
  addListOptions(disks.command('list'))
    .description('Lists disks.')
    .option('--vsys <vsys>', 'only of this VSYS, by id or name')
    .addHelpText('after', examples('disks list --vsys shop'))
    .action(shell.connected(list));
  const creation = disks
    .command('create')
    .description('Adds an empty disk to a system.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'name')
    .requiredOption('--size <GiB>', 'size', gib)
    .option('--class <class>', 'disk class')
    .addOption(
      new Option('--priority <priority>', 'among those who wait for the storage; 0 comes first').choices(
        PRIORITIES,
      ),
    )
    .option('--attach <server>', 'server that it is attached to, by id or SYSTEM/SERVER');
  addPartOptions(creation)
    .addHelpText('after', examples('disks create shop --name extra --size 20 --attach shop/db'))
    .action(shell.connected(create));
  registerPlaces(disks, shell);
  registerChanges(disks, shell);
  const removal = disks
    .command('delete')
    .description('Deletes a disk with its contents.')
    .argument(...DISK_ARGUMENT);
  addPartOptions(removal)
    .addHelpText('after', examples('disks delete shop/extra --yes'))
    .action(shell.connected(remove));
}

function registerChanges(disks: Command, shell: Shell): void {
  const growth = disks
    .command('grow')
    .description('Makes a disk larger.')
    .argument(...DISK_ARGUMENT)
    .argument('<GiB>', 'new size', gib);
  addPartOptions(growth)
    .addHelpText('after', examples('disks grow shop/db-data 40'))
    .action(shell.connected(grow));
  const urgency = disks
    .command('prioritize')
    .description('Says how urgent a disk is among those who wait for the storage.')
    .argument(...DISK_ARGUMENT)
    .addArgument(
      new Argument('<priority>', '0 comes first, 7 last; none: as the storage has it').choices([
        ...PRIORITIES,
        'none',
      ]),
    );
  addPartOptions(urgency)
    .addHelpText('after', examples('disks prioritize shop/db-data 0'))
    .action(shell.connected(prioritize));
}

function registerPlaces(disks: Command, shell: Shell): void {
  const attachment = disks
    .command('attach')
    .description('Attaches a disk to a server, while it runs too.')
    .argument(...DISK_ARGUMENT)
    .argument('<server>', 'id, or VSYS/SERVER like shop/web-1');
  addPartOptions(attachment)
    .addHelpText('after', examples('disks attach shop/extra shop/web-1'))
    .action(shell.connected(attach));
  const detachment = disks
    .command('detach')
    .description('Detaches a disk; it stays and is charged.')
    .argument(...DISK_ARGUMENT);
  addPartOptions(detachment)
    .addHelpText('after', examples('disks detach shop/extra'))
    .action(shell.connected(detach));
}

async function list({ client, output }: Context, { vsys, ...options }: Listing): Promise<void> {
  const filter = vsys === undefined ? {} : { vsys: await getVsysId(client, vsys) };
  const pages = pagesOf(
    async (page) => answerOf(listVDisks({ client, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS);
}

async function create(context: Context, idOrName: string, options: Creation): Promise<ExitCode> {
  const { client } = context;
  const { name, size: sizeGiB, attach: server, class: diskClass, priority } = options;
  const body = {
    vsysId: await getVsysId(client, idOrName),
    name,
    sizeGiB,
    ...(diskClass === undefined ? {} : { class: diskClass }),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    ...(server === undefined ? {} : { vserverId: await getVServerId(client, server) }),
  };
  return changePart(context, options, async (request) => createVDisk({ client, body, ...request }));
}

async function attach(
  context: Context,
  disk: string,
  server: string,
  options: PartOptions,
): Promise<ExitCode> {
  const { client } = context;
  const path = { vdiskId: await getPartId(client, 'disk', disk) };
  const body = { vserverId: await getVServerId(client, server) };
  return changePart(context, options, async (request) => attachVDisk({ client, path, body, ...request }));
}

async function detach(context: Context, disk: string, options: PartOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vdiskId: await getPartId(client, 'disk', disk) };
  return changePart(context, options, async (request) => detachVDisk({ client, path, ...request }));
}

async function grow(
  context: Context,
  disk: string,
  sizeGiB: number,
  options: PartOptions,
): Promise<ExitCode> {
  const { client } = context;
  const path = { vdiskId: await getPartId(client, 'disk', disk) };
  const body = { sizeGiB };
  return changePart(context, options, async (request) => changeVDisk({ client, path, body, ...request }));
}

async function prioritize(
  context: Context,
  disk: string,
  text: string,
  options: PartOptions,
): Promise<ExitCode> {
  const { client } = context;
  const path = { vdiskId: await getPartId(client, 'disk', disk) };
  const body = { priority: text === 'none' ? null : Number(text) };
  return changePart(context, options, async (request) => changeVDisk({ client, path, body, ...request }));
}

async function remove(context: Context, disk: string, options: PartOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vdiskId: await getPartId(client, 'disk', disk) };
  return changePart(context, options, async (request) => deleteVDisk({ client, path, ...request }));
}
