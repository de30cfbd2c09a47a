// Purpose: the garbage collector of an SR: what base copies are no longer needed for goes, some time after.
//
//   settle ──► nothing hangs on it ──────────────────► removed
//              one base copy hangs on it ─────────────► both become one (inner coalesce)
//              one disk hangs on it, idle or small ───► the disk takes the data over (leaf coalesce)
//
// One job a pool member may run per SR, on the master; each merge takes the time of copying what is on top.
import { adjustSpace, fileBytes, OWN_BYTES } from './space.js';
import { CHAIN_PARENT, chainParent, childrenByParent, isBaseCopy } from './vhd-chain.js';
import { isNullRef } from '../datamodel/xen-value.js';
import { LAYER_FIELD } from './content/disk-contents.js';
import { usesChains } from './storage-drivers.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** The collector waits until an SR has been quiet: one to five minutes on real hosts. */
const SETTLE_MS = 120_000;
/** Bytes per second of a merge; merges take no time where copies take none. */
const COALESCE_RATE = 40e6;
/** A disk in use is merged only when what is on top is small enough to be moved in one short pause. */
const LARGEST_LIVE_LEAF = 20 * 2 ** 20;

interface Merge {
  base: Row;
  /** What hangs on it; undefined: nothing, it just goes. */
  child: Row | undefined;
}

const scheduled = new WeakMap<SimPool, Set<string>>();

/** Lets the collector look at an SR after its settling time, unless it is going to anyway. */
export function scheduleCollection(sim: SimPool, sr: Row): void {
  if (!usesChains(sr.text('type'))) return;
  const waiting = scheduled.get(sim) ?? new Set<string>();
  scheduled.set(sim, waiting);
  if (waiting.has(sr.ref)) return;
  waiting.add(sr.ref);
  sim.clock.schedule(SETTLE_MS, () => step(sim, sr, waiting), 'daemon');
}

/** One merge after the other, each with its time, until there is nothing left to do. */
function step(sim: SimPool, sr: Row, waiting: Set<string>): void {
  const merge = sr.alive ? nextMerge(sim, sr) : undefined;
  if (merge === undefined) {
    waiting.delete(sr.ref);
    return;
  }
  sim.clock.schedule(
    mergeMs(sim, merge),
    () => {
      // Meanwhile a new copy may hang on the base.
      if (isStillDue(sim, sr, merge)) apply(sim, sr, merge);
      step(sim, sr, waiting);
    },
    'daemon',
  );
}

function mergeMs(sim: SimPool, { child }: Merge): number {
  if (child === undefined || sim.latency.profile.copyBytesPerSecond === 0) return 0;
  return (child.int(OWN_BYTES) / COALESCE_RATE) * 1000;
}

function nextMerge(sim: SimPool, sr: Row): Merge | undefined {
  const children = childrenByParent(sim, sr);
  for (const base of sim.db.follow('VDI', sr.set('VDIs'))) {
    if (!isBaseCopy(base)) continue;
    const [child, ...others] = children.get(base.ref) ?? [];
    if (others.length > 0) continue;
    if (child === undefined || isBaseCopy(child) || canMergeLeaf(sim, child)) return { base, child };
  }
  return undefined;
}

function isStillDue(sim: SimPool, sr: Row, { base, child }: Merge): boolean {
  if (!sr.alive || !base.alive) return false;
  const now = childrenByParent(sim, sr).get(base.ref) ?? [];
  return child === undefined ? now.length === 0 : child.alive && now.length === 1 && now[0] === child;
}

function canMergeLeaf(sim: SimPool, leaf: Row): boolean {
  if (Object.keys(leaf.map('current_operations')).length > 0) return false;
  const inUse = sim.db.follow('VBD', leaf.set('VBDs')).some((vbd) => vbd.bool('currently_attached'));
  return !inUse || leaf.int(OWN_BYTES) < LARGEST_LIVE_LEAF;
}

/** The upper one takes the data of the lower one and its place in the tree. */
function apply(sim: SimPool, sr: Row, { base, child }: Merge): void {
  const freed = base.int('physical_utilisation');
  sim.contents.release(base);
  if (child === undefined) {
    sim.db.remove(base);
    adjustSpace(sim, sr, -freed, 0);
    return;
  }
  const size = child.int('virtual_size');
  const own = Math.min(size, child.int(OWN_BYTES) + base.int(OWN_BYTES));
  const role = isBaseCopy(child) || child.bool('read_only') ? 'frozen' : 'leaf';
  const bytes = fileBytes(sr.text('type'), role, size, own);
  const grown = bytes - child.int('physical_utilisation');
  const { 'vhd-parent': _gone, ...config } = child.map('sm_config');
  const below = chainParent(sim, base);
  sim.db.update(child, {
    physical_utilisation: bytes,
    [OWN_BYTES]: own,
    [CHAIN_PARENT]: base.link(CHAIN_PARENT),
    sm_config: below === undefined ? config : { ...config, 'vhd-parent': below.uuid },
  });
  sim.db.remove(base);
  adjustSpace(sim, sr, grown - freed, 0);
}

/** Called when a disk goes: what it hung on may be of no more use. */
export function noteDiskGone(sim: SimPool, sr: Row, vdi: Row): void {
  if (!isNullRef(vdi.link(CHAIN_PARENT)) || vdi.int(LAYER_FIELD) !== 0) scheduleCollection(sim, sr);
}
