/** What lies about in pools, and its removal on command. */
import {
  auditPool,
  listPoolDrift,
  listPoolOrphans,
  removePoolOrphan,
  type PoolFindingView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { endWith, followPoolOperation } from './follow.js';
import { getPoolId } from './find-pool.js';

const COLUMNS: readonly Column<PoolFindingView>[] = [
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'class', value: ({ class: cls }) => cls },
  { title: 'uuid', value: ({ uuid }) => uuid },
  { title: 'name', value: ({ name }) => name },
  { title: 'removable', value: ({ removable }) => removable },
  { title: 'since', value: ({ firstSeenAt }) => instant(firstSeenAt) },
  { title: 'why', value: ({ reason }) => reason },
];

interface FindingOptions extends ListOptions {
  readonly fresh?: true;
}

export function registerFindings(pools: Command, shell: Shell): void {
  const add = (verb: string, description: string, list: typeof listPoolOrphans): void => {
    addListOptions(pools.command(verb))
      .description(description)
      .argument('<pool>', 'name or id')
      .option('--fresh', 'audit the pool first')
      .addHelpText('after', examples(`pools ${verb} pool-1`, `pools ${verb} pool-1 --fresh`))
      .action(
        shell.connected(async (context: Context, pool: string, options: FindingOptions) => {
          const { client, output } = context;
          const poolId = await getPoolId(client, pool);
          if (options.fresh === true) await audit(context, poolId);
          const pages = pagesOf(
            async (query) => answerOf(list({ client, path: { poolId }, query })),
            options,
          );
          await output.list(pages, COLUMNS);
        }),
      );
  };
  add('orphans', 'Lists objects of ours that belong to no system here.', listPoolOrphans);
  add('drift', 'Lists differences between a pool and what is known of it.', listPoolDrift);
  pools
    .command('remove-orphan')
    .description('Removes one object that provably belongs to a deleted system.')
    .argument('<pool>', 'name or id')
    .argument('<uuid>', 'uuid of the object')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('pools remove-orphan pool-1 0a000000-0000-4000-8000-000000000001'))
    .action(shell.connected(removeOne));
}

async function audit(context: Context, poolId: string): Promise<void> {
  const { client, change } = context;
  await followPoolOperation(
    context,
    await change(async (headers) => auditPool({ client, headers, path: { poolId } })),
  );
}

async function removeOne(
  context: Context,
  pool: string,
  objectUuid: string,
  options: ConfirmOptions,
): Promise<ExitCode> {
  const { client, change, io } = context;
  const poolId = await getPoolId(client, pool);
  await confirm(io, options, {
    preview: `${objectUuid} in ${pool} and what is in it will be gone for good.`,
    question: 'Remove it?',
    unattended: 'refused',
    danger: 'What is removed cannot be had back.',
  });
  const path = { poolId, objectUuid };
  const asked = await change(async (headers) => removePoolOrphan({ client, headers, path }));
  return endWith(context, await followPoolOperation(context, asked), { uuid: objectUuid });
}
