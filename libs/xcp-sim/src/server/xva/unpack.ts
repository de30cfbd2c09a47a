// Purpose: the body of an import: plain, gzip or zstd, told by its first bytes.
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { Readable, type Transform } from 'node:stream';
import { ByteReader } from '../transfers/byte-reader.js';
import { XenFailure } from '../../core/failure.js';

const GZIP_MAGIC = [0x1f, 0x8b];
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

export function prematureEnd(): XenFailure {
  return new XenFailure('IMPORT_ERROR_PREMATURE_EOF');
}

/** A reader of the unpacked bytes. `onRead` hears how many packed bytes were consumed. */
export async function unpackedReader(
  body: AsyncIterable<Uint8Array>,
  onRead: (bytes: number) => void,
): Promise<ByteReader> {
  const packed = new ByteReader(body, prematureEnd);
  const start = await packed.readSome(ZSTD_MAGIC.length);
  const unpacker = unpackerFor(start);
  const bytes = restOf(start, packed, onRead);
  if (unpacker === undefined) return new ByteReader(bytes, prematureEnd);
  const source = Readable.from(bytes, { objectMode: false });
  source.once('error', (error) => unpacker.destroy(error));
  return new ByteReader(soundBytes(source.pipe(unpacker)), prematureEnd);
}

function unpackerFor(start: Uint8Array): Transform | undefined {
  if (GZIP_MAGIC.every((byte, index) => start[index] === byte)) return createGunzip();
  return ZSTD_MAGIC.every((byte, index) => start[index] === byte) ? createZstdDecompress() : undefined;
}

async function* restOf(
  start: Uint8Array,
  packed: ByteReader,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield start;
  for (;;) {
    const bytes = await packed.readSome(2 ** 16);
    if (bytes.length === 0) return;
    onRead(packed.position);
    yield bytes;
  }
}

/** Broken compression looks like an archive that ends too early. */
async function* soundBytes(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* stream;
  } catch (error) {
    throw error instanceof XenFailure ? error : prematureEnd();
  }
}
