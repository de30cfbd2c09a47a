/** What pools there are and what they are. */
import {
  getPool,
  listPools,
  type PoolHostView,
  type PoolMemberView,
  type PoolSrView,
  type PoolView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Colors } from '../../output/colors.js';
import { renderFacts, renderTable, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { getPoolId } from './find-pool.js';

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

const MEMBERS: readonly Column<PoolMemberView>[] = [
  { title: 'member', value: ({ name }) => name },
  { title: 'address', value: ({ address }) => address },
  { title: 'is', value: (member) => rolesOf(member) },
  { title: 'uuid', value: ({ uuid }) => uuid },
];

const SRS: readonly Column<PoolSrView>[] = [
  { title: 'storage', value: ({ name }) => name },
  { title: 'type', value: ({ type }) => type },
  { title: 'class', value: ({ diskClass }) => diskClass ?? 'standard' },
  { title: 'shared', value: ({ shared }) => shared },
  { title: 'size GiB', value: ({ sizeGiB }) => sizeGiB, style: 'number' },
  { title: 'free GiB', value: ({ freeGiB }) => freeGiB, style: 'number' },
];

export function registerPoolLists(pools: Command, shell: Shell): void {
  addListOptions(pools.command('list'))
    .description('Lists pools.')
    .addHelpText('after', examples('pools list', 'pools list --watch 5s'))
    .action(shell.connected(list));
  pools
    .command('show')
    .description('Shows what a pool is: its hosts, its storage, who serves it.')
    .argument('<pool>', 'name or id')
    .addHelpText('after', examples('pools show pool-1', "pools show pool-1 -o json | jq '.hosts'"))
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
  const poolId = await getPoolId(client, idOrName);
  const pool = await answerOf(getPool({ client, path: { poolId } }));
  await output.result(pool, () => renderPool(pool, output.colors));
}

function servedBy({ enabled, draining, leaseOwner }: PoolView): string {
  if (!enabled) return 'disabled';
  return `${leaseOwner ?? 'by nobody'}${draining ? ', draining' : ''}`;
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
      product: pool.description === null ? null : `${pool.description.product} ${pool.description.version}`,
      xenapi: pool.description?.apiVersion ?? null,
      can: pool.description?.capabilities.join(' ') ?? null,
      uuid: pool.description?.uuid ?? null,
    },
    colors,
  );
  return [
    facts,
    renderTable(pool.description?.members ?? [], MEMBERS, { colors }),
    renderTable(pool.hosts, HOSTS, { colors }),
    renderTable(pool.srs, SRS, { colors }),
  ].join('\n\n');
}

function rolesOf({ isCoordinator, isLive, isEnabled, inMaintenance }: PoolMemberView): string {
  const words = [
    isCoordinator ? 'coordinator' : 'member',
    ...(isLive ? [] : ['not heard of']),
    ...(inMaintenance ? ['in maintenance'] : isEnabled ? [] : ['disabled']),
  ];
  return words.join(', ');
}
