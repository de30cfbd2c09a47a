/** `vsysctl images upload`: announces a file, sends it piece by piece, waits for what becomes of it. */
import { createHash } from 'node:crypto';
import { constants, createReadStream, openAsBlob } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  getImage,
  importImage,
  uploadImage,
  type ImageUploadFormat,
  type ImageView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { positiveWhole } from '../../api/pages.js';
import { CliError, usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { examples } from '../examples.js';
import { followAll, openOperations } from './follow-image.js';
import { printImage } from './image-table.js';

const FORMATS = ['xva', 'ova', 'vhd', 'vmdk', 'raw'] as const satisfies readonly ImageUploadFormat[];
/** Sent within the time of one request also over a slow line. */
const PIECE_MIB = 64;
const MIB = 2 ** 20;
/** A piece that broke is sent again so many times. */
const TRIES = 4;

interface UploadOptions {
  readonly name?: string;
  readonly title?: string;
  readonly os: string;
  readonly minMemory: number;
  readonly format?: ImageUploadFormat;
  readonly piece: number;
  readonly resume?: string;
  readonly wait: boolean;
}

export function registerUpload(images: Command, shell: Shell): void {
  images
    .command('upload')
    .description('Makes an image of a file.')
    .argument('<file>', 'XVA, OVA, VHD, VMDK or raw disk; all but XVA may be packed with gzip or Zstandard')
    .option('--name <name>', 'name; the name of the file without its ending when not given')
    .option('--title <title>', 'title for people; the name when not given')
    .option('--os <os>', 'operating system', 'linux')
    .option('--min-memory <MiB>', 'memory that it needs at least, in MiB', positiveWhole, 512)
    .addOption(
      new Option('--format <format>', 'what the file is; by its ending when not given').choices(FORMATS),
    )
    .option('--piece <MiB>', 'how much is sent at once', positiveWhole, PIECE_MIB)
    .option('--resume <image>', 'go on with an upload that was interrupted, e.g. web-base:2')
    .option('--no-wait', 'do not wait until pools have it')
    .addHelpText(
      'after',
      examples(
        'images upload web-base.vmdk --title "Our web servers"',
        'images upload web-base.vmdk --resume web-base:2',
      ),
    )
    .action(shell.connected(upload));
}

async function upload(context: Context, file: string, options: UploadOptions): Promise<ExitCode> {
  const blob = await openFile(file);
  const begun =
    options.resume === undefined
      ? await announce(context, file, blob, options)
      : await answerOf(getImage({ client: context.client, path: { imageName: options.resume } }));
  const image = await sendAll(context, begun, blob, options.piece * MIB);
  if (!options.wait) {
    await printImage(context, image);
    return EXIT.done;
  }
  return followAll(context, await openOperations(context.client, image.template));
}

/** The file is read when a piece of it is sent. */
async function openFile(file: string): Promise<Blob> {
  try {
    await access(file, constants.R_OK);
    return await openAsBlob(file);
  } catch (error) {
    throw usageError(`“${file}” cannot be read.`, error instanceof Error ? error.message : String(error));
  }
}

async function announce(
  { client, change, output }: Context,
  file: string,
  blob: Blob,
  options: UploadOptions,
): Promise<ImageView> {
  const ending = /\.([a-z]+)(?:\.(?:gz|zst))?$/i.exec(file)?.[1]?.toLowerCase();
  const format = options.format ?? FORMATS.find((each) => each === (ending === 'img' ? 'raw' : ending));
  if (format === undefined)
    throw usageError(
      `The ending of “${file}” does not say what it is.`,
      `Give --format ${FORMATS.join('|')}.`,
    );
  const name =
    options.name ??
    basename(file)
      .replace(/\.[a-z]+(?:\.(?:gz|zst))?$/i, '')
      .toLowerCase();
  output.note('reading the file');
  const { title = name, os, minMemory } = options;
  const sha256 = await digestOf(file);
  const body = { name, title, os, minMemoryMiB: minMemory, format, bytes: blob.size, sha256 };
  return change(async (headers) => importImage({ client, headers, body }));
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: MIB })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function sendAll(context: Context, begun: ImageView, blob: Blob, size: number): Promise<ImageView> {
  let image = begun;
  while (image.upload !== null && image.state === 'awaiting-upload') {
    if (image.upload.bytes !== blob.size)
      throw usageError(
        `${image.reference} was announced with ${image.upload.bytes} bytes, the file has ${blob.size}.`,
        'Give the file that was begun with.',
      );
    image = await sendPiece(context, image.reference, blob, image.upload.received, size);
    const { received = blob.size } = image.upload ?? {};
    context.output.note(`sent ${Math.floor((received / blob.size) * 100)} %`);
  }
  return image;
}

/** After a failure what has arrived is asked for: the piece may have. */
async function sendPiece(
  { client }: Context,
  imageName: string,
  blob: Blob,
  offset: number,
  size: number,
): Promise<ImageView> {
  const path = { imageName };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const body = blob.slice(offset, offset + size);
      return await answerOf(uploadImage({ client, path, query: { offset }, body }));
    } catch (error) {
      const passing = error instanceof CliError && error.exitCode === EXIT.unavailable;
      if (!passing || attempt >= TRIES) throw error;
      const seen = await answerOf(getImage({ client, path })).catch(() => undefined);
      if (seen !== undefined && (seen.upload?.received ?? blob.size) > offset) return seen;
    }
  }
}
