/** An XVA on its way into the pool: looked at before it is sent, and checked while it passes. */
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@openvsys/vsys';
import { extract } from 'tar-stream';
import { corrupt, tooLarge } from '../formats/image-error.js';
import { MAX_OVA_XML_BYTES, parseOvaXml, XvaInspector, type XvaSummary } from '../formats/xva.js';
import { unpacked, type Meter } from './guarded-source.js';

/** Reads no further than the records at the beginning; gives the source up then. Throws `invalid-parameter`, `too-large`. */
export async function summarizeXva(source: AsyncIterable<Uint8Array>, meter: Meter): Promise<XvaSummary> {
  const tar = extract();
  let failure: unknown;
  const input = Readable.from(unpacked(source, meter));
  input.once('error', (error) => {
    failure = error;
    tar.destroy(error);
  });
  input.pipe(tar);
  const inspector = new XvaInspector();
  try {
    for await (const entry of tar) {
      inspector.checkHeader(entry.header);
      return checkLimits(parseOvaXml((await contentOf(entry)).toString('utf8')), meter);
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    throw error instanceof DomainError ? error : corrupt('it is no XVA');
  } finally {
    input.destroy();
    tar.destroy();
  }
  throw corrupt('it is no XVA');
}

function checkLimits(summary: XvaSummary, { limits }: Meter): XvaSummary {
  if (summary.diskBytes.length > limits.disks)
    throw tooLarge('it has too many disks', limits.disks, summary.diskBytes.length);
  const largest = Math.max(0, ...summary.diskBytes);
  if (largest > limits.diskBytes) throw tooLarge('a disk is beyond the limit', limits.diskBytes, largest);
  return summary;
}

async function contentOf(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of entry) {
    size += (chunk as Buffer).length;
    if (size > MAX_OVA_XML_BYTES) throw corrupt('a part of the XVA is too long');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/**
 * The same bytes, given on only after their chunks were looked at. A damaged one ends the iteration with
 * `invalid-parameter` before its last bytes are given.
 */
export async function* inspectedXva(
  source: AsyncIterable<Uint8Array>,
  meter: Meter,
): AsyncGenerator<Uint8Array> {
  const inspector = new XvaInspector();
  const tar = extract();
  const inspected = (async () => {
    for await (const entry of tar) {
      inspector.checkHeader(entry.header);
      inspector.checkMember(entry.header.name, await contentOf(entry));
    }
    inspector.checkEnd();
  })();
  inspected.catch((error: unknown) => tar.destroy(error as Error));
  // Compressed ones are unpacked for the inspection and passed on as they are.
  const copy = new Transform({ transform: (chunk, _encoding, done) => done(null, chunk) });
  const inspection = pipeline(async function* unpack() {
    yield* unpacked(copy, meter);
  }, tar).catch(() => undefined);
  const failed = inspected.then(
    () => undefined,
    (error: unknown) =>
      error instanceof DomainError ? error : corrupt('it is no XVA, or ends in the middle'),
  );
  let error: DomainError | undefined;
  void failed.then((found) => {
    error = found;
    copy.resume();
  });
  let held: Uint8Array | undefined;
  try {
    for await (const chunk of source) {
      if (held !== undefined) yield held;
      if (error !== undefined) throw error;
      held = chunk;
      if (!copy.write(chunk)) await drained(copy, failed);
    }
    copy.end();
    await inspection;
    const late = await failed;
    if (late !== undefined) throw late;
    if (held !== undefined) yield held;
  } finally {
    copy.destroy();
    tar.destroy();
  }
}

async function drained(copy: Transform, over: Promise<unknown>): Promise<void> {
  await Promise.race([new Promise<void>((resolve) => void copy.once('drain', () => resolve())), over]);
}
