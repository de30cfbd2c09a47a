/** Addresses of networks: who has which, reserved ones, and the address space of a VDC. */
import {
  freeAddresses,
  getNetworkSettings,
  listAddresses,
  reserveAddresses,
  setNetworkSettings,
  type AddressView,
  type NetworkSettingsView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getPartId } from '../../api/find-part.js';
import { getVdcId } from '../../api/find-place.js';
import { positiveWhole } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts, renderTable, type Column } from '../../output/render.js';
import { examples } from '../examples.js';

const NETWORK_ARGUMENT = ['<network>', 'id, or VSYS/NETWORK like shop/app'] as const;

const COLUMNS: readonly Column<AddressView>[] = [
  { title: 'address', value: ({ address }) => address },
  { title: 'use', value: ({ use }) => use },
  { title: 'server', value: ({ server }) => server },
  { title: 'until', value: ({ until }) => (until === null ? null : instant(until)) },
];

export function registerAddresses(networks: Command, shell: Shell): void {
  networks
    .command('addresses')
    .description('Shows who has which address of a network, and how many are free.')
    .argument(...NETWORK_ARGUMENT)
    .addHelpText('after', examples('networks addresses shop/app'))
    .action(shell.connected(show));
  networks
    .command('reserve')
    .description('Reserves addresses: no server gets them but one whose descriptor names them.')
    .argument(...NETWORK_ARGUMENT)
    .argument('<first>', 'first address')
    .argument('[last]', 'last address; without it only the first')
    .option('--note <text>', 'what for')
    .addHelpText('after', examples('networks reserve shop/app 10.0.2.100 10.0.2.119 --note printers'))
    .action(shell.connected(reserve));
  networks
    .command('free')
    .description('Frees reserved addresses.')
    .argument(...NETWORK_ARGUMENT)
    .argument('<reservation>', 'id of the reservation')
    .addHelpText('after', examples('networks free shop/app 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11'))
    .action(shell.connected(free));
  networks
    .command('settings')
    .description('Shows or changes where ranges of networks are chosen from, and how long addresses rest.')
    .option('--vdc <vdc>', 'name or id; the only one when there is only one')
    .option('--space <range...>', 'private ranges, the first one first')
    .option(
      '--reuse-minutes <minutes>',
      'how long an address rests before another server gets it',
      wholeMinutes,
    )
    .addHelpText(
      'after',
      examples('networks settings', 'networks settings --space 10.20.0.0/16 --reuse-minutes 10'),
    )
    .action(shell.connected(settings));
}

/** 0 too. */
const wholeMinutes = (text: string): number => (text === '0' ? 0 : positiveWhole(text));

async function show({ client, output }: Context, network: string): Promise<void> {
  const path = { vnetId: await getPartId(client, 'network', network) };
  const book = await answerOf(listAddresses({ client, path }));
  await output.result(book, () =>
    [
      renderFacts({
        range: book.cidr,
        gateway: book.gateway,
        free: `${book.free} of ${book.total}`,
        next: book.nextFree,
      }),
      '',
      renderTable(book.addresses, COLUMNS, { colors: output.colors }),
      ...book.reservations.map(
        ({ id, first, last, note }) => `reserved: ${first} to ${last} ${note} (${id})`,
      ),
    ].join('\n'),
  );
}

async function reserve(
  context: Context,
  network: string,
  first: string,
  last: string | undefined,
  { note }: { readonly note?: string },
): Promise<void> {
  const { client, output } = context;
  const path = { vnetId: await getPartId(client, 'network', network) };
  const body = { first, ...(last === undefined ? {} : { last }), ...(note === undefined ? {} : { note }) };
  const made = await context.change(async (headers) => reserveAddresses({ client, path, body, headers }));
  await output.result(made, () =>
    renderFacts({ id: made.id, first: made.first, last: made.last, note: made.note }),
  );
}

async function free(context: Context, network: string, reservationId: string): Promise<void> {
  const { client } = context;
  const path = { vnetId: await getPartId(client, 'network', network), reservationId };
  await context.change(async (headers) => freeAddresses({ client, path, headers }));
  context.output.note('Freed.');
}

interface SettingsOptions {
  readonly vdc?: string;
  readonly space?: string[];
  readonly reuseMinutes?: number;
}

async function settings(context: Context, { vdc, space, reuseMinutes }: SettingsOptions): Promise<void> {
  const { client, output } = context;
  const path = { vdcId: await getVdcId(client, vdc) };
  const present = await answerOf(getNetworkSettings({ client, path }));
  const isAsked = space === undefined && reuseMinutes === undefined;
  const body = {
    addressSpace: space ?? [...present.addressSpace],
    reuseMinutes: reuseMinutes ?? present.reuseMinutes,
  };
  const shown: NetworkSettingsView = isAsked
    ? present
    : await context.change(async (headers) => setNetworkSettings({ client, path, body, headers }));
  await output.result(shown, () =>
    renderFacts({ space: shown.addressSpace.join(', '), 'reuse minutes': shown.reuseMinutes }),
  );
}
