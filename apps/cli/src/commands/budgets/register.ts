/** What a month may cost: list, show, create, change and delete budgets. */
import {
  createBudget,
  deleteBudget,
  getBudget,
  listBudgets,
  replaceBudget,
  type BudgetAction,
  type BudgetThresholdView,
  type BudgetView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts, type Column } from '../../output/render.js';
import type { Output } from '../../output/output.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { findScope, parseScope, SCOPE_OPTION } from '../quotas/scope.js';

const COLUMNS: readonly Column<BudgetView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'of', value: ({ scope, scopeId }) => `${scope} ${scopeId}` },
  { title: 'amount', value: ({ amount, currency }) => `${amount} ${currency}`, style: 'number' },
  { title: 'spent', value: ({ spent }) => spent, style: 'number' },
  { title: 'forecast', value: ({ forecast }) => forecast, style: 'number' },
  { title: 'at the limit', value: ({ atLimit }) => atLimit },
  { title: 'id', value: ({ id }) => id },
];

const HELP = `
A mark is told once a month. Write it as a share or an amount, with @forecast for the forecast of the month: 80%, 150, 100%@forecast.
${examples(
  'budgets create shop --scope vsys:shop --amount 200 --mark 50% --mark 100%@forecast --at-limit stop-new',
  'budgets change 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11 --amount 300 --at-limit stop-running',
  'budgets list',
  'budgets show 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
  'budgets delete 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
)}`;

type ChangeOptions = Partial<Omit<CreateOptions, 'scope'>> & { readonly name?: string };

interface CreateOptions {
  readonly scope: string;
  readonly amount: string;
  readonly mark: readonly string[];
  readonly atLimit: BudgetAction;
  readonly protect: readonly string[];
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const collectNew = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];
const AT_LIMIT = (): Option =>
  new Option('--at-limit <what>', 'when all is spent').choices(['alert', 'stop-new', 'stop-running']);

export function registerBudgets(program: Command, shell: Shell): void {
  const budgets = program
    .command('budgets')
    .summary('list, show, create, change and delete budgets')
    .description('What a month of an organization, a VDC or a system may cost, and what happens on the way.');
  addListOptions(budgets.command('list'))
    .description('Lists budgets with what is spent and forecast.')
    .addHelpText('after', HELP)
    .action(shell.connected(list));
  budgets
    .command('show')
    .description('Shows a budget and what was told about it.')
    .argument('<budget>', 'id')
    .addHelpText('after', HELP)
    .action(shell.connected(show));
  budgets
    .command('create')
    .description('Creates a budget.')
    .argument('<name>', 'its name')
    .requiredOption('--amount <amount>', 'what a month may cost, in the currency of the organization')
    .option(...SCOPE_OPTION)
    .option('--mark <mark>', 'where to be told; may be given several times', collect, [])
    .addOption(AT_LIMIT().default('alert'))
    .option('--protect <server>', 'id of a server that is never stopped for it', collect, [])
    .addHelpText('after', HELP)
    .action(shell.connected(create));
  registerChange(budgets, shell);
  budgets
    .command('delete')
    .description('Deletes a budget; what it had stopped is let go.')
    .argument('<budget>', 'id')
    .addHelpText('after', HELP)
    .action(shell.connected(remove));
}

function registerChange(budgets: Command, shell: Shell): void {
  budgets
    .command('change')
    .description(
      'Changes the terms that are given and keeps the others; what it had stopped is let go and looked at anew.',
    )
    .argument('<budget>', 'id')
    .option('--name <name>', 'its name')
    .option('--amount <amount>', 'what a month may cost')
    .option(
      '--mark <mark>',
      'where to be told, instead of the marks that it has; may be given several times',
      collectNew,
    )
    .addOption(AT_LIMIT())
    .option(
      '--protect <server>',
      'id of a server that is never stopped, instead of those that it has',
      collectNew,
    )
    .addHelpText('after', HELP)
    .action(shell.connected(change));
}

/** `80%`, `150`, `100%@forecast`. Throws a usage error for anything else. */
export function parseMark(text: string): BudgetThresholdView {
  const [, value, percent, basis] = /^(\d+(?:\.\d+)?)(%)?(?:@(spent|forecast))?$/.exec(text) ?? [];
  if (value === undefined)
    throw usageError(`“${text}” is no mark.`, 'Write a share or an amount: 80%, 150, 100%@forecast.');
  return {
    basis: basis === 'forecast' ? 'forecast' : 'spent',
    unit: percent === undefined ? 'amount' : 'percent',
    value,
  };
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  const pages = pagesOf(async (query) => answerOf(listBudgets({ client, query })), options);
  await output.list(pages, COLUMNS);
}

async function show({ client, output }: Context, budgetId: string): Promise<void> {
  const budget = await answerOf(getBudget({ client, path: { budgetId } }));
  const told = budget.alerts.map(({ period, threshold }) => `${period}: ${threshold}`).join('; ');
  await print(output, budget, { told: told === '' ? null : told });
}

async function create(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { client, change, output } = context;
  const { amount, atLimit, protect } = options;
  const thresholds = options.mark.map(parseMark);
  const { kind, id } = await findScope(context, parseScope(options.scope));
  const terms = { name, amount, thresholds, atLimit, protectedServers: [...protect] };
  const body = { ...terms, scope: kind, scopeId: id };
  await print(output, await change(async (headers) => createBudget({ client, headers, body })), {});
}

async function change(context: Context, budgetId: string, options: ChangeOptions): Promise<void> {
  if (Object.keys(options).length === 0)
    throw usageError('Nothing is to be changed.', 'Give --name, --amount, --mark, --at-limit or --protect.');
  const { client, output } = context;
  const path = { budgetId };
  const { version, ...before } = await answerOf(getBudget({ client, path }));
  const { name = before.name, amount = before.amount, atLimit = before.atLimit, mark, protect } = options;
  const thresholds = mark?.map(parseMark) ?? before.thresholds;
  const body = {
    name,
    amount,
    atLimit,
    thresholds,
    protectedServers: [...(protect ?? before.protectedServers)],
  };
  const changed = await context.change(async (headers) =>
    replaceBudget({ client, path, body, headers: { ...headers, 'If-Match': `"${version}"` } }),
  );
  await print(output, changed, {});
}

async function remove({ client, change, output }: Context, budgetId: string): Promise<void> {
  const path = { budgetId };
  const { version } = await answerOf(getBudget({ client, path }));
  await change(async (headers) =>
    deleteBudget({ client, path, headers: { ...headers, 'If-Match': `"${version}"` } }),
  );
  await output.result({ id: budgetId, deleted: true }, () => `${budgetId} is deleted.`);
}

async function print(
  output: Output,
  budget: BudgetView,
  more: Readonly<Record<string, string | null>>,
): Promise<void> {
  const { name, scope, scopeId, amount, currency, spent, forecast, atLimit, stoppedUntil, id } = budget;
  const facts = { name, of: `${scope} ${scopeId}`, amount: `${amount} ${currency}`, spent, forecast };
  await output.result(budget, () =>
    renderFacts(
      { ...facts, 'at the limit': atLimit, 'stopped until': stoppedUntil, ...more, id },
      output.colors,
    ),
  );
}
