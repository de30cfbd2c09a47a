// Purpose: the pool as plain JSON, so that a second start finds its objects again. Sessions and tasks are not kept:
// a restart of the real toolstack loses them too.
import type { SimPool } from '../core/sim-pool.js';
import type { SavedLayer } from '../storage/content/layer-tree.js';
import type { LoadedObject } from '../database/database.js';
import type { Row } from '../database/row.js';
import { NULL_REF, type XenMap } from '../datamodel/xen-value.js';

interface SavedObject {
  cls: string;
  ref: string;
  /** What differs from the defaults of the class. */
  values: XenMap;
  /** Generations of its making and of its last change; absent in states saved before they were kept. */
  created?: number;
  modified?: number;
}

export interface SavedState {
  format: 1;
  /** Simulated time of the save, ms since the epoch. */
  now: number;
  generation: number;
  objects: SavedObject[];
  /** Objects deleted shortly before, for clients that have not heard of it. */
  deleted?: SavedObject[];
  /** Hosts that are switched off. */
  darkHosts?: string[];
  /** The bytes of the disks; absent in states saved before they were kept. */
  contents?: SavedLayer[];
}

const FORGOTTEN = new Set(['session', 'task', 'event']);
/** Generations continue well above the saved ones: what is new is newer than every token. */
const GENERATION_GAP = 1000;

export function saveState(sim: SimPool): SavedState {
  const objects = [...sim.db.model.classes.keys()]
    .filter((cls) => !FORGOTTEN.has(cls))
    .flatMap((cls) => sim.db.rows(cls));
  return {
    format: 1,
    now: sim.clock.now(),
    generation: sim.db.generation,
    objects: objects.map((row) => savedObject(row, row.setValues())),
    deleted: sim.db
      .recentlyDeleted()
      .filter((row) => !FORGOTTEN.has(row.cls))
      .map((row) => savedObject(row, {})),
    darkHosts: sim.hosts.filter((host) => !host.powered && host.row.alive).map((host) => host.row.ref),
    contents: sim.contents.save(),
  };
}

function savedObject({ cls, ref, created, modified }: Row, values: XenMap): SavedObject {
  return { cls, ref, values, created, modified };
}

/** Fills an empty pool. @throws Error if the state is of another format */
export function restoreState(sim: SimPool, state: SavedState): void {
  if (state.format !== 1 || !Array.isArray(state.objects))
    throw new Error('not a saved pool of this simulator');
  // Without generations an object counts as new.
  const complete = (object: SavedObject): LoadedObject => ({
    ...object,
    created: object.created ?? state.generation,
    modified: object.modified ?? state.generation,
  });
  sim.db.load(state.objects.map(complete), (state.deleted ?? []).map(complete), state.generation);
  sim.db.skipGenerations(GENERATION_GAP);
  sim.contents.restore(state.contents ?? []);
  endInterrupted(sim);
  for (const vm of sim.db.rows('VM')) sim.nextDomid = Math.max(sim.nextDomid, vm.int('domid'));
  const started = String(Math.floor(sim.clock.now() / 1000));
  for (const host of sim.db.rows('host')) {
    sim.db.update(host, { other_config: { ...host.map('other_config'), agent_start_time: started } });
  }
  for (const network of sim.db.rows('network')) {
    sim.nextBridge = Math.max(sim.nextBridge, Number(/^xapi(\d+)$/.exec(network.text('bridge'))?.[1] ?? 0));
  }
}

/** Whoever was at work is gone: nothing is busy, nothing is promised. */
function endInterrupted(sim: SimPool): void {
  for (const cls of sim.db.model.classes.keys()) {
    if (FORGOTTEN.has(cls)) continue;
    for (const row of sim.db.rows(cls)) {
      if (Object.keys(row.map('current_operations')).length > 0)
        sim.db.update(row, { current_operations: {} });
    }
  }
  for (const vm of sim.db.rows('VM')) sim.db.update(vm, { scheduled_to_be_resident_on: NULL_REF });
}
