/** Credits and charges that the provider decides on. */
import {
  addAdjustment,
  listAdjustments,
  type AdjustmentPage,
  type AdjustmentView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant, money } from '../../output/amounts.js';
import { renderTable, type Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';
import { addWhose, parseMonth, whoseQuery, type WhoseOptions } from '../statements/whose.js';

const COLUMNS: readonly Column<AdjustmentView>[] = [
  { title: 'decided', value: ({ createdAt }) => instant(createdAt) },
  { title: 'amount', value: ({ amount }) => money(amount), style: 'number' },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'for', value: ({ description }) => description },
  { title: 'month', value: ({ refersTo }) => refersTo },
  { title: 'vsys', value: ({ vsysId }) => vsysId },
  { title: 'billed', value: ({ statementId }) => statementId !== null },
];

const ADD_HELP = `
For the provider. It is billed with the next month that is closed and cannot be taken back: add the opposite instead.

Examples:
  $ vsysctl adjustments add --organization ACME0001 --amount=-25.00 --for "outage of 3 March" --month 2026-03`;

interface AddOptions {
  readonly organization: string;
  readonly amount: string;
  readonly for: string;
  readonly month?: string;
  readonly vsys?: string;
}

export function registerAdjustments(program: Command, shell: Shell): void {
  const adjustments = program
    .command('adjustments')
    .summary('list and add credits and charges')
    .description('Credits and charges that the provider decides on.');
  addWhose(addListOptions(adjustments.command('list')))
    .description('Lists adjustments, the newest first.')
    .addHelpText('after', '\nExamples:\n  $ vsysctl adjustments list')
    .action(shell.connected(list));
  adjustments
    .command('add')
    .description('Adds a credit (negative) or a charge.')
    .requiredOption('--organization <tenant>', 'whose, by contract or id')
    .requiredOption('--amount <amount>', 'in the currency of the tenant; write --amount=-25.00 for a credit')
    .requiredOption('--for <text>', 'what it is for; stands on the bill')
    .option('--month <month>', 'the closed month that it is about', parseMonth)
    .option('--vsys <vsys>', 'the VSYS that it is about')
    .addHelpText('after', ADD_HELP)
    .action(shell.connected(add));
}

async function list(context: Context, options: ListOptions & WhoseOptions): Promise<void> {
  const { client, output } = context;
  const whose = await whoseQuery(context, options);
  const pages = pagesOf<AdjustmentView, AdjustmentPage>(
    async (page) => answerOf(listAdjustments({ client, query: { ...whose, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS);
}

async function add({ client, output, change }: Context, options: AddOptions): Promise<void> {
  const { organization, amount, month, vsys } = options;
  const body = {
    organizationId: await getOrganizationId(client, organization),
    amount,
    description: options.for,
    ...(month === undefined ? {} : { refersTo: month }),
    ...(vsys === undefined ? {} : { vsysId: await getVsysId(client, vsys) }),
  };
  const added = await change(async (headers) => addAdjustment({ client, headers, body }));
  await output.result(added, () => renderTable([added], COLUMNS, { colors: output.colors }));
}
