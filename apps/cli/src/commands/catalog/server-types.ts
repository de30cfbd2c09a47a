/** Server types: everybody sees what is offered, the provider changes it. */
import {
  changeServerType,
  createServerType,
  listServerTypes,
  type ServerTypeKind,
  type ServerTypeView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, positiveWhole, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { Output } from '../../output/output.js';
import { renderFacts, type Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';

/** What types and images are for. */
export const KINDS = ['server', 'efm'] as const satisfies readonly ServerTypeKind[];

const COLUMNS: readonly Column<ServerTypeView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'vcpus', value: ({ vcpus }) => vcpus, style: 'number' },
  { title: 'memory MiB', value: ({ memoryMiB }) => memoryMiB, style: 'number' },
  { title: 'deprecated', value: ({ deprecated }) => deprecated },
];

const CREATE_HELP = `
For the provider. Sizes never change once they are offered: a new size is a new type. Publish a price for it, or its use
cannot be billed.

Examples:
  $ vsysctl server-types create standard.huge --vcpus 16 --memory 65536 --reason "ticket 4711"`;

const DEPRECATE_HELP = `
For the provider. Systems keep what they have; new servers cannot take it any more. \`offer\` takes it back.

Examples:
  $ vsysctl server-types deprecate standard.huge --reason "replaced by standard.16x64"
  $ vsysctl server-types offer standard.huge`;

interface CreateOptions {
  readonly vcpus: number;
  readonly memory: number;
  readonly kind: ServerTypeKind;
}

export function registerServerTypes(program: Command, shell: Shell): void {
  const types = program
    .command('server-types')
    .summary('list, create and deprecate server types')
    .description('Sizes of servers and of EFM appliances that can be ordered.');
  addListOptions(types.command('list'))
    .description('Lists server types, by name.')
    .addHelpText('after', '\nExamples:\n  $ vsysctl server-types list')
    .action(shell.connected(list));
  types
    .command('create')
    .description('Offers a server type.')
    .argument('<name>', 'name, as descriptors use it')
    .requiredOption('--vcpus <count>', 'virtual processors', positiveWhole)
    .requiredOption('--memory <MiB>', 'memory in MiB', positiveWhole)
    .addOption(new Option('--kind <kind>', 'what it is for').choices(KINDS).default('server'))
    .addHelpText('after', CREATE_HELP)
    .action(shell.connected(create));
  for (const verb of ['deprecate', 'offer'] as const)
    types
      .command(verb)
      .description(verb === 'offer' ? 'Offers it again.' : 'Does not offer it to new servers any more.')
      .argument('<name>', 'name')
      .addHelpText('after', DEPRECATE_HELP)
      .action(shell.connected(switchTo(verb)));
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  const pages = pagesOf(async (query) => answerOf(listServerTypes({ client, query })), options);
  await output.list(pages, COLUMNS);
}

async function create(
  { client, output, change }: Context,
  name: string,
  { vcpus, memory, kind }: CreateOptions,
): Promise<void> {
  const body = { name, vcpus, memoryMiB: memory, kind };
  await print(output, await change(async (headers) => createServerType({ client, headers, body })));
}

function switchTo(verb: 'deprecate' | 'offer') {
  return async ({ client, output, change }: Context, serverTypeName: string): Promise<void> => {
    const body = { deprecated: verb === 'deprecate' };
    const path = { serverTypeName };
    await print(output, await change(async (headers) => changeServerType({ client, headers, path, body })));
  };
}

async function print(output: Output, type: ServerTypeView): Promise<void> {
  const { name, kind, vcpus, memoryMiB, deprecated } = type;
  await output.result(type, () =>
    renderFacts({ name, kind, vcpus, 'memory MiB': memoryMiB, deprecated }, output.colors),
  );
}
