/** Public addresses of a zone, for the provider. */
import {
  addAddressRange,
  listAddressRanges,
  removeAddressRange,
  type AddressRangeView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getZoneId } from '../../api/find-place.js';
import type { Context, Shell } from '../../context.js';
import { renderTable, type Column } from '../../output/render.js';
import { examples } from '../examples.js';

const COLUMNS: readonly Column<AddressRangeView>[] = [
  { title: 'first', value: ({ first }) => first },
  { title: 'last', value: ({ last }) => last },
  { title: 'total', value: ({ total }) => total, style: 'number' },
  { title: 'free', value: ({ free }) => free, style: 'number' },
  { title: 'allocated', value: ({ allocated }) => allocated, style: 'number' },
  { title: 'attached', value: ({ attached }) => attached, style: 'number' },
];

export function registerRanges(ips: Command, shell: Shell): void {
  ips
    .command('ranges')
    .description('Shows the public addresses of a zone and their use. For the provider.')
    .argument('<zone>', 'name or id')
    .addHelpText('after', examples('ips ranges zone-1'))
    .action(shell.connected(list));
  ips
    .command('add-range')
    .description('Adds public addresses to a zone, up to 4,096 at once. For the provider.')
    .argument('<zone>', 'name or id')
    .argument('<first>', 'first address')
    .argument('<last>', 'last address')
    .addHelpText('after', examples('ips add-range zone-1 203.0.113.10 203.0.113.99'))
    .action(shell.connected(add));
  ips
    .command('remove-range')
    .description('Removes public addresses that nobody has from a zone. For the provider.')
    .argument('<zone>', 'name or id')
    .argument('<first>', 'first address')
    .argument('<last>', 'last address')
    .addHelpText('after', examples('ips remove-range zone-1 203.0.113.90 203.0.113.99'))
    .action(shell.connected(remove));
}

async function show({ output }: Context, items: readonly AddressRangeView[]): Promise<void> {
  await output.result(items, () => renderTable(items, COLUMNS, { colors: output.colors }));
}

async function list(context: Context, zone: string): Promise<void> {
  const { client } = context;
  const path = { zoneId: await getZoneId(client, zone) };
  await show(context, (await answerOf(listAddressRanges({ client, path }))).items);
}

async function add(context: Context, zone: string, first: string, last: string): Promise<void> {
  const { client } = context;
  const path = { zoneId: await getZoneId(client, zone) };
  const body = { first, last };
  const { items } = await context.change(async (headers) => addAddressRange({ client, path, body, headers }));
  await show(context, items);
}

async function remove(context: Context, zone: string, first: string, last: string): Promise<void> {
  const { client } = context;
  const path = { zoneId: await getZoneId(client, zone) };
  const query = { first, last };
  const { items } = await context.change(async (headers) =>
    removeAddressRange({ client, path, query, headers }),
  );
  await show(context, items);
}
