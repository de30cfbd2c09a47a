/** Prices: the list, what counts for a tenant, and versions that are published as a whole. */
import { getEffectivePrices, listPrices } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { renderTable } from '../../output/render.js';
import { parseInstant } from '../instant.js';
import { addListOptions } from '../list-options.js';
import { addWhose, whoseQuery, type WhoseOptions } from '../statements/whose.js';
import { PRICE_COLUMNS } from './price-columns.js';
import { registerPublishPrices } from './publish.js';
import { registerPriceVersions } from './versions.js';

const EFFECTIVE_HELP = `
A tenant's own prices lie over the list while they are valid.

Examples:
  $ vsysctl prices effective
  $ vsysctl prices effective --organization ACME0001 --at 2027-01-01`;

export function registerPrices(program: Command, shell: Shell): void {
  const prices = program
    .command('prices')
    .summary('list prices, publish and withdraw price lists')
    .description('Prices for one unit and one hour, and the versions of their lists.');
  addListOptions(prices.command('list'))
    .description('Lists prices for everybody.')
    .addHelpText('after', '\nExamples:\n  $ vsysctl prices list')
    .action(shell.connected(list));
  addWhose(prices.command('effective'))
    .description('Shows the prices that count for a tenant.')
    .option('--at <instant>', 'at this instant (default: now)', parseInstant)
    .addHelpText('after', EFFECTIVE_HELP)
    .action(shell.connected(effective));
  registerPriceVersions(prices, shell);
  registerPublishPrices(prices, shell);
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  const pages = pagesOf(async (query) => answerOf(listPrices({ client, query })), options);
  await output.list(pages, PRICE_COLUMNS);
}

async function effective(
  context: Context,
  { at, ...whose }: WhoseOptions & { readonly at?: string },
): Promise<void> {
  const { client, output } = context;
  const query = { ...(await whoseQuery(context, whose)), ...(at === undefined ? {} : { at }) };
  const { items } = await answerOf(getEffectivePrices({ client, query }));
  await output.result(items, () => renderTable(items, PRICE_COLUMNS, { colors: output.colors }));
}
