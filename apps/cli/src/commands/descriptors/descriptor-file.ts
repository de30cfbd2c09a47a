/** Descriptors from files: `-` is the standard input. */
import { readFile } from 'node:fs/promises';
import { usageError } from '../../cli-error.js';
import type { Io } from '../../io.js';

export const FILE_OPTION = [
  '-f, --file <file>',
  'descriptor as YAML or JSON; - for the standard input',
] as const;

/** The text as it is: the server tells every mistake with its line and column. */
export async function readDescriptor(io: Io, file: string): Promise<string> {
  if (file === '-') return io.readInput();
  return readFile(file, 'utf8').catch((error: Error) => {
    throw usageError(`The descriptor cannot be read: ${error.message}`, 'Check the name of the file.');
  });
}

export interface DescriptorName {
  readonly name: string;
  readonly version?: string;
}

/** `three-tier` is the newest version, `three-tier@1.0.0` that one. */
export function parseDescriptorName(text: string): DescriptorName {
  const [name = '', version, ...rest] = text.split('@');
  if (name !== '' && version !== '' && rest.length === 0)
    return version === undefined ? { name } : { name, version };
  throw usageError(`“${text}” names no descriptor.`, 'Give it like three-tier or three-tier@1.0.0.');
}
