/** What was used in each hour and what it costs. */
import { getUsage, type UsageGrouping, type UsageLineView, type UsagePage } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId, getVdcId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant, money, unitHours } from '../../output/amounts.js';
import type { Tail } from '../../output/list-writer.js';
import type { Column } from '../../output/render.js';
import { parseInstant } from '../instant.js';
import { addListOptions } from '../list-options.js';
import { registerParkedUsage } from './parked.js';

const GROUPINGS = ['line', 'hour', 'resource'] as const satisfies readonly UsageGrouping[];

const HELP = `
Closed hours do not change any more; hours that are not closed yet are computed up to now. Amounts are exact: the total
is the sum of all lines of the period, also of those that are not shown.

Examples:
  $ vsysctl usage --vsys shop                       # the last 24 hours, line by line
  $ vsysctl usage --vsys shop --group-by hour
  $ vsysctl usage --from 2026-11-01 --to 2026-12-01 --group-by resource --all -o json`;

interface Options extends ListOptions {
  readonly vsys?: string;
  readonly vdc?: string;
  readonly organization?: string;
  readonly from?: string;
  readonly to?: string;
  readonly groupBy: UsageGrouping;
}

const HOUR: Column<UsageLineView> = { title: 'hour', value: ({ hour }) => instant(hour) };
const RESOURCE: Column<UsageLineView> = { title: 'resource', value: ({ resource }) => resource };
const SUMS: readonly Column<UsageLineView>[] = [
  { title: 'metered', value: ({ dimension }) => dimension },
  { title: 'product', value: ({ product }) => product },
  { title: 'unit hours', value: ({ quantitySeconds }) => unitHours(quantitySeconds), style: 'number' },
  {
    title: 'price',
    value: ({ unitPrice }) => (unitPrice === null ? null : money(unitPrice)),
    style: 'number',
  },
  { title: 'amount', value: ({ amount }) => (amount === null ? null : money(amount)), style: 'number' },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'closed', value: ({ closed }) => closed },
];

const COLUMNS: Readonly<Record<UsageGrouping, readonly Column<UsageLineView>[]>> = {
  line: [HOUR, RESOURCE, ...SUMS],
  hour: [HOUR, ...SUMS],
  resource: [RESOURCE, ...SUMS],
};

export function registerUsage(program: Command, shell: Shell): void {
  const usage = addListOptions(program.command('usage'))
    .summary('show what was used and what it costs')
    .description('Shows what was held in each hour, with prices and amounts.')
    .option('--vsys <vsys>', 'only of this VSYS, by id or name')
    .option('--vdc <vdc>', 'only of this VDC, by name or id')
    .option('--organization <tenant>', 'for the provider: only of this tenant, by contract or id')
    .option('--from <instant>', 'from then on, cut to its hour (default: 24h ago)', parseInstant)
    .option('--to <instant>', 'until before then (default: now)', parseInstant)
    .addOption(new Option('--group-by <what>', 'add lines up').choices(GROUPINGS).default('line'))
    .addHelpText('after', HELP)
    .action(shell.connected(showUsage));
  registerParkedUsage(usage, shell);
}

async function showUsage(context: Context, options: Options): Promise<void> {
  const { client, output } = context;
  const filter = await filterOf(context, options);
  const pages = pagesOf<UsageLineView, UsagePage>(
    async (page) => answerOf(getUsage({ client, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS[options.groupBy], tailOf);
}

async function filterOf({ client }: Context, options: Options) {
  const { vsys, vdc, organization, from, to, groupBy } = options;
  return {
    groupBy,
    ...(vsys === undefined ? {} : { vsys: await getVsysId(client, vsys) }),
    ...(vdc === undefined ? {} : { vdc: await getVdcId(client, vdc) }),
    ...(organization === undefined ? {} : { organization: await getOrganizationId(client, organization) }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function tailOf({ from, to, totals }: UsagePage): Tail {
  const sums = totals.flatMap(({ currency, amount, byDimension, unpricedQuantitySeconds }) => [
    ...byDimension.map((each) => `  ${each.dimension}: ${money(each.amount)} ${currency}`),
    `total: ${money(amount)} ${currency}`,
    ...(unpricedQuantitySeconds === 0
      ? []
      : [`without a price: ${unitHours(unpricedQuantitySeconds)} unit hours`]),
  ]);
  const text = [
    `${instant(from)} to ${instant(to)}`,
    ...(sums.length === 0 ? ['total: nothing'] : sums),
  ].join('\n');
  return { data: { from, to, totals }, text };
}
