import { closeStatement, type StatementDetailView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { renderStatement } from './show.js';
import { addWhose, parseMonth, whoseQuery, type WhoseOptions } from './whose.js';

interface Options extends WhoseOptions, ConfirmOptions {
  readonly dryRun?: true;
}

const HELP = `
For the provider. What is closed never changes: what comes to light later is a visible correction in the next month. When
a check blocks, say with --reason why the month is to be closed all the same; a month that has not ended cannot be.

Examples:
  $ vsysctl statements close 2026-03 --organization ACME0001 --dry-run
  $ vsysctl statements close 2026-03 --organization ACME0001
  $ vsysctl statements close 2026-03 --organization ACME0001 --reason "licences are given away in March"`;

export function registerCloseStatement(statements: Command, shell: Shell): void {
  addWhose(statements.command('close'))
    .description('Closes a month for good.')
    .argument('<month>', 'like 2026-03')
    .option('--dry-run', 'show what would be closed and what is looked at')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(shell.connected(close));
}

async function close(context: Context, month: string, options: Options): Promise<void> {
  const { client, output, change, io } = context;
  const path = { period: parseMonth(month) };
  const query = await whoseQuery(context, options);
  const draft = await answerOf(closeStatement({ client, path, query: { ...query, dryRun: true }, body: {} }));
  const print = async (statement: StatementDetailView): Promise<void> =>
    output.result(statement, () => renderStatement(statement, context));
  if (options.dryRun === true) {
    await print(draft);
    return;
  }
  await confirm(io, options, {
    preview: renderStatement(draft, context),
    question: `Close ${path.period} with ${draft.total} ${draft.currency} for good?`,
    unattended: 'refused',
    danger: 'A closed month never changes again.',
  });
  const { reason } = context.options;
  const body = reason === undefined ? {} : { reason };
  await print(await change(async (headers) => closeStatement({ client, headers, path, query, body })));
}
