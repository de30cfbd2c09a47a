// Purpose: where the written blocks of all disks lie: in memory up to a limit, beyond it in a file if a folder was given.
//
//   put ──► zeros?  ──► one shared block, costs nothing
//       └─► memory full? ──no──► memory
//                        └─yes─► slot of the spill file (freed slots are used again) | error without a folder
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { XenFailure } from '../../core/failure.js';

/** Unit of copy-on-write, and of changed block tracking (XenAPI VDI.list_changed_blocks: 64 KiB a bit). */
export const BLOCK_BYTES = 64 * 1024;

/** A stored block: its bytes, or its slot in the spill file. */
export type BlockHandle = Uint8Array | number;

/** The block that is all zeros; written as such, unlike a hole. */
export const ZERO_BLOCK: Uint8Array = new Uint8Array(BLOCK_BYTES);
const ZERO_BUFFER = Buffer.from(ZERO_BLOCK.buffer);

export interface BlockStoreOptions {
  /** Bytes of content kept in memory. */
  memoryBytes: number;
  /** Folder for what does not fit; absent = writes beyond the limit fail. */
  folder?: string;
}

/** True if all bytes are zero; `bytes` at most one block long. */
export function isZero(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.equals(ZERO_BUFFER.subarray(0, bytes.length));
}

export class BlockStore {
  private inMemory = 0;
  private file: number | undefined;
  private slots = 0;
  private readonly freeSlots: number[] = [];

  constructor(private readonly options: BlockStoreOptions) {}

  /** Bytes of content in memory and in the spill file. */
  get usage(): { memoryBytes: number; spilledBytes: number } {
    return {
      memoryBytes: this.inMemory * BLOCK_BYTES,
      spilledBytes: (this.slots - this.freeSlots.length) * BLOCK_BYTES,
    };
  }

  /** Keeps a whole block; the caller gives its bytes away. @throws XenFailure VDI_IO_ERROR when there is no room left */
  put(block: Uint8Array): BlockHandle {
    if (isZero(block)) return ZERO_BLOCK;
    if ((this.inMemory + 1) * BLOCK_BYTES <= this.options.memoryBytes) {
      this.inMemory += 1;
      return block;
    }
    return this.spill(block);
  }

  get(handle: BlockHandle): Uint8Array {
    if (typeof handle !== 'number') return handle;
    const block = new Uint8Array(BLOCK_BYTES);
    if (this.file !== undefined) readSync(this.file, block, 0, BLOCK_BYTES, handle * BLOCK_BYTES);
    return block;
  }

  drop(handle: BlockHandle): void {
    if (handle === ZERO_BLOCK) return;
    if (typeof handle === 'number') this.freeSlots.push(handle);
    else this.inMemory -= 1;
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private spill(block: Uint8Array): number {
    const { folder } = this.options;
    if (folder === undefined)
      throw new XenFailure('VDI_IO_ERROR', 'the simulator keeps no more disk content in memory');
    this.file ??= openSpillFile(folder);
    const slot = this.freeSlots.pop() ?? this.slots++;
    writeSync(this.file, block, 0, BLOCK_BYTES, slot * BLOCK_BYTES);
    return slot;
  }
}

/** The file has no name any more once it is open, so it goes with the process. */
function openSpillFile(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `blocks-${process.pid}-${Date.now()}`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  return file;
}
