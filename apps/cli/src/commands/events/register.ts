/** What happened: lists events. */
import { listEvents, type EventView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVdcId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';

const COLUMNS: readonly Column<EventView>[] = [
  { title: 'at', value: ({ at }) => instant(at) },
  { title: 'kind', value: ({ type }) => type },
  { title: 'about', value: ({ resource }) => resource },
  { title: 'facts', value: ({ data }) => JSON.stringify(data) },
];

interface Options extends ListOptions {
  readonly vsys?: string;
  readonly vdc?: string;
  readonly resource?: string;
  readonly kind?: string;
}

export function registerEvents(program: Command, shell: Shell): void {
  const events = program
    .command('events')
    .summary('list what happened')
    .description('What was asked for and what changed; `webhooks` sends the same elsewhere.');
  addListOptions(events.command('list'))
    .description('Lists events, newest first.')
    .option('--vsys <vsys>', 'only of this VSYS, by id or name')
    .option('--vdc <vdc>', 'only of systems in this VDC, by id or name')
    .option('--resource <id>', 'only about this')
    .option('--kind <kinds>', 'only these kinds, separated by commas, e.g. "vserver.*,operation.failed"')
    .addHelpText(
      'after',
      examples('events list --vsys shop --limit 20', 'events list --kind "operation.*" --watch'),
    )
    .action(shell.connected(list));
}

async function list({ client, output }: Context, options: Options): Promise<void> {
  const { vsys, vdc, resource, kind } = options;
  const filter = {
    ...(vsys === undefined ? {} : { vsys: await getVsysId(client, vsys) }),
    ...(vdc === undefined ? {} : { vdc: await getVdcId(client, vdc) }),
    ...(resource === undefined ? {} : { resource }),
    ...(kind === undefined ? {} : { type: kind }),
  };
  const pages = pagesOf(
    async (query) => answerOf(listEvents({ client, query: { ...query, ...filter } })),
    options,
  );
  await output.list(pages, COLUMNS);
}
