// Purpose: the bytes of disks. What was written is what is read; copies share what they have in common and part when one
// of them is written. A disk that nobody ever wrote to costs nothing.
//
// The hidden field `content_layer` of a VDI names its layer; 0 = holes only.
import { BLOCK_BYTES, BlockStore, type BlockStoreOptions } from './block-store.js';
import { LayerTree, unitOf, type Layer, type SavedLayer } from './layer-tree.js';
import type { Row } from '../../database/row.js';

/** The hidden field that ties a VDI row to its layer. */
export const LAYER_FIELD = 'content_layer';

/** Bytes kept in memory if nothing else is said. */
export const DEFAULT_CONTENT_MEMORY = 512 * 2 ** 20;

export class DiskContents {
  private readonly store: BlockStore;
  private readonly tree: LayerTree;

  constructor(options: Partial<BlockStoreOptions> = {}) {
    this.store = new BlockStore({ memoryBytes: DEFAULT_CONTENT_MEMORY, ...options });
    this.tree = new LayerTree(this.store);
  }

  /** Bytes of content held for all disks together. */
  get usage(): { memoryBytes: number; spilledBytes: number } {
    return this.store.usage;
  }

  /** The bytes of a range; holes read as zeros. */
  read(vdi: Row, offset: number, length: number): Uint8Array {
    const layer = this.layerOf(vdi);
    const bytes = new Uint8Array(length);
    for (let at = offset; at < offset + length;) {
      const index = Math.floor(at / BLOCK_BYTES);
      const end = Math.min((index + 1) * BLOCK_BYTES, offset + length);
      const block = this.tree.find(layer, index);
      if (block !== undefined)
        bytes.set(block.subarray(at - index * BLOCK_BYTES, end - index * BLOCK_BYTES), at - offset);
      at = end;
    }
    return bytes;
  }

  /**
   * Writes a range into the disk's own layer, which `layer` must be (see `ownLayer`). Bounds are the caller's business.
   * @throws XenFailure VDI_IO_ERROR when the simulator's room for content is used up
   */
  write(layer: Layer, offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const at = offset + done;
      const index = Math.floor(at / BLOCK_BYTES);
      const from = at - index * BLOCK_BYTES;
      const part = bytes.subarray(done, done + BLOCK_BYTES - from);
      const block = new Uint8Array(BLOCK_BYTES);
      const before = part.length === BLOCK_BYTES ? undefined : this.tree.find(layer, index);
      if (before !== undefined) block.set(before);
      block.set(part, from);
      this.tree.put(layer, index, block);
      done += part.length;
    }
  }

  layerOf(vdi: Row): Layer | undefined {
    return this.tree.layers.get(vdi.int(LAYER_FIELD));
  }

  /** A new top layer for a disk that has none. The caller notes its number in the row. */
  newLayer(parent?: Layer): Layer {
    return this.tree.add(parent);
  }

  allocatedUnits(vdi: Row): Set<number> {
    const layer = this.layerOf(vdi);
    return layer === undefined ? new Set() : this.tree.allocatedUnits(layer);
  }

  /** Indices of 64 KiB blocks that hold data, in order; with `base` only those where the two may differ. */
  dataBlocks(vdi: Row, base?: Row): number[] {
    const [top, other] = [this.layerOf(vdi), base === undefined ? undefined : this.layerOf(base)];
    const common = base === undefined ? undefined : this.tree.commonBase(top, other);
    const found = this.tree.blocksAbove(top, common);
    if (base !== undefined) for (const index of this.tree.blocksAbove(other, common)) found.add(index);
    return [...found].toSorted((a, b) => a - b);
  }

  /**
   * The layer of a disk becomes common ground of itself and a copy. The result holds the numbers that the two rows have
   * to note; 0 if there is nothing to share. `base` is what both stand on: with `share` an empty layer makes room for
   * the one below it, with `freeze` it is always the disk's own.
   */
  fork(vdi: Row, how: 'share' | 'freeze'): { source: number; copy: number; base: number } {
    const layer = this.layerOf(vdi);
    if (layer === undefined) return { source: 0, copy: 0, base: 0 };
    if (how === 'share' && layer.blocks.size === 0 && layer.parent !== undefined)
      return { source: layer.id, copy: this.tree.add(layer.parent).id, base: layer.parent.id };
    const source = this.tree.add(layer);
    const copy = this.tree.add(layer);
    layer.owned = false;
    return { source: source.id, copy: copy.id, base: layer.id };
  }

  /** A layer of its own with all that a reader of the disk sees; 0 if there is nothing. */
  copy(vdi: Row): number {
    const from = this.layerOf(vdi);
    if (from === undefined) return 0;
    const layer = this.tree.add();
    for (const index of this.tree.blocksAbove(from)) {
      const block = this.tree.find(from, index);
      // Blocks are never changed in place, so two layers may hold the same one.
      if (block !== undefined) this.tree.put(layer, index, block);
    }
    return layer.id;
  }

  /** The disk is gone; what nobody else stands on goes with it. */
  release(vdi: Row): void {
    const layer = this.layerOf(vdi);
    if (layer !== undefined) this.tree.release(layer);
  }

  /** Gives the layer `id` an owner: a hidden base disk. */
  own(id: number): void {
    const layer = this.tree.layers.get(id);
    if (layer !== undefined) layer.owned = true;
  }

  save(): SavedLayer[] {
    return this.tree.save();
  }

  restore(saved: readonly SavedLayer[]): void {
    this.tree.restore(saved);
  }

  close(): void {
    this.store.close();
  }
}

/** The allocation unit (2 MiB) that a byte lies in. */
export function unitAt(offset: number): number {
  return unitOf(Math.floor(offset / BLOCK_BYTES));
}
