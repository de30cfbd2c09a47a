// Purpose: the checksum members behind the chunks of an XVA: `.checksum` holds SHA-1, `.xxhash` XXH64 (since 8.1), as text.
import { createHash } from 'node:crypto';
import xxhash from 'xxhash-wasm';

const library = xxhash();

/** The member that goes behind a chunk: its extension and its text. */
export async function chunkHash(chunk: Uint8Array): Promise<{ extension: string; text: string }> {
  return { extension: 'xxhash', text: await hashOf(chunk, 'xxhash') };
}

/** The text that a checksum member of this extension has to hold; "" for an unknown extension. */
export async function hashOf(chunk: Uint8Array, extension: string): Promise<string> {
  if (extension === 'checksum') return createHash('sha1').update(chunk).digest('hex');
  if (extension !== 'xxhash') return '';
  const hasher = await library;
  return hasher.h64Raw(chunk).toString(16).padStart(16, '0');
}
