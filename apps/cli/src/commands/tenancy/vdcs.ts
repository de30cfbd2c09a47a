import { createVdc, deleteVdc, listVdcs, renameVdc, type VdcView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId, getVdcId, getZoneId } from '../../api/find-place.js';
import { onePage } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { Output } from '../../output/output.js';
import { renderFacts, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { registerRecycleBin } from './recycle-bin.js';

const COLUMNS: readonly Column<VdcView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'id', value: ({ id }) => id },
  { title: 'zone', value: ({ zoneId }) => zoneId },
  { title: 'organization', value: ({ organizationId }) => organizationId },
];

const CREATE_HELP = `
Examples:
  $ vsysctl vdcs create production
  $ vsysctl vdcs create main --organization ACME0001   # for the provider
  $ vsysctl vdcs create main --zone zone-2             # see \`vsysctl zones list\``;

interface CreateOptions {
  readonly zone?: string;
  readonly organization?: string;
}

export function registerVdcs(program: Command, shell: Shell): void {
  const vdcs = program
    .command('vdcs')
    .summary('list, create, rename and delete virtual data centres')
    .description('Virtual data centres: separate spaces of a tenant for its systems, each in a zone.');
  vdcs
    .command('list')
    .description('Lists all VDCs that the caller sees.')
    .addHelpText('after', examples('vdcs list'))
    .action(shell.connected(list));
  vdcs
    .command('create')
    .description('Creates a VDC.')
    .argument('<name>', 'name, unique in the organization')
    .option('--zone <zone>', 'name or id; the only one when there is only one')
    .option('--organization <tenant>', 'for the provider: contract or id of the tenant it is for')
    .addHelpText('after', CREATE_HELP)
    .action(shell.connected(create));
  vdcs
    .command('rename')
    .description('Gives a VDC another name.')
    .argument('<vdc>', 'name or id')
    .argument('<name>', 'new name, unique in the organization')
    .addHelpText('after', examples('vdcs rename main production'))
    .action(shell.connected(rename));
  vdcs
    .command('delete')
    .description('Deletes a VDC in which there never was a system.')
    .argument('<vdc>', 'name or id')
    .addHelpText('after', examples('vdcs delete typo --reason "made by mistake"'))
    .action(shell.connected(remove));
  registerRecycleBin(vdcs, shell);
}

async function list({ client, output }: Context): Promise<void> {
  // The API answers all at once: a tenant has few.
  await output.list(onePage(answerOf(listVdcs({ client }))), COLUMNS);
}

async function create(
  { client, output, change }: Context,
  name: string,
  options: CreateOptions,
): Promise<void> {
  const { zone, organization } = options;
  const body = {
    name,
    ...(zone === undefined ? {} : { zoneId: await getZoneId(client, zone) }),
    ...(organization === undefined ? {} : { organizationId: await getOrganizationId(client, organization) }),
  };
  const vdc = await change(async (headers) => createVdc({ client, headers, body }));
  await print(output, vdc);
}

async function rename({ client, output, change }: Context, vdc: string, name: string): Promise<void> {
  const path = { vdcId: await getVdcId(client, vdc) };
  await print(output, await change(async (headers) => renameVdc({ client, headers, path, body: { name } })));
}

async function remove({ client, output, change }: Context, vdc: string): Promise<void> {
  const path = { vdcId: await getVdcId(client, vdc) };
  await change(async (headers) => deleteVdc({ client, headers, path }));
  output.note(`The VDC ${vdc} is deleted.`);
}

async function print(output: Output, vdc: VdcView): Promise<void> {
  const { name, id, zoneId, organizationId } = vdc;
  await output.result(vdc, () =>
    renderFacts({ name, id, zone: zoneId, organization: organizationId }, output.colors),
  );
}
