// Purpose: who leads the pool, and what a change of leader or a restart of the toolstack costs: sessions and unfinished
// tasks are in the memory of the master only.
import { compactDate } from '../datamodel/xen-value.js';
import type { Row } from '../database/row.js';
import type { SimHost } from '../core/sim-host.js';
import type { SimPool } from '../core/sim-pool.js';

/** Generations continue above everything a client can hold a token of. */
const GENERATION_GAP = 1000;

/** Connections in flight break, new ones are refused. */
export function cutOff(sim: SimPool, host: SimHost): void {
  host.reachable = false;
  sim.connections.cut(host, `${host.row.text('name_label')} went away`);
}

/** What only the memory of the master's toolstack held. */
export function forgetVolatile(sim: SimPool): void {
  sim.sessions.endAll();
  sim.tasks.loseAll();
  sim.db.skipGenerations(GENERATION_GAP);
}

/** The host leads from now on; members that can be reached follow it. */
export function becomeMaster(sim: SimPool, next: SimHost): void {
  forgetVolatile(sim);
  for (const host of sim.hosts) {
    host.isMaster = host === next;
    host.believedMaster = undefined;
    if (host.powered && host.toolstack === 'emergency') host.toolstack = 'up';
  }
  sim.db.update(sim.pool, { master: next.row.ref });
}

/**
 * xapi restarts on a host: its port is closed, then it answers HOST_STILL_BOOTING, then it works. On the master sessions
 * and unfinished tasks are lost.
 */
export function restartToolstack(sim: SimPool, host: SimHost): void {
  if (host.isMaster) forgetVolatile(sim);
  cutOff(sim, host);
  host.toolstack = 'starting';
  const started = String(Math.floor(sim.clock.now() / 1000));
  const ms = sim.latency.sample('xapiRestart');
  sim.clock.schedule(ms / 2, () => {
    host.reachable = host.powered;
  });
  sim.clock.schedule(ms, () => {
    if (!host.powered || host.toolstack !== 'starting') return;
    host.toolstack = 'up';
    sim.db.update(host.row, {
      other_config: { ...host.row.map('other_config'), agent_start_time: started },
    });
  });
}

/** The entry of a host row. @throws Error if the row belongs to no host of this pool */
export function simHostOf(sim: SimPool, ref: string): SimHost {
  const host = sim.hosts.find((known) => known.row.ref === ref);
  if (host === undefined) throw new Error(`no simulated host ${ref}`);
  return host;
}

/** What the pool believes about a host (XenAPI host_metrics.live). */
export function setLive(sim: SimPool, host: Row, live: boolean): void {
  const metrics = sim.db.find('host_metrics', host.link('metrics'));
  if (metrics !== undefined) sim.db.update(metrics, { live, last_updated: compactDate(sim.clock.now()) });
}

export function isLive(sim: SimPool, host: Row): boolean {
  return sim.db.find('host_metrics', host.link('metrics'))?.bool('live') === true;
}
