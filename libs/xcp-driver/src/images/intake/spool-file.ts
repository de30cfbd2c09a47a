/**
 * A file that is gone as soon as nobody holds it: what was read from a source, to be looked at anywhere. It has no name
 * any more once it is open, so not even a killed process leaves it behind.
 */
import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { corrupt } from '../formats/image-error.js';
import { DISK_BLOCK, isZero, type RandomAccess } from '../formats/random-access.js';

export class SpoolFile implements RandomAccess {
  private length = 0;
  /** Blocks that hold something; the others are holes, which take no place and need not be read. */
  private readonly written = new Set<number>();

  private constructor(private readonly handle: FileHandle) {}

  /** `folder` must exist and be ours alone. */
  static async create(folder: string): Promise<SpoolFile> {
    const path = join(folder, `openvsys-${randomUUID()}`);
    const handle = await open(path, 'wx+', 0o600);
    await rm(path);
    return new SpoolFile(handle);
  }

  get size(): number {
    return this.length;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const block = Math.floor((this.length + at) / DISK_BLOCK);
      const until = Math.min(bytes.length, (block + 1) * DISK_BLOCK - this.length);
      const part = bytes.subarray(at, until);
      if (!isZero(part)) {
        this.written.add(block);
        await this.handle.write(part, 0, part.length, this.length + at);
      }
      at = until;
    }
    this.length += bytes.length;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (offset < 0 || offset + length > this.length) throw corrupt('it is truncated');
    const bytes = Buffer.alloc(length);
    // Behind the last byte that was written the file ends; the rest of a source that ends in zeros is zero.
    if (!this.isEmpty(offset, length)) await this.handle.read(bytes, 0, length, offset);
    return bytes;
  }

  isEmpty(offset: number, length: number): boolean {
    for (let block = Math.floor(offset / DISK_BLOCK); block * DISK_BLOCK < offset + length; block += 1)
      if (this.written.has(block)) return false;
    return true;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
