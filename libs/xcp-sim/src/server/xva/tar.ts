// Purpose: the little of tar that an XVA needs: regular files with short names, written and read as a stream.
import { XenFailure } from '../../core/failure.js';
import type { ByteReader } from '../transfers/byte-reader.js';

const BLOCK = 512;
/** Two empty blocks close an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/** A file with header and padding. */
export function tarMember(name: string, content: Uint8Array): Uint8Array[] {
  const padding = new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK);
  return [header(name, content.length), content, padding];
}

/** An archive with a single file. */
export function tarOfOneFile(name: string, content: Uint8Array): Buffer {
  return Buffer.concat([...tarMember(name, content), TAR_END]);
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, 'utf8');
  block.write('0000644\0', 100, 'ascii');
  block.write('0000000\0', 108, 'ascii');
  block.write('0000000\0', 116, 'ascii');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'ascii');
  block.write('00000000000\0', 136, 'ascii');
  block.write('0', 156, 'ascii');
  block.write('ustar\u000000', 257, 'ascii');
  block.write(`${headerSum(block).toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return block;
}

/** The checksum counts its own field as blanks. */
function headerSum(block: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < BLOCK; index += 1)
    sum += index >= 148 && index < 156 ? 0x20 : (block[index] ?? 0);
  return sum;
}

export interface TarMember {
  name: string;
  content: Uint8Array;
}

/**
 * The next file; undefined at the end of the archive. `largest` bounds its bytes.
 * @throws XenFailure IMPORT_ERROR for what is no tar, and the reader's error for an archive that ends too early
 */
export async function nextMember(reader: ByteReader, largest: number): Promise<TarMember | undefined> {
  const block = Buffer.from(await reader.read(BLOCK));
  if (block.every((byte) => byte === 0)) return undefined;
  if (Number.parseInt(text(block, 148, 8), 8) !== headerSum(block)) throw notTar('bad header checksum');
  const size = Number.parseInt(text(block, 124, 12), 8);
  if (!Number.isSafeInteger(size) || size < 0 || size > largest) throw notTar(`a member of ${size} bytes`);
  const content = await reader.read(size);
  await reader.skip((BLOCK - (size % BLOCK)) % BLOCK);
  return { name: text(block, 0, 100), content };
}

function text(block: Buffer, at: number, length: number): string {
  const field = block.toString('utf8', at, at + length);
  const end = field.indexOf('\0');
  return (end < 0 ? field : field.slice(0, end)).trim();
}

function notTar(why: string): XenFailure {
  return new XenFailure('IMPORT_ERROR', `not a tar archive: ${why}`);
}
