/** How EFMs are named, and how changes of them are sent and shown: alike in all commands. */
import type { AcceptedView, Client, EfmPreviewView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { ClientResult } from '../../api/answer.js';
import type { OnceHeaders } from '../../api/change.js';
import { getVServerId } from '../../api/find-vsys.js';
import { usageError } from '../../cli-error.js';
import type { Context } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import type { Io } from '../../io.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { renderPreview } from './render-preview.js';

export const EFM_ARGUMENT = ['<efm>', 'id, or VSYS/EFM like shop/fw'] as const;

export const getEfmId = async (client: Client, idOrPath: string): Promise<string> =>
  getVServerId(client, idOrPath);

export interface ChangeOptions extends WaitOptions {
  readonly dryRun?: true;
}

export const addChangeOptions = (command: Command): Command =>
  addWaitOptions(command).option('--dry-run', 'show what it would do, and change nothing');

type Send = (request: {
  readonly headers: OnceHeaders;
  readonly query: { readonly dryRun?: true };
}) => Promise<ClientResult<AcceptedView | EfmPreviewView>>;

/** Sends the change, or asks for its preview. */
export async function changeEfm(
  context: Context,
  options: ChangeOptions,
  send: Send,
): Promise<ExitCode | void> {
  const { output } = context;
  const query = options.dryRun === true ? { dryRun: true as const } : {};
  const answer = await context.change(async (headers) => send({ headers, query }));
  if ('operation' in answer) return finishAccepted(context, answer, options);
  await output.result(answer, () => renderPreview(answer, output.colors));
}

/** A mapping in YAML or JSON from a file; `-` is the standard input. */
export async function readMapping(io: Io, file: string): Promise<Record<string, unknown>> {
  return mappingOf(await readText(io, file), file);
}

export async function readText(io: Io, file: string): Promise<string> {
  if (file === '-') return io.readInput();
  return readFile(file, 'utf8').catch((error: Error) => {
    throw usageError(`“${file}” cannot be read: ${error.message}`, 'Check the name of the file.');
  });
}

/** Throws a usage error when the text is no mapping. */
export function mappingOf(text: string, where: string): Record<string, unknown> {
  const value: unknown = readYaml(text, where);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw usageError(`“${where}” is no mapping.`, 'Write it like {from: internet, to: dmz, protocol: tcp}.');
}

function readYaml(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw usageError(`“${where}” is neither YAML nor JSON: ${reason}`, 'Correct it.');
  }
}
