/** `vsysctl images export`: an image or a stopped server into a file. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportImage, exportVServer, type ExportView, type ImageExportFormat } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVServerId } from '../../api/find-vsys.js';
import { CliError, usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { examples } from '../examples.js';
import { followAll } from './follow-image.js';

const FORMATS = ['xva', 'raw', 'vhd'] as const satisfies readonly ImageExportFormat[];

interface ExportOptions {
  readonly format: ImageExportFormat;
  readonly to: string;
}

export function registerExport(images: Command, shell: Shell): void {
  verb(images, 'export', '<image>', 'Writes an image to a file.')
    .addHelpText('after', examples('images export web-base:2 --format raw --to web-base.img'))
    .action(
      shell.connected(async (context, imageName: string, options: ExportOptions) => {
        const body = { format: options.format };
        const { client } = context;
        const path = { imageName };
        return fetchExport(context, options.to, async () => answerOf(exportImage({ client, path, body })));
      }),
    );
  verb(images, 'export-server', '<server>', 'Writes a stopped server to a file.')
    .addHelpText('after', examples('images export-server shop/web-1 --format xva --to web-1.xva'))
    .action(
      shell.connected(async (context, server: string, options: ExportOptions) => {
        const { client } = context;
        const path = { vserverId: await getVServerId(client, server) };
        const body = { format: options.format };
        return fetchExport(context, options.to, async () => answerOf(exportVServer({ client, path, body })));
      }),
    );
}

function verb(images: Command, name: string, argument: string, description: string): Command {
  return images
    .command(name)
    .description(description)
    .argument(argument, 'what')
    .addOption(
      new Option('--format <format>', 'a machine (xva) or its system disk').choices(FORMATS).default('raw'),
    )
    .requiredOption('--to <file>', 'file; it must not exist');
}

/** The file is opened first: nothing is begun for one that cannot be written, and the link works once. */
async function fetchExport(context: Context, to: string, ask: () => Promise<ExportView>): Promise<ExitCode> {
  const file = await openNew(to);
  try {
    const { operation, url } = await ask();
    const code = await followAll(context, [operation]);
    if (code === EXIT.done) await download(context, url, file);
    return code;
  } finally {
    file.destroy();
  }
}

async function openNew(to: string): Promise<WriteStream> {
  const file = createWriteStream(to, { flags: 'wx' });
  try {
    await once(file, 'open');
    return file;
  } catch (error) {
    throw usageError(`“${to}” cannot be written.`, error instanceof Error ? error.message : String(error));
  }
}

async function download(context: Context, url: string, file: WriteStream): Promise<void> {
  const response = await fetch(reachable(context, url), { signal: context.io.signal });
  if (!response.ok || response.body === null)
    throw new CliError(`The link answers with ${response.status}.`, EXIT.unavailable);
  await pipeline(Readable.fromWeb(response.body), file);
  context.output.note(`written to ${String(file.path)}`);
}

/** The server is asked where it was found, whatever it calls itself. */
function reachable({ client }: Context, url: string): string {
  const { baseUrl } = client.getConfig();
  return `${baseUrl ?? ''}${new URL(url).pathname.replace(/^.*(?=\/v1\/)/, '')}`;
}
