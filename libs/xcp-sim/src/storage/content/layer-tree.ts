// Purpose: copy-on-write layers. A layer holds the blocks written while it was on top; reads fall through to its parents.
//
//   fork(A):  A ──► A (now read-only) ◄── B   (goes on as the old disk)
//                                     ◄── C   (the clone)
//
// A layer lives as long as a disk owns it or another layer stands on it. One that nobody owns and that carries a single
// layer is merged into it, so chains in memory stay as short as their owners allow.
import { BLOCK_BYTES, BlockStore, type BlockHandle } from './block-store.js';

/** Unit in which disk files grow (a VHD block). */
export const ALLOCATION_BYTES = 2 * 2 ** 20;
const BLOCKS_PER_ALLOCATION = ALLOCATION_BYTES / BLOCK_BYTES;

export interface Layer {
  readonly id: number;
  parent: Layer | undefined;
  readonly blocks: Map<number, BlockHandle>;
  /** Layers directly on top of this one. */
  readonly children: Set<Layer>;
  owned: boolean;
}

/** Serialised layer; blocks as base64, `""` for zeros. */
export interface SavedLayer {
  id: number;
  parent: number;
  owned: boolean;
  blocks: Record<string, string>;
}

export class LayerTree {
  readonly layers = new Map<number, Layer>();
  private lastId = 0;

  constructor(readonly store: BlockStore) {}

  /** A new owned layer, empty. */
  add(parent?: Layer): Layer {
    this.lastId += 1;
    const layer: Layer = { id: this.lastId, parent, blocks: new Map(), children: new Set(), owned: true };
    parent?.children.add(layer);
    this.layers.set(layer.id, layer);
    return layer;
  }

  /** The block that a reader of `layer` sees; undefined for a hole. */
  find(layer: Layer | undefined, index: number): Uint8Array | undefined {
    for (let current = layer; current !== undefined; current = current.parent) {
      const handle = current.blocks.get(index);
      if (handle !== undefined) return this.store.get(handle);
    }
    return undefined;
  }

  /** Writes a whole block into the layer itself. */
  put(layer: Layer, index: number, block: Uint8Array): void {
    const before = layer.blocks.get(index);
    const handle = this.store.put(block);
    if (before !== undefined) this.store.drop(before);
    layer.blocks.set(index, handle);
  }

  /** Numbers of the allocation units this layer itself has written to. */
  allocatedUnits(layer: Layer): Set<number> {
    return new Set([...layer.blocks.keys()].map(unitOf));
  }

  /** Indices written in `layer` and below it down to `until` (exclusive); without it in the whole chain. */
  blocksAbove(layer: Layer | undefined, until?: Layer): Set<number> {
    const found = new Set<number>();
    for (let current = layer; current !== undefined && current !== until; current = current.parent) {
      for (const index of current.blocks.keys()) found.add(index);
    }
    return found;
  }

  /** The nearest layer that both stand on, or are. */
  commonBase(a: Layer | undefined, b: Layer | undefined): Layer | undefined {
    const seen = new Set<Layer>();
    for (let current = a; current !== undefined; current = current.parent) seen.add(current);
    let current = b;
    while (current !== undefined && !seen.has(current)) current = current.parent;
    return current;
  }

  /** The disk that owned the layer is gone. */
  release(layer: Layer): void {
    layer.owned = false;
    this.collect(layer);
  }

  save(): SavedLayer[] {
    return [...this.layers.values()].map((layer) => ({
      id: layer.id,
      parent: layer.parent?.id ?? 0,
      owned: layer.owned,
      blocks: Object.fromEntries(
        [...layer.blocks].map(([index, handle]) => [index, this.toText(this.store.get(handle))]),
      ),
    }));
  }

  /** Fills an empty tree. */
  restore(saved: readonly SavedLayer[]): void {
    for (const { id, owned, blocks } of saved) {
      const layer: Layer = { id, parent: undefined, blocks: new Map(), children: new Set(), owned };
      this.layers.set(id, layer);
      this.lastId = Math.max(this.lastId, id);
      for (const [index, text] of Object.entries(blocks)) this.put(layer, Number(index), fromText(text));
    }
    for (const { id, parent } of saved) {
      const layer = this.layers.get(id);
      const below = this.layers.get(parent);
      if (layer === undefined || below === undefined) continue;
      layer.parent = below;
      below.children.add(layer);
    }
  }

  private collect(layer: Layer): void {
    if (layer.owned) return;
    if (layer.children.size === 0) this.remove(layer);
    const [only] = layer.children;
    if (layer.children.size === 1 && only !== undefined) this.mergeUp(layer, only);
  }

  private remove(layer: Layer): void {
    for (const handle of layer.blocks.values()) this.store.drop(handle);
    this.layers.delete(layer.id);
    layer.parent?.children.delete(layer);
    if (layer.parent !== undefined) this.collect(layer.parent);
  }

  /** What the child has not overwritten becomes its own. */
  private mergeUp(layer: Layer, child: Layer): void {
    for (const [index, handle] of layer.blocks) {
      if (child.blocks.has(index)) this.store.drop(handle);
      else child.blocks.set(index, handle);
    }
    child.parent = layer.parent;
    layer.parent?.children.delete(layer);
    layer.parent?.children.add(child);
    this.layers.delete(layer.id);
  }

  private toText(block: Uint8Array): string {
    return block.every((byte) => byte === 0) ? '' : Buffer.from(block).toString('base64');
  }
}

function fromText(text: string): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(Buffer.from(text, 'base64').subarray(0, BLOCK_BYTES));
  return block;
}

/** The allocation unit that a block lies in. */
export function unitOf(block: number): number {
  return Math.floor(block / BLOCKS_PER_ALLOCATION);
}
