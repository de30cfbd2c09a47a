import { listSnapshots, type SnapshotView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';

const COLUMNS: readonly Column<SnapshotView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'servers', value: ({ servers }) => servers.length, style: 'number' },
  { title: 'memory', value: ({ withMemory }) => withMemory },
  { title: 'GiB', value: ({ sizeGiB }) => sizeGiB, style: 'number' },
  { title: 'held ms', value: ({ pausedMs }) => pausedMs, style: 'number' },
  { title: 'created', value: ({ createdAt }) => instant(createdAt) },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'reason', value: ({ reason }) => reason },
];

const HELP = `
Examples:
  $ vsysctl snapshots list shop
  $ vsysctl snapshots list shop --all -o json`;

export function registerListSnapshots(snapshots: Command, shell: Shell): void {
  addListOptions(snapshots.command('list'))
    .description('Lists the snapshots of a system.')
    .argument(...VSYS_ARGUMENT)
    .addHelpText('after', HELP)
    .action(shell.connected(list));
}

async function list({ client, output }: Context, idOrName: string, options: ListOptions): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName) };
  const pages = pagesOf(async (query) => answerOf(listSnapshots({ client, path, query })), options);
  await output.list(pages, COLUMNS);
}
