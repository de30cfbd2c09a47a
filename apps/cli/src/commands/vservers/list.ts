import { listVServers, type VServerView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';

const COLUMNS: readonly Column<VServerView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'type', value: ({ type }) => type },
  { title: 'image', value: ({ image }) => image },
  { title: 'addresses', value: ({ nics }) => nics.map(({ ipv4 }) => ipv4).join(' ') },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'reason', value: ({ reason }) => reason },
];

const HELP = `
Examples:
  $ vsysctl vservers list --vsys shop
  $ vsysctl vservers list --all -o json`;

interface Options extends ListOptions {
  readonly vsys?: string;
}

export function registerListVservers(vservers: Command, shell: Shell): void {
  addListOptions(vservers.command('list'))
    .description('Lists servers.')
    .option('--vsys <vsys>', 'only of this VSYS, by id or name')
    .addHelpText('after', HELP)
    .action(shell.connected(list));
}

async function list({ client, output }: Context, { vsys, ...options }: Options): Promise<void> {
  const filter = vsys === undefined ? {} : { vsys: await getVsysId(client, vsys) };
  const pages = pagesOf(
    async (page) => answerOf(listVServers({ client, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS);
}
