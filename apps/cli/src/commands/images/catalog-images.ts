/** `vsysctl images`: what there is, what the provider offers of his pools, and the end of offers. */
import {
  changeImage,
  createImage,
  getImage,
  listImages,
  type ChangeImageRequest,
  type LicenceUnit,
  type OfferedImageView,
  type ServerTypeKind,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, positiveWhole, type ListOptions } from '../../api/pages.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts } from '../../output/render.js';
import { addListOptions } from '../list-options.js';
import { KINDS } from '../catalog/server-types.js';
import { parseInstant } from '../instant.js';
import { registerExport } from './export.js';
import { IMAGE_COLUMNS, printImage } from './image-table.js';
import { registerPlaces } from './places.js';
import { registerSharing } from './sharing.js';
import { registerUpload } from './upload.js';

const CREATE_HELP = `
For the provider. Servers are made from it on pools that have a template of the same name.

Examples:
  $ vsysctl images create debian-14 --title "Debian 14" --os linux --disk 4 --min-memory 512`;

const CHANGE_HELP = `
For the provider. Servers keep what they have; new ones cannot take a deprecated image. \`offer\` takes it back.

Examples:
  $ vsysctl images deprecate debian-12 --reason "out of support"
  $ vsysctl images deprecate web-base:1 --from 2027-01-01 --instead web-base:2
  $ vsysctl images offer debian-12
  $ vsysctl images rename debian-14 --title "Debian 14 (Forky)"
  $ vsysctl images license windows-2025 --product windows-server --unit vcpu
  $ vsysctl images license windows-2025 --none`;

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
    .summary('upload, share, place and deprecate images')
    .description('Images that servers and EFM appliances can be made from.');
  addListOptions(images.command('list'))
    .description('Lists images, by name.')
    .addHelpText('after', '\nExamples:\n  $ vsysctl images list')
    .action(shell.connected(list));
  images
    .command('show')
    .description('Shows an image.')
    .argument('<name>', 'name, or name and version')
    .addHelpText('after', '\nExamples:\n  $ vsysctl images show web-base:2')
    .action(
      shell.connected(async (context, imageName: string) =>
        printImage(context, await answerOf(getImage({ client: context.client, path: { imageName } }))),
      ),
    );
  registerUpload(images, shell);
  registerPlaces(images, shell);
  registerSharing(images, shell);
  registerExport(images, shell);
  registerOffers(images, shell);
}

/** What the provider does with what his pools have. */
function registerOffers(images: Command, shell: Shell): void {
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
  verb(images, 'deprecate', 'Does not offer it to new servers any more.')
    .option('--from <instant>', 'not at once but from then on', parseInstant)
    .option('--instead <image>', 'what to take instead')
    .action(
      shell.connected(async (context, name: string, options: DeprecateOptions) =>
        modify(context, name, deprecation(options)),
      ),
    );
  verb(images, 'offer', 'Offers it again.').action(
    shell.connected(async (context, name: string) => modify(context, name, { deprecated: false })),
  );
  verb(images, 'license', 'Says what is paid for each server that is made of it from now on, while it runs.')
    .option('--product <product>', 'as price lists name it, with the dimension licence')
    .addOption(new Option('--unit <unit>', 'one for what').choices(['server', 'vcpu']).default('server'))
    .option('--none', 'nothing is paid any more')
    .action(
      shell.connected(async (context, name: string, options: LicenceOptions) =>
        modify(context, name, licenceOf(options)),
      ),
    );
  verb(images, 'rename', 'Gives it another title.')
    .requiredOption('--title <title>', 'new title')
    .action(
      shell.connected(async (context, name: string, { title }: { title: string }) =>
        modify(context, name, { title }),
      ),
    );
}

interface LicenceOptions {
  readonly product?: string;
  readonly unit: LicenceUnit;
  readonly none?: true;
}

function licenceOf({ product, unit, none }: LicenceOptions): ChangeImageRequest {
  if ((product === undefined) !== (none === true))
    throw usageError('Which licence is meant?', 'Give --product, or --none for no licence.');
  return { licence: product === undefined ? null : { product, unit } };
}

interface DeprecateOptions {
  readonly from?: string;
  readonly instead?: string;
}

const deprecation = ({ from, instead }: DeprecateOptions): ChangeImageRequest => ({
  ...(from === undefined ? { deprecated: true } : { deprecatedFrom: from }),
  ...(instead === undefined ? {} : { replacement: instead }),
});

function verb(images: Command, name: string, description: string): Command {
  return images
    .command(name)
    .description(description)
    .argument('<name>', 'name')
    .addHelpText('after', CHANGE_HELP);
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  const pages = pagesOf(async (query) => answerOf(listImages({ client, query })), options);
  await output.list(pages, IMAGE_COLUMNS);
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
  await printImage(context, await change(async (headers) => changeImage({ client, headers, path, body })));
}

async function print({ output }: Context, image: OfferedImageView): Promise<void> {
  const { name, title, kind, os, systemDiskGiB, minMemoryMiB, deprecated } = image;
  const sizes = { 'disk GiB': systemDiskGiB, 'memory MiB from': minMemoryMiB };
  await output.result(image, () =>
    renderFacts({ name, title, kind, os, ...sizes, deprecated }, output.colors),
  );
}
