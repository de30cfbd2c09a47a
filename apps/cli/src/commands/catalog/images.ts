/** Images: everybody sees what is offered, the provider changes it. */
import {
  changeImage,
  createImage,
  listImages,
  type ChangeImageRequest,
  type ImageView,
  type ServerTypeKind,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, positiveWhole, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts, type Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';
import { KINDS } from './server-types.js';

const COLUMNS: readonly Column<ImageView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'title', value: ({ title }) => title },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'os', value: ({ os }) => os },
  { title: 'disk GiB', value: ({ systemDiskGiB }) => systemDiskGiB, style: 'number' },
  { title: 'memory MiB from', value: ({ minMemoryMiB }) => minMemoryMiB, style: 'number' },
  { title: 'deprecated', value: ({ deprecated }) => deprecated },
];

const CREATE_HELP = `
For the provider. Servers are made from it on pools that have a template of the same name.

Examples:
  $ vsysctl images create debian-14 --title "Debian 14" --os linux --disk 4 --min-memory 512`;

const CHANGE_HELP = `
For the provider. Servers keep what they have; new ones cannot take a deprecated image. \`offer\` takes it back.

Examples:
  $ vsysctl images deprecate debian-12 --reason "out of support"
  $ vsysctl images offer debian-12
  $ vsysctl images rename debian-14 --title "Debian 14 (Forky)"`;

interface CreateOptions {
  readonly title: string;
  readonly os: string;
  readonly disk: number;
  readonly minMemory: number;
  readonly kind: ServerTypeKind;
}

export function registerImages(program: Command, shell: Shell): void {
  const images = program
    .command('images')
    .summary('list, create and deprecate images')
    .description('Images that servers and EFM appliances can be made from.');
  addListOptions(images.command('list'))
    .description('Lists images, by name.')
    .addHelpText('after', '\nExamples:\n  $ vsysctl images list')
    .action(shell.connected(list));
  images
    .command('create')
    .description('Offers an image.')
    .argument('<name>', 'name, as descriptors and the templates of pools use it')
    .requiredOption('--title <title>', 'title for people')
    .requiredOption('--os <os>', 'operating system, e.g. linux')
    .requiredOption('--disk <GiB>', 'size of the system disk in GiB', positiveWhole)
    .requiredOption('--min-memory <MiB>', 'memory that it needs at least, in MiB', positiveWhole)
    .addOption(new Option('--kind <kind>', 'what it is for').choices(KINDS).default('server'))
    .addHelpText('after', CREATE_HELP)
    .action(shell.connected(create));
  verb(images, 'deprecate', 'Does not offer it to new servers any more.').action(
    shell.connected(async (context, name: string) => modify(context, name, { deprecated: true })),
  );
  verb(images, 'offer', 'Offers it again.').action(
    shell.connected(async (context, name: string) => modify(context, name, { deprecated: false })),
  );
  verb(images, 'rename', 'Gives it another title.')
    .requiredOption('--title <title>', 'new title')
    .action(
      shell.connected(async (context, name: string, { title }: { title: string }) =>
        modify(context, name, { title }),
      ),
    );
}

function verb(images: Command, name: string, description: string): Command {
  return images
    .command(name)
    .description(description)
    .argument('<name>', 'name')
    .addHelpText('after', CHANGE_HELP);
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  const pages = pagesOf(async (query) => answerOf(listImages({ client, query })), options);
  await output.list(pages, COLUMNS);
}

async function create(
  context: Context,
  name: string,
  { title, os, disk, minMemory, kind }: CreateOptions,
): Promise<void> {
  const { client, change } = context;
  const body = { name, title, os, systemDiskGiB: disk, minMemoryMiB: minMemory, kind };
  await print(context, await change(async (headers) => createImage({ client, headers, body })));
}

async function modify(context: Context, imageName: string, body: ChangeImageRequest): Promise<void> {
  const { client, change } = context;
  const path = { imageName };
  await print(context, await change(async (headers) => changeImage({ client, headers, path, body })));
}

async function print({ output }: Context, image: ImageView): Promise<void> {
  const { name, title, kind, os, systemDiskGiB, minMemoryMiB, deprecated } = image;
  const sizes = { 'disk GiB': systemDiskGiB, 'memory MiB from': minMemoryMiB };
  await output.result(image, () =>
    renderFacts({ name, title, kind, os, ...sizes, deprecated }, output.colors),
  );
}
