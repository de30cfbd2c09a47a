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
  $ vsysctl descriptors list --versions-of three-tier`;

interface Options extends ListOptions {
  readonly versionsOf?: string;
  readonly search?: string;
  readonly visibility?: DescriptorVisibility;
}

export function registerListDescriptors(descriptors: Command, shell: Shell): void {
  addListOptions(descriptors.command('list'))
    .description('Lists the organization’s own descriptors and the provider’s.')
    .option('--search <words>', 'only those with this in name, title or description')
    .addOption(new Option('--visibility <who>', 'only those').choices(['provider', 'shared', 'organization']))
    .option('--versions-of <name>', 'list the versions of one descriptor instead')
    .addHelpText('after', HELP)
    .action(shell.connected(list));
}

async function list(
  { client, output }: Context,
  { versionsOf, search, visibility, ...options }: Options,
): Promise<void> {
  if (versionsOf === undefined) {
    const wish = {
      ...(search === undefined ? {} : { search }),
      ...(visibility === undefined ? {} : { visibility }),
    };
    const pages = pagesOf(
      async (query) => answerOf(listDescriptors({ client, query: { ...query, ...wish } })),
      options,
    );
    await output.list(pages, COLUMNS);
    return;
  }
  const path = { descriptorName: versionsOf };
  const pages = pagesOf(async (query) => answerOf(listDescriptorVersions({ client, path, query })), options);
  await output.list(pages, VERSIONS);
}
