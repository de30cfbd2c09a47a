import {
  getStatement,
  listStatementLines,
  type StatementDetailView,
  type StatementLineView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { rowsOf } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant, money } from '../../output/amounts.js';
import { renderFacts, renderTable, type Column } from '../../output/render.js';
import { addWhose, parseMonth, whoseQuery, type WhoseOptions } from './whose.js';

const LINES: readonly Column<StatementLineView>[] = [
  { title: '#', value: ({ position }) => position, style: 'number' },
  { title: 'vsys', value: ({ vsysId }) => vsysId },
  { title: 'line', value: ({ description }) => description },
  { title: 'units', value: ({ units }) => (units === null ? null : money(units)), style: 'number' },
  { title: 'unit', value: ({ unit }) => unit },
  {
    title: 'price',
    value: ({ unitPrice }) => (unitPrice === null ? null : money(unitPrice)),
    style: 'number',
  },
  { title: 'amount', value: ({ amount }) => money(amount), style: 'number' },
];

const HELP = `
A month that is not closed is shown as it would be closed now, with what is looked at before closing.

Examples:
  $ vsysctl statements show 2026-03
  $ vsysctl statements show 2026-03 --organization ACME0001 -o json
  $ vsysctl statements explain 2026-03 1      # where line 1 comes from`;

export function registerShowStatement(statements: Command, shell: Shell): void {
  addWhose(statements.command('show'))
    .description('Shows the bill of a month with all of its lines.')
    .argument('<month>', 'like 2026-03, in the contract’s time zone')
    .addHelpText('after', HELP)
    .action(shell.connected(show));
}

async function show(context: Context, month: string, options: WhoseOptions): Promise<void> {
  const { client, output } = context;
  const path = { period: parseMonth(month) };
  const whose = await whoseQuery(context, options);
  const statement = await answerOf(getStatement({ client, path, query: whose }));
  const lines: StatementLineView[] = [];
  for await (const line of rowsOf(async (page) =>
    answerOf(listStatementLines({ client, path, query: { ...whose, ...page } })),
  ))
    lines.push(line);
  await output.result({ ...statement, lines }, () =>
    [renderTable(lines, LINES, { colors: output.colors }), renderStatement(statement, context)].join('\n\n'),
  );
}

/** Totals and checks, for people. */
export function renderStatement(statement: StatementDetailView, { output }: Context): string {
  const { period, state, timeZone, subtotal, total, currency, closedAt, closedBy, hash, checks } = statement;
  const facts = renderFacts(
    {
      month: `${period} (${timeZone}, ${instant(statement.periodStart) ?? ''} to ${instant(statement.periodEnd) ?? ''})`,
      state,
      subtotal: `${money(subtotal)} ${currency}`,
      total: `${total} ${currency}`,
      closed: closedAt === null ? undefined : `${instant(closedAt) ?? ''} by ${closedBy ?? ''}`,
      hash,
    },
    output.colors,
  );
  const told = checks.map(({ severity, message }) => `${MARKS[severity]} ${message}`);
  return told.length === 0 ? facts : `${facts}\n\n${told.join('\n')}`;
}

const MARKS = { fine: '✓', warns: '!', blocks: '✗' } as const;
