/** Where a design comes from: a stored descriptor or a file, and values for its parameters. */
import { readFile } from 'node:fs/promises';
import type { CreateVsysRequest } from '@openvsys/api-client';
import { InvalidArgumentError, type Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { usageError } from '../../cli-error.js';
import type { Io } from '../../io.js';
import { FILE_OPTION, parseDescriptorName, readDescriptor } from '../descriptors/descriptor-file.js';

export interface DesignOptions {
  readonly file?: string;
  readonly descriptor?: string;
  readonly parameter?: Readonly<Record<string, unknown>>;
  readonly parameterFile?: string;
}

export type Design = Pick<CreateVsysRequest, 'descriptor' | 'source' | 'parameters'>;

export const DESIGN_HELP = `
Values of parameters are read as YAML: -p webCount=3 is a number, -p open=true a boolean, -p 'code="007"' a text.
--parameter-file reads a file of them; -p goes before it. Secrets belong there: other users of the machine see arguments.`;

export function addDesignOptions(command: Command): Command {
  return command
    .option(...FILE_OPTION)
    .option('--descriptor <name[@version]>', 'a stored descriptor, the newest version when none is named')
    .option('-p, --parameter <name=value>', 'value of a parameter; as often as needed', addParameter)
    .option('--parameter-file <file>', 'values of parameters as YAML or JSON; - for the standard input');
}

/** For commander: adds one `name=value` to those given before. Not by assignment, so that `__proto__` is a name too. */
export function addParameter(
  text: string,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give it as name=value.');
  return Object.fromEntries([...Object.entries(before), [text.slice(0, at), valueOf(text.slice(at + 1))]]);
}

function valueOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new InvalidArgumentError(
      'The value is not valid YAML; put texts with special characters into quotes.',
    );
  }
}

/** What a request carries of the options; nothing of what is not given. Throws when there are two descriptors. */
export async function readDesign(io: Io, options: DesignOptions): Promise<Design> {
  const { file, descriptor } = options;
  if (file !== undefined && descriptor !== undefined) {
    throw usageError('There are two descriptors.', 'Give either --file or --descriptor.');
  }
  if (file === '-' && options.parameterFile === '-') {
    throw usageError(
      'There is only one standard input.',
      'Give --file or --parameter-file the name of a file.',
    );
  }
  const parameters = await readParameters(io, options);
  return {
    ...(file === undefined ? {} : { source: await readDescriptor(io, file) }),
    ...(descriptor === undefined ? {} : { descriptor: parseDescriptorName(descriptor) }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** The same where a system is new: there has to be a descriptor. */
export async function readNewDesign(io: Io, options: DesignOptions): Promise<Design> {
  if (options.file !== undefined || options.descriptor !== undefined) return readDesign(io, options);
  throw usageError('There is no descriptor.', 'Give --file FILE or --descriptor NAME[@VERSION].');
}

const ParameterFile = z.record(z.string(), z.unknown());

async function readParameters(io: Io, options: DesignOptions): Promise<Record<string, unknown> | undefined> {
  const { parameterFile: file, parameter } = options;
  if (file === undefined) return parameter === undefined ? undefined : { ...parameter };
  const text = await readParameterFile(io, file);
  const values = ParameterFile.safeParse(parseFile(file, text));
  if (!values.success)
    throw usageError(`${file} holds no parameters.`, 'Write them as name: value, one a line.');
  return { ...values.data, ...parameter };
}

async function readParameterFile(io: Io, file: string): Promise<string> {
  if (file === '-') return io.readInput();
  return readFile(file, 'utf8').catch((error: Error) => {
    throw usageError(`The parameters cannot be read: ${error.message}`, 'Check the name of the file.');
  });
}

function parseFile(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw usageError(`${file} is not valid YAML: ${String(error)}`, 'Correct the place that is named.');
  }
}
