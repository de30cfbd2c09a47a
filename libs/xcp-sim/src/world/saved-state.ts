// Purpose: the pool as plain JSON, so that a second start finds its objects again. Sessions and tasks are not kept:
// a restart of the real toolstack loses them too.
import type { SimPool } from '../core/sim-pool.js';
import type { SavedLayer } from '../storage/content/layer-tree.js';
import { NULL_REF, type XenMap } from '../datamodel/xen-value.js';

export interface SavedState {
  format: 1;
  /** Simulated time of the save, ms since the epoch. */
  now: number;
  generation: number;
  objects: { cls: string; ref: string; values: XenMap }[];
  /** The bytes of the disks; absent in states saved before they were kept. */
  contents?: SavedLayer[];
}

const FORGOTTEN = new Set(['session', 'task', 'event']);
/** Generations continue well above the saved ones, so that old tokens stay valid. */
const GENERATION_GAP = 1000;

export function saveState(sim: SimPool): SavedState {
  const objects = [...sim.db.model.classes.keys()]
    .filter((cls) => !FORGOTTEN.has(cls))
    .flatMap((cls) => sim.db.rows(cls))
    .map((row) => ({ cls: row.cls, ref: row.ref, values: Object.fromEntries(row.values) }));
  return {
    format: 1,
    now: sim.clock.now(),
    generation: sim.db.generation,
    objects,
    contents: sim.contents.save(),
  };
}

/** Fills an empty pool. @throws Error if the state is of another format */
export function restoreState(sim: SimPool, state: SavedState): void {
  if (state.format !== 1 || !Array.isArray(state.objects))
    throw new Error('not a saved pool of this simulator');
  sim.db.skipGenerations(state.generation + GENERATION_GAP);
  for (const { cls, ref, values } of state.objects) {
    const quiet = 'current_operations' in values ? { ...values, current_operations: {} } : values;
    sim.db.create(cls, quiet, ref);
  }
  sim.contents.restore(state.contents ?? []);
  sim.db.relink();
  for (const vm of sim.db.rows('VM')) {
    sim.db.update(vm, { scheduled_to_be_resident_on: NULL_REF });
    sim.nextDomid = Math.max(sim.nextDomid, vm.int('domid'));
  }
  const started = String(Math.floor(sim.clock.now() / 1000));
  for (const host of sim.db.rows('host')) {
    sim.db.update(host, { other_config: { ...host.map('other_config'), agent_start_time: started } });
  }
  for (const network of sim.db.rows('network')) {
    sim.nextBridge = Math.max(sim.nextBridge, Number(/^xapi(\d+)$/.exec(network.text('bridge'))?.[1] ?? 0));
  }
}
