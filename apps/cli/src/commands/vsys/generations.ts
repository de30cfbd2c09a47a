/** Former generations of a system, and the way back to one. */
import {
  listGenerations,
  rollBackVsys,
  type GenerationView,
  type PlannedChangeView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, positiveWhole, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import type { ConfirmOptions } from '../confirm.js';
import { addListOptions } from '../list-options.js';
import { confirmPlan, requirePlan } from './confirm-plan.js';
import { requireAccepted } from './create.js';
import { VSYS_ARGUMENT } from './show.js';

const COLUMNS: readonly Column<GenerationView>[] = [
  { title: 'generation', value: ({ generation }) => generation, style: 'number' },
  { title: 'accepted', value: ({ createdAt }) => instant(createdAt) },
  { title: 'reached', value: ({ reachedAt }) => reachedAt && instant(reachedAt) },
  { title: 'by', value: ({ operation }) => operation?.requestedBy ?? null },
  { title: 'what', value: ({ operation }) => operation?.kind ?? null },
  { title: 'descriptor', value: ({ descriptor }) => `${descriptor.name}@${descriptor.version}` },
  { title: 'changes', value: ({ changes }) => summaryOf(changes) },
];

const LIST_HELP = `
Examples:
  $ vsysctl vsys generations shop
  $ vsysctl vsys generations shop -o json | jq '.[0].changes'`;

const ROLLBACK_HELP = `
Parts that are still there keep their ids and contents; parts that were removed since are made anew and empty. When servers,
disks or snapshots that came since would be destroyed, the roll-back is refused without --allow-data-loss.

Examples:
  $ vsysctl vsys generations shop
  $ vsysctl vsys rollback shop 3
  $ vsysctl vsys rollback shop 3 --allow-data-loss --yes`;

export function registerGenerations(vsys: Command, shell: Shell): void {
  addListOptions(vsys.command('generations'))
    .description('Lists former generations of a system, newest first: who changed what, and was it reached.')
    .argument(...VSYS_ARGUMENT)
    .addHelpText('after', LIST_HELP)
    .action(shell.connected(list));
  const rollback = vsys
    .command('rollback')
    .description('Goes back to the descriptor and parameters of a former generation.')
    .argument(...VSYS_ARGUMENT)
    .argument('<generation>', 'its number', positiveWhole)
    .option('--allow-data-loss', 'servers, disks and snapshots that came since may be destroyed')
    .option('-y, --yes', 'do not ask');
  addWaitOptions(rollback).addHelpText('after', ROLLBACK_HELP).action(shell.connected(rollBack));
}

async function list({ client, output }: Context, idOrName: string, options: ListOptions): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName) };
  const pages = pagesOf(async (query) => answerOf(listGenerations({ client, path, query })), options);
  await output.list(pages, COLUMNS);
}

interface RollBackOptions extends WaitOptions, ConfirmOptions {
  readonly allowDataLoss?: true;
}

async function rollBack(
  context: Context,
  idOrName: string,
  generation: number,
  options: RollBackOptions,
): Promise<ExitCode> {
  const { client } = context;
  const path = { vsysId: await getVsysId(client, idOrName) };
  const body = { generation, allowDataLoss: options.allowDataLoss === true };
  const plan = requirePlan(await answerOf(rollBackVsys({ client, path, body, query: { dryRun: true } })));
  await confirmPlan(context, plan, options);
  const answer = await context.change(async (headers) =>
    rollBackVsys({ client, path, body, headers: { ...headers, 'If-Match': `"${plan.basedOnGeneration}"` } }),
  );
  return finishAccepted(context, requireAccepted(answer), options);
}

/** “2 added, 1 changed”. */
function summaryOf(changes: readonly PlannedChangeView[]): string {
  const counts = Map.groupBy(changes, ({ change }) => change);
  return [...counts].map(([change, parts]) => `${parts.length} ${change}`).join(', ') || 'none';
}
