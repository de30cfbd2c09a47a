import { captureVsys, copyDescriptor, type DescriptorVersionView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { usageError } from '../../cli-error.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts } from '../../output/render.js';
import { examples } from '../examples.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';
import { parseDescriptorName } from './descriptor-file.js';

interface CopyOptions {
  readonly key?: string;
  readonly name?: string;
}

export function registerCopyDescriptor(descriptors: Command, shell: Shell): void {
  descriptors
    .command('copy')
    .description('Copies a descriptor that you see, or another organization’s by its key.')
    .argument('[name[@version]]', 'what to copy; none with --key')
    .option('--key <key>', 'key of a descriptor of another organization')
    .option('--name <name>', 'name of the copy (default: that of the original)')
    .addHelpText(
      'after',
      examples('descriptors copy three-tier --name my-shop', 'descriptors copy --key eJ0cSf2cQ7T0a'),
    )
    .action(shell.connected(copy));
}

async function copy(context: Context, original: string | undefined, options: CopyOptions): Promise<void> {
  const { client, change } = context;
  if ((original === undefined) === (options.key === undefined))
    throw usageError('Name a descriptor or give a key.', 'vsysctl descriptors copy three-tier --name mine');
  const { name: from, version } =
    original === undefined ? { name: undefined, version: undefined } : parseDescriptorName(original);
  const body = {
    ...(from === undefined ? {} : { from }),
    ...(version === undefined ? {} : { version }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.name === undefined ? {} : { name: options.name }),
  };
  await show(context, await change(async (headers) => copyDescriptor({ client, headers, body })));
}

interface CaptureOptions {
  readonly name: string;
  readonly asVersion?: string;
  readonly title?: string;
  readonly withoutLogins?: true;
  readonly image: Readonly<Record<string, string>>;
}

export function registerCaptureSystem(descriptors: Command, shell: Shell): void {
  descriptors
    .command('capture')
    .description('Makes a descriptor of a system: values become defaults, secrets stay behind.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'name of the descriptor')
    .option('--as-version <version>', 'version of the descriptor (default: 1.0.0)')
    .option('--title <title>', 'title of the descriptor')
    .option('--without-logins', 'leave the accounts for the first login out')
    .option('--image <role=image>', 'another image for a role; may be repeated', imageOf, {})
    .addHelpText(
      'after',
      examples(
        'descriptors capture shop --name our-shop',
        'descriptors capture shop --name our-shop --as-version 1.1.0 --image web=my-web:2',
      ),
    )
    .action(shell.connected(capture));
}

function imageOf(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [role = '', image = ''] = text.split('=', 2);
  if (role !== '' && image !== '') return { ...before, [role]: image };
  throw usageError(`“${text}” gives no role an image.`, 'Give it like --image web=my-web:2.');
}

async function capture(context: Context, idOrName: string, options: CaptureOptions): Promise<void> {
  const { client, change } = context;
  const path = { vsysId: await getVsysId(client, idOrName) };
  const { name, asVersion, title, withoutLogins, image } = options;
  const body = {
    name,
    ...(asVersion === undefined ? {} : { version: asVersion }),
    ...(title === undefined ? {} : { title }),
    ...(withoutLogins === undefined ? {} : { logins: 'drop' as const }),
    ...(Object.keys(image).length === 0 ? {} : { images: { ...image } }),
  };
  await show(context, await change(async (headers) => captureVsys({ client, headers, path, body })));
}

async function show({ output }: Context, stored: DescriptorVersionView): Promise<void> {
  const { id, name, version, hash } = stored;
  await output.result(stored, () => renderFacts({ id, name, version, hash }, output.colors));
}
