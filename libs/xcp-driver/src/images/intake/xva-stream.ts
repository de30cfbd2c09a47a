/** An XVA on its way into the pool: looked at before it is sent, and checked while it passes. */
import { PassThrough } from 'node:stream';
import { DomainError } from '@openvsys/vsys';
import { extract } from 'tar-stream';
import { corrupt, tooLarge } from '../formats/image-error.js';
import { MAX_OVA_XML_BYTES, parseOvaXml, XvaInspector, type XvaSummary } from '../formats/xva.js';
import { unpacked, type Meter } from './guarded-source.js';
import { pipeInto } from './piped.js';

/** Reads no further than the records at the beginning; gives the source up then. Throws `invalid-parameter`, `too-large`. */
export async function summarizeXva(source: AsyncIterable<Uint8Array>, meter: Meter): Promise<XvaSummary> {
  const tar = extract();
  const piped = pipeInto(unpacked(source, meter), tar);
  const inspector = new XvaInspector();
  try {
    for await (const entry of tar) {
      inspector.checkHeader(entry.header);
      return checkLimits(parseOvaXml((await contentOf(entry)).toString('utf8')), meter);
    }
  } catch (error) {
    throw piped.reasonOf(error, corrupt('it is no XVA'));
  } finally {
    piped.close();
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
  const inspection = new Inspection(meter);
  let held: Uint8Array | undefined;
  try {
    for await (const chunk of source) {
      if (held !== undefined) yield held;
      await inspection.take(chunk);
      held = chunk;
    }
    await inspection.finish();
    if (held !== undefined) yield held;
  } finally {
    inspection.close();
  }
}

/** Looks at a copy of the bytes; compressed ones are unpacked for that. */
class Inspection {
  private readonly copy = new PassThrough();
  private readonly tar = extract();
  private error: DomainError | undefined;
  /** Resolves when all was looked at, or with what is wrong. */
  private readonly over: Promise<void>;

  constructor(meter: Meter) {
    const piped = pipeInto(unpacked(this.copy, meter), this.tar);
    this.over = this.inspect().catch((error: unknown) => {
      const reason = piped.reasonOf(error, corrupt('it is no XVA, or ends in the middle'));
      this.error = reason instanceof DomainError ? reason : corrupt('it cannot be read');
    });
  }

  /** Resolves when more may be given. Throws what is wrong as soon as it is known. */
  async take(chunk: Uint8Array): Promise<void> {
    if (this.error !== undefined) throw this.error;
    if (this.copy.write(chunk)) return;
    const drained = new Promise<void>((resolve) => void this.copy.once('drain', resolve));
    await Promise.race([drained, this.over]);
  }

  async finish(): Promise<void> {
    this.copy.end();
    await this.over;
    if (this.error !== undefined) throw this.error;
  }

  close(): void {
    this.copy.destroy();
    this.tar.destroy();
  }

  private async inspect(): Promise<void> {
    const inspector = new XvaInspector();
    for await (const entry of this.tar) {
      inspector.checkHeader(entry.header);
      inspector.checkMember(entry.header.name, await contentOf(entry));
    }
    inspector.checkEnd();
  }
}
