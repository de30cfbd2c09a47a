/** Empties hosts for maintenance and takes them back. */
import { maintainHost, planHostMaintenance, returnHost, type PoolOperationView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { positiveWhole } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { renderTable, type Column } from '../../output/render.js';
import { endWith, followPoolOperation } from './follow.js';
import { getHostUuid, getPoolId } from './find-pool.js';

const HELP = `
Servers move while they run, a few at a time, never together with their disks. What cannot move stays and is named with the
reason; the host stays disabled until \`pools return\`. A host that leads the pool makes another one coordinator first.

Examples:
  $ vsysctl pools maintain pool-1 xcp-2 --plan
  $ vsysctl pools maintain pool-1 xcp-2 --concurrency 4
  $ vsysctl pools return pool-1 xcp-2`;

interface MaintainOptions {
  readonly plan?: true;
  readonly concurrency?: number;
}

interface Moved {
  readonly name: string;
  readonly server: string | null;
  readonly to?: string;
  readonly reason?: string;
}

const MOVES: readonly Column<Moved>[] = [
  { title: 'server', value: ({ server, name }) => server ?? `${name} (not ours)` },
  { title: 'to host', value: ({ to }) => to },
  { title: 'stays because', value: ({ reason }) => reason },
];

export function registerMaintenance(pools: Command, shell: Shell): void {
  pools
    .command('maintain')
    .description('Empties a host: its servers move to others while they run.')
    .argument('<pool>', 'name or id')
    .argument('<host>', 'name or uuid')
    .option('--plan', 'only show what would move where, and what cannot')
    .option('--concurrency <n>', 'live migrations at once, at most 10', positiveWhole)
    .addHelpText('after', HELP)
    .action(shell.connected(maintain));
  pools
    .command('return')
    .description('Takes a host back into service.')
    .argument('<pool>', 'name or id')
    .argument('<host>', 'name or uuid')
    .addHelpText('after', HELP)
    .action(shell.connected(giveBack));
}

async function maintain(
  context: Context,
  pool: string,
  host: string,
  options: MaintainOptions,
): Promise<ExitCode> {
  const { client, change } = context;
  const path = await pathOf(context, pool, host);
  const { plan, concurrency } = options;
  const body = concurrency === undefined ? {} : { concurrency };
  const asked = await change(async (headers) =>
    plan === true
      ? planHostMaintenance({ client, headers, path })
      : maintainHost({ client, headers, path, body }),
  );
  const ended = await followPoolOperation(context, asked);
  const coordinator = coordinatorOf(ended);
  if (coordinator !== undefined) context.io.stderr.write(`${coordinator}\n`);
  const listed = [...movedOf(ended, 'moves'), ...movedOf(ended, 'obstacles')];
  if (listed.length > 0)
    context.io.stderr.write(`${renderTable(listed, MOVES, { colors: context.output.colors })}\n`);
  return endWith(context, ended, { host, moved: Number(ended.result?.['moved'] ?? 0) });
}

/** What becomes of the lead of the pool; undefined when the host does not lead it. */
function coordinatorOf({ result }: PoolOperationView): string | undefined {
  if (result?.['isCoordinator'] !== true) return undefined;
  const { successor } = result;
  return typeof successor === 'string'
    ? `The host leads the pool: ${successor} is made coordinator first.`
    : 'The host leads the pool, and no other host can take over: while it is off, nothing in the pool can be changed.';
}

async function giveBack(context: Context, pool: string, host: string): Promise<ExitCode> {
  const { client, change } = context;
  const path = await pathOf(context, pool, host);
  const asked = await change(async (headers) => returnHost({ client, headers, path }));
  return endWith(context, await followPoolOperation(context, asked), { host });
}

async function pathOf(
  { client }: Context,
  pool: string,
  host: string,
): Promise<{ poolId: string; hostUuid: string }> {
  const poolId = await getPoolId(client, pool);
  return { poolId, hostUuid: await getHostUuid(client, poolId, host) };
}

const isMoved = (value: unknown): value is Moved =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';

function movedOf({ result }: PoolOperationView, list: 'moves' | 'obstacles'): readonly Moved[] {
  const listed: unknown = result?.[list];
  return Array.isArray(listed) ? listed.filter(isMoved) : [];
}
