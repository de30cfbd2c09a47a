// Purpose: calls that the server makes to itself: restarts of lost VMs, migrations of an evacuation.
import { Call } from './call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from './sim-pool.js';

/** Runs `work` as a call of nobody's session, logged under the originator `xapi`. Errors pass through. */
export async function internalCall<T>(
  sim: SimPool,
  method: string,
  host: Row,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const entry = sim.log.open({
    host: host.text('name_label'),
    method,
    originator: 'xapi',
    session: '',
    start: sim.clock.now(),
    objects: [],
  });
  try {
    const result = await work(new Call(sim, { method, host, session: undefined, task: undefined, entry }));
    sim.log.close(entry, sim.clock.now(), 'ok');
    return result;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'disconnected';
    sim.log.close(entry, sim.clock.now(), code);
    throw error;
  }
}
