/** Parts as they are wished on the command line: `dmz`, `dmz:10.0.1.9`, `data:20`. */
import { InvalidArgumentError } from 'commander';

export const collected =
  <T>(read: (text: string) => T) =>
  (text: string, before: readonly T[] = []): readonly T[] => [...before, read(text)];

export interface NicText {
  readonly network: string;
  readonly address?: string;
}

export function nicText(text: string): NicText {
  const [network = '', address, ...rest] = text.split(':');
  if (network === '' || rest.length > 0)
    throw new InvalidArgumentError('It has to be NETWORK or NETWORK:ADDRESS.');
  return address === undefined ? { network } : { network, address };
}

export interface DiskText {
  readonly name: string;
  readonly sizeGiB: number;
}

export function diskText(text: string): DiskText {
  const [name = '', size = ''] = text.split(':');
  if (name === '') throw new InvalidArgumentError('It has to be NAME:GIB.');
  return { name, sizeGiB: gib(size) };
}

export function gib(text: string): number {
  if (/^[1-9][0-9]{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A size is a whole number of GiB.');
}

export function atLeastOne(text: string): number {
  if (/^[1-9][0-9]{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It has to be a whole number from 1 on.');
}
