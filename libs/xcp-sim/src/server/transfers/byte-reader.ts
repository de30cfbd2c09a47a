// Purpose: reads a stream of chunks in exact portions.
import { XenFailure } from '../../core/failure.js';

export class ByteReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private pending: Uint8Array = new Uint8Array(0);
  /** Bytes handed out or skipped so far. */
  position = 0;

  /** `ended` is the error of a stream that ends too early. */
  constructor(
    chunks: AsyncIterable<Uint8Array>,
    private readonly ended: () => Error = () => new XenFailure('VDI_IO_ERROR', 'Device I/O errors'),
  ) {
    this.source = chunks[Symbol.asyncIterator]();
  }

  /** Exactly `length` bytes. @throws the error given for it if the stream ends before */
  async read(length: number): Promise<Uint8Array> {
    const bytes = await this.readSome(length);
    if (bytes.length < length) throw this.ended();
    return bytes;
  }

  /** Up to `length` bytes; fewer only at the end of the stream. */
  async readSome(length: number): Promise<Uint8Array> {
    if (this.pending.length >= length) return this.take(length);
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0 && (await this.fill())) {
      const part = this.pending.subarray(0, missing);
      parts.push(part);
      this.pending = this.pending.subarray(part.length);
      missing -= part.length;
    }
    const bytes = Buffer.concat(parts);
    this.position += bytes.length;
    return bytes;
  }

  /** @throws the error given for it if the stream ends before */
  async skip(length: number): Promise<void> {
    let missing = length;
    while (missing > 0) {
      if (!(await this.fill())) throw this.ended();
      const part = Math.min(missing, this.pending.length);
      this.pending = this.pending.subarray(part);
      this.position += part;
      missing -= part;
    }
  }

  /** Reads and forgets what is left. */
  async drain(): Promise<void> {
    while (await this.fill()) this.take(this.pending.length);
  }

  private take(length: number): Uint8Array {
    const bytes = this.pending.subarray(0, length);
    this.pending = this.pending.subarray(length);
    this.position += length;
    return bytes;
  }

  /** True if at least one byte is at hand. */
  private async fill(): Promise<boolean> {
    while (this.pending.length === 0) {
      const next = await this.source.next();
      if (next.done === true) return false;
      this.pending = next.value;
    }
    return true;
  }
}
