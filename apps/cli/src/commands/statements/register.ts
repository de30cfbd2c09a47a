/** Bills: a month at a time, as a draft or closed, with lines that explain themselves. */
import { listStatements, type StatementPage, type StatementView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';
import { registerCloseStatement } from './close.js';
import { registerExplainLine } from './explain.js';
import { registerExportStatement } from './export.js';
import { registerShowStatement } from './show.js';
import { addWhose, whoseQuery, type WhoseOptions } from './whose.js';

const COLUMNS: readonly Column<StatementView>[] = [
  { title: 'month', value: ({ period }) => period },
  { title: 'total', value: ({ total }) => total, style: 'number' },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'closed', value: ({ closedAt }) => instant(closedAt) },
  { title: 'by', value: ({ closedBy }) => closedBy },
  { title: 'hash', value: ({ hash }) => hash.slice(0, 12) },
];

export function registerStatements(program: Command, shell: Shell): void {
  const statements = program
    .command('statements')
    .summary('show, explain, close and export the bills of months')
    .description('Bills, a month at a time. Nothing of a closed month ever changes.');
  addWhose(addListOptions(statements.command('list')))
    .description('Lists closed months, the newest first.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ vsysctl statements list\n  $ vsysctl statements list --organization ACME0001',
    )
    .action(shell.connected(list));
  registerShowStatement(statements, shell);
  registerExplainLine(statements, shell);
  registerCloseStatement(statements, shell);
  registerExportStatement(statements, shell);
}

async function list(context: Context, options: ListOptions & WhoseOptions): Promise<void> {
  const { client, output } = context;
  const whose = await whoseQuery(context, options);
  const pages = pagesOf<StatementView, StatementPage>(
    async (page) => answerOf(listStatements({ client, query: { ...whose, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS);
}
