import { listBackups, type BackupView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getAnyVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';

const COLUMNS: readonly Column<BackupView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'of', value: ({ vsysName, sourceName }) => `${vsysName}/${sourceName}` },
  { title: 'GiB', value: ({ sizeGiB }) => sizeGiB, style: 'number' },
  { title: 'kept on', value: ({ placed }) => placed },
  { title: 'outlives', value: ({ outlives }) => outlives },
  { title: 'taken', value: ({ takenAt }) => (takenAt === null ? null : instant(takenAt)) },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'reason', value: ({ reason }) => reason },
];

const HELP = `
Examples:
  $ vsysctl backups list
  $ vsysctl backups list --vsys shop -o json`;

export function registerListBackups(backups: Command, shell: Shell): void {
  addListOptions(backups.command('list'))
    .description('Lists back-ups, those of deleted systems too.')
    .option('--vsys <vsys>', 'only those of this system')
    .addHelpText('after', HELP)
    .action(shell.connected(list));
}

async function list(
  { client, output }: Context,
  options: ListOptions & { readonly vsys?: string },
): Promise<void> {
  const of = options.vsys === undefined ? {} : { vsysId: await getAnyVsysId(client, options.vsys) };
  const pages = pagesOf(
    async (query) => answerOf(listBackups({ client, query: { ...query, ...of } })),
    options,
  );
  await output.list(pages, COLUMNS);
}
