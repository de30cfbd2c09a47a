/** Pools, for the provider. */
import { getPool, listPools, type PoolHostView, type PoolSrView, type PoolView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, rowsOf, type ListOptions } from '../../api/pages.js';
import { CliError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { EXIT } from '../../exit-codes.js';
import { instant } from '../../output/amounts.js';
import type { Colors } from '../../output/colors.js';
import { renderFacts, renderTable, type Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const COLUMNS: readonly Column<PoolView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'served', value: (pool) => servedBy(pool) },
  {
    title: 'hosts',
    value: ({ hosts }) => `${hosts.filter(({ available }) => available).length} of ${hosts.length}`,
  },
  {
    title: 'free MiB',
    value: ({ hosts }) => sum(hosts.map(({ freeMemoryMiB }) => freeMemoryMiB)),
    style: 'number',
  },
  { title: 'free GiB', value: ({ srs }) => sum(srs.map(({ freeGiB }) => freeGiB)), style: 'number' },
  { title: 'reason', value: ({ reason }) => reason },
  { title: 'id', value: ({ id }) => id },
];

const HOSTS: readonly Column<PoolHostView>[] = [
  { title: 'host', value: ({ name }) => name },
  { title: 'cpus', value: ({ cpus }) => cpus, style: 'number' },
  { title: 'memory MiB', value: ({ memoryMiB }) => memoryMiB, style: 'number' },
  { title: 'free MiB', value: ({ freeMemoryMiB }) => freeMemoryMiB, style: 'number' },
  { title: 'available', value: ({ available }) => available },
  { title: 'seen', value: ({ seenAt }) => instant(seenAt) },
];

const SRS: readonly Column<PoolSrView>[] = [
  { title: 'storage', value: ({ name }) => name },
  { title: 'type', value: ({ type }) => type },
  { title: 'shared', value: ({ shared }) => shared },
  { title: 'size GiB', value: ({ sizeGiB }) => sizeGiB, style: 'number' },
  { title: 'free GiB', value: ({ freeGiB }) => freeGiB, style: 'number' },
];

export function registerPools(program: Command, shell: Shell): void {
  const pools = program
    .command('pools')
    .summary('list and show pools (for the provider)')
    .description('Pools that systems run on, with the capacity that was seen last. For the provider.');
  addListOptions(pools.command('list')).description('Lists pools.').action(shell.connected(list));
  pools
    .command('show')
    .description('Shows the hosts and the storage of a pool.')
    .argument('<pool>', 'name or id')
    .action(shell.connected(show));
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  await output.list(
    pagesOf(async (query) => answerOf(listPools({ client, query })), options),
    COLUMNS,
  );
}

async function show(context: Context, idOrName: string): Promise<void> {
  const { client, output } = context;
  const poolId = await getPoolId(context, idOrName);
  const pool = await answerOf(getPool({ client, path: { poolId } }));
  await output.result(pool, () => renderPool(pool, output.colors));
}

async function getPoolId({ client }: Context, idOrName: string): Promise<string> {
  for await (const { id, name } of rowsOf(async (query) => answerOf(listPools({ client, query })))) {
    if (id === idOrName || name === idOrName) return id;
  }
  throw new CliError(`No pool has the id or name “${idOrName}”.`, EXIT.notFound, {
    remedy: 'See `vsysctl pools list`.',
  });
}

function servedBy({ enabled, leaseOwner }: PoolView): string {
  return enabled ? (leaseOwner ?? 'by nobody') : 'disabled';
}

function renderPool(pool: PoolView, colors: Colors): string {
  const facts = renderFacts(
    {
      name: pool.name,
      id: pool.id,
      urls: pool.urls.join(' '),
      'served by': servedBy(pool),
      'served until': instant(pool.leaseUntil),
      reason: pool.reason,
      vlans: `${pool.vlanFirst} to ${pool.vlanLast}`,
    },
    colors,
  );
  return [facts, renderTable(pool.hosts, HOSTS, { colors }), renderTable(pool.srs, SRS, { colors })].join(
    '\n\n',
  );
}
