/**
 * A source under guard: counted, bounded, digested, unpacked when it is gzipped. What comes out is what may be believed
 * as long as the iteration ends without an error.
 *
 *   source ──size, limit, digest──► [gunzip ──expansion, limit──►] bytes
 */
import { createHash, type Hash } from 'node:crypto';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DomainError, type ImageLimits } from '@openvsys/vsys';
import { corrupt, tooLarge } from '../formats/image-error.js';
import { pipeInto } from './piped.js';

/** Shared by all files of one import. */
export interface Meter {
  readonly limits: ImageLimits;
  sourceBytes: number;
}

/** Before so many bytes the factor of expansion says nothing. */
const EXPANSION_GRACE_BYTES = 2 ** 20;

/** Counts what is read. Throws `too-large`, `invalid-parameter` when it is shorter or longer than told. */
export async function* metered(
  source: AsyncIterable<Uint8Array>,
  meter: Meter,
  expected: number | null,
  hash: Hash,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    meter.sourceBytes += chunk.length;
    if (meter.sourceBytes > meter.limits.sourceBytes)
      throw tooLarge('its source is beyond the limit', meter.limits.sourceBytes, meter.sourceBytes);
    if (expected !== null && bytes > expected) throw corrupt('it is longer than was told');
    hash.update(chunk);
    yield chunk;
  }
  if (expected !== null && bytes !== expected) throw corrupt(`it ends after ${bytes} of ${expected} bytes`);
}

/** Unpacks gzip. Throws `too-large` for bombs, `invalid-parameter` for damage. */
export const gunzipped = (source: AsyncIterable<Uint8Array>, meter: Meter): AsyncIterable<Uint8Array> =>
  expanded(source, createGunzip(), meter, meter.sourceBytes);

/** `before`: what the meter showed when the source began. */
async function* expanded(
  source: AsyncIterable<Uint8Array>,
  unpacker: Transform,
  meter: Meter,
  before: number,
): AsyncGenerator<Uint8Array> {
  const { limits } = meter;
  const piped = pipeInto(source, unpacker);
  let bytes = 0;
  try {
    for await (const chunk of unpacker) {
      bytes += (chunk as Buffer).length;
      // More was read than has been unpacked by now, so a bomb is seen a little late, a good file never refused.
      const read = meter.sourceBytes - before;
      if (bytes > EXPANSION_GRACE_BYTES && bytes > read * limits.expansion)
        throw tooLarge('it expands too much', limits.expansion, Math.ceil(bytes / Math.max(1, read)));
      if (bytes > limits.diskBytes)
        throw tooLarge('a file in it is beyond the limit', limits.diskBytes, bytes);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw piped.reasonOf(error, corrupt('it cannot be unpacked'));
  } finally {
    piped.close();
  }
}

/** RFC 1952 and RFC 8878. */
const PACKINGS = [
  { magic: Buffer.of(0x1f, 0x8b), unpacker: (): Transform => createGunzip() },
  { magic: Buffer.of(0x28, 0xb5, 0x2f, 0xfd), unpacker: (): Transform => createZstdDecompress() },
] as const;
const LONGEST_MAGIC = 4;

/** Unpacks what begins like gzip or Zstandard and leaves everything else as it is. */
export async function* unpacked(source: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Uint8Array> {
  const before = meter.sourceBytes;
  const iterator = source[Symbol.asyncIterator]();
  const start: Uint8Array[] = [];
  let length = 0;
  while (length < LONGEST_MAGIC) {
    const next = await iterator.next();
    if (next.done === true) break;
    start.push(next.value);
    length += next.value.length;
  }
  const all = joined(start, iterator);
  const head = Buffer.concat(start);
  const packing = PACKINGS.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  yield* packing === undefined ? all : expanded(all, packing.unpacker(), meter, before);
}

async function* joined(
  start: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* start;
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

export const sha256 = (): Hash => createHash('sha256');

/** Throws `invalid-parameter` when the caller expected another one. */
export function checkDigest(expected: string | undefined, actual: string): void {
  if (expected === undefined || expected.toLowerCase() === actual) return;
  throw new DomainError('invalid-parameter', 'The image has another SHA-256 than was given.', {
    pointer: '/sha256',
    remedy: 'Compare the checksum with the one that its maker publishes, and fetch the image again.',
    details: { expected: expected.slice(0, 128), actual },
  });
}
