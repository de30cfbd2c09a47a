/** What can be ordered, at which price, and where. */
import {
  listImages,
  listPrices,
  listServerTypes,
  listZones,
  type ImageView,
  type PriceView,
  type ServerTypeView,
  type ZoneView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Shell } from '../../context.js';
import { instant, money } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';

const SERVER_TYPES: readonly Column<ServerTypeView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'vcpus', value: ({ vcpus }) => vcpus, style: 'number' },
  { title: 'memory MiB', value: ({ memoryMiB }) => memoryMiB, style: 'number' },
  { title: 'deprecated', value: ({ deprecated }) => deprecated },
];

const IMAGES: readonly Column<ImageView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'title', value: ({ title }) => title },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'os', value: ({ os }) => os },
  { title: 'disk GiB', value: ({ systemDiskGiB }) => systemDiskGiB, style: 'number' },
  { title: 'memory MiB from', value: ({ minMemoryMiB }) => minMemoryMiB, style: 'number' },
];

const PRICES: readonly Column<PriceView>[] = [
  { title: 'product', value: ({ product }) => product },
  { title: 'metered', value: ({ dimension }) => dimension },
  { title: 'per unit and hour', value: ({ amount }) => money(amount), style: 'number' },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'from', value: ({ validFrom }) => instant(validFrom) },
  { title: 'until', value: ({ validTo }) => instant(validTo) },
];

const ZONES: readonly Column<ZoneView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
];

export function registerCatalog(program: Command, shell: Shell): void {
  addListOptions(nounOf(program, 'server-types', 'sizes of servers and EFM appliances')).action(
    shell.connected(async ({ client, output }, options: ListOptions) =>
      output.list(
        pagesOf(async (query) => answerOf(listServerTypes({ client, query })), options),
        SERVER_TYPES,
      ),
    ),
  );
  addListOptions(nounOf(program, 'images', 'images that servers can be made from')).action(
    shell.connected(async ({ client, output }, options: ListOptions) =>
      output.list(
        pagesOf(async (query) => answerOf(listImages({ client, query })), options),
        IMAGES,
      ),
    ),
  );
  addListOptions(nounOf(program, 'prices', 'prices for one unit and one hour')).action(
    shell.connected(async ({ client, output }, options: ListOptions) =>
      output.list(
        pagesOf(async (query) => answerOf(listPrices({ client, query })), options),
        PRICES,
      ),
    ),
  );
  addListOptions(nounOf(program, 'zones', 'places where a VDC can be')).action(
    shell.connected(async ({ client, output }, options: ListOptions) =>
      output.list(
        pagesOf(async (query) => answerOf(listZones({ client, query })), options),
        ZONES,
      ),
    ),
  );
}

/** `vsysctl images list`; there is no other verb. */
function nounOf(program: Command, noun: string, what: string): Command {
  return program
    .command(noun)
    .description(`Shows ${what}.`)
    .summary(`list ${what}`)
    .command('list')
    .description(`Lists ${what}.`);
}
