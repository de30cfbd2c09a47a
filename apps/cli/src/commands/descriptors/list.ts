import {
  listDescriptors,
  listDescriptorVersions,
  type DescriptorVersionView,
  type DescriptorView,
  type DescriptorVisibility,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';

const COLUMNS: readonly Column<DescriptorView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'newest', value: ({ latestVersion }) => latestVersion },
  { title: 'owner', value: ({ visibility }) => visibility },
  { title: 'title', value: ({ title }) => title },
];

/** Only when prices were asked for. */
const PRICE: Column<DescriptorView> = {
  title: 'an hour',
  value: ({ pricePerHour, currency }) =>
    typeof pricePerHour === 'string' ? `${pricePerHour} ${currency ?? ''}` : '',
};

const VERSIONS: readonly Column<DescriptorVersionView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'version', value: ({ version }) => version },
  { title: 'stored', value: ({ createdAt }) => instant(createdAt) },
  { title: 'hash', value: ({ hash }) => hash.slice(0, 12) },
];

const HELP = `
Examples:
  $ vsysctl descriptors list
  $ vsysctl descriptors list --search database --visibility provider
  $ vsysctl descriptors list --sort price --price-to 0.5
  $ vsysctl descriptors list --versions-of three-tier`;

interface Options extends ListOptions {
  readonly versionsOf?: string;
  readonly search?: string;
  readonly visibility?: DescriptorVisibility;
  readonly sort?: 'name' | 'price';
  readonly priceFrom?: string;
  readonly priceTo?: string;
}

export function registerListDescriptors(descriptors: Command, shell: Shell): void {
  addListOptions(descriptors.command('list'))
    .description('Lists the organization’s own descriptors and the provider’s.')
    .option('--search <words>', 'only those with this in name, title or description')
    .addOption(new Option('--visibility <who>', 'only those').choices(['provider', 'shared', 'organization']))
    .addOption(new Option('--sort <how>', 'by name, or the cheapest first').choices(['name', 'price']))
    .option('--price-from <amount>', 'only those that cost at least this an hour')
    .option('--price-to <amount>', 'only those that cost at most this an hour')
    .option('--versions-of <name>', 'list the versions of one descriptor instead')
    .addHelpText('after', HELP)
    .action(shell.connected(list));
}

async function list(
  { client, output }: Context,
  { versionsOf, search, visibility, sort, priceFrom, priceTo, ...options }: Options,
): Promise<void> {
  if (versionsOf === undefined) {
    const wish = {
      ...(search === undefined ? {} : { search }),
      ...(visibility === undefined ? {} : { visibility }),
      ...(sort === undefined ? {} : { sort }),
      ...(priceFrom === undefined ? {} : { priceFrom }),
      ...(priceTo === undefined ? {} : { priceTo }),
    };
    const pages = pagesOf(
      async (query) => answerOf(listDescriptors({ client, query: { ...query, ...wish } })),
      options,
    );
    const isPriced = sort === 'price' || priceFrom !== undefined || priceTo !== undefined;
    await output.list(pages, isPriced ? [...COLUMNS, PRICE] : COLUMNS);
    return;
  }
  const path = { descriptorName: versionsOf };
  const pages = pagesOf(async (query) => answerOf(listDescriptorVersions({ client, path, query })), options);
  await output.list(pages, VERSIONS);
}
