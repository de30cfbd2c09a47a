import {
  getPriceList,
  listPriceLists,
  withdrawPriceList,
  type PriceListPage,
  type PriceListView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderTable, type Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';
import { PRICE_COLUMNS } from './price-columns.js';

export const VERSION_COLUMNS: readonly Column<PriceListView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'version', value: ({ version }) => version, style: 'number' },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'whose', value: ({ organizationId }) => organizationId ?? 'everybody' },
  { title: 'from', value: ({ validFrom }) => instant(validFrom) },
  { title: 'note', value: ({ note }) => note },
  { title: 'by', value: ({ publishedBy }) => publishedBy },
];

export function registerPriceVersions(prices: Command, shell: Shell): void {
  addListOptions(prices.command('versions'))
    .description('Lists versions of price lists, the newest first.')
    .addHelpText('after', '\nExamples:\n  $ vsysctl prices versions')
    .action(shell.connected(versions));
  prices
    .command('show')
    .description('Shows a version with all of its prices.')
    .argument('<version>', 'id of the version')
    .addHelpText('after', '\nExamples:\n  $ vsysctl prices show 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11')
    .action(shell.connected(show));
  prices
    .command('withdraw')
    .description('Takes back a version that is not valid yet; for the provider.')
    .argument('<version>', 'id of the version')
    .addHelpText(
      'after',
      '\nExamples:\n  $ vsysctl prices withdraw 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11 --reason "wrong file"',
    )
    .action(shell.connected(withdraw));
}

async function versions({ client, output }: Context, options: ListOptions): Promise<void> {
  const pages = pagesOf<PriceListView, PriceListPage>(
    async (query) => answerOf(listPriceLists({ client, query })),
    options,
  );
  await output.list(pages, VERSION_COLUMNS);
}

async function show({ client, output }: Context, priceListId: string): Promise<void> {
  const answer = await answerOf(getPriceList({ client, path: { priceListId } }));
  await output.result(answer, () => renderTable(answer.prices, PRICE_COLUMNS, { colors: output.colors }));
}

async function withdraw({ client, output, change }: Context, priceListId: string): Promise<void> {
  const version = await change(async (headers) =>
    withdrawPriceList({ client, headers, path: { priceListId } }),
  );
  await output.result(version, () => `Version ${version.version} is withdrawn.`);
}
