import {
  explainStatementLine,
  type ExplainedIntervalView,
  type ExplainedResourceView,
  type LineExplanationView,
} from '@openvsys/api-client';
import { InvalidArgumentError, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant, money } from '../../output/amounts.js';
import { renderTable, type Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';
import { addWhose, parseMonth, whoseQuery, type WhoseOptions } from './whose.js';

const RESOURCES: readonly Column<ExplainedResourceView>[] = [
  { title: 'resource', value: ({ resource }) => resource },
  { title: 'quantity', value: ({ quantity }) => quantity, style: 'number' },
  { title: 'hours', value: ({ hours }) => hours, style: 'number' },
  { title: 'seconds', value: ({ seconds }) => seconds, style: 'number' },
  { title: 'paid seconds', value: ({ billedSeconds }) => billedSeconds, style: 'number' },
  { title: 'amount', value: ({ amount }) => (amount === null ? null : money(amount)), style: 'number' },
];

type Cause = ExplainedIntervalView['began'];
const causeOf = (cause: Cause | null): string | null =>
  cause === null ? null : (cause.event?.type ?? cause.operation?.kind ?? null);

const INTERVALS: readonly Column<ExplainedIntervalView>[] = [
  { title: 'resource', value: ({ resource }) => resource },
  { title: 'from', value: ({ startedAt }) => instant(startedAt) },
  { title: 'began with', value: ({ began }) => causeOf(began) },
  { title: 'until', value: ({ endedAt }) => instant(endedAt) },
  { title: 'ended with', value: ({ ended }) => causeOf(ended) },
  { title: 'operation', value: ({ began }) => began.operation?.id },
];

const HELP = `
The amounts of the resources add up to the line; the intervals say when each of them held what is paid, and with which
event and operation that began and ended.

Examples:
  $ vsysctl statements explain 2026-03 1
  $ vsysctl statements explain 2026-03 4 --all -o json`;

export function registerExplainLine(statements: Command, shell: Shell): void {
  addWhose(addListOptions(statements.command('explain')))
    .description('Explains a line: where it comes from, down to the events.')
    .argument('<month>', 'like 2026-03')
    .argument('<line>', 'number of the line, see `vsysctl statements show`', parsePosition)
    .addHelpText('after', HELP)
    .action(shell.connected(explain));
}

function parsePosition(text: string): string {
  if (/^[1-9]\d{0,8}$/.test(text)) return text;
  throw new InvalidArgumentError('It has to be the number of a line, from 1 on.');
}

async function explain(
  context: Context,
  month: string,
  position: string,
  options: ListOptions & WhoseOptions,
): Promise<void> {
  const { client, output } = context;
  const path = { period: parseMonth(month), position };
  const whose = await whoseQuery(context, options);
  const pages = pagesOf<ExplainedIntervalView, LineExplanationView>(
    async (page) => answerOf(explainStatementLine({ client, path, query: { ...whose, ...page } })),
    options,
  );
  let head: LineExplanationView | undefined;
  const intervals: ExplainedIntervalView[] = [];
  for await (const page of pages) {
    head ??= page;
    intervals.push(...page.items);
  }
  if (head === undefined) return;
  const { line, sentence, resources, explained } = head;
  await output.result({ line, sentence, resources, explained, intervals }, () => {
    const { colors } = output;
    const tables = resources.length === 0 ? [] : [renderTable(resources, RESOURCES, { colors })];
    if (intervals.length > 0) tables.push(renderTable(intervals, INTERVALS, { colors }));
    return [`${line.description}: ${money(line.amount)}`, sentence, ...tables].join('\n\n');
  });
}
