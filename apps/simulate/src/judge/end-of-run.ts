/**
 * The end of a run: once nothing goes wrong any more, everything ends, the pool is as wanted, what is deleted is gone
 * everywhere, and closing hours again changes nothing.
 */
import { PgUsageStore } from '@openvsys/persistence';
import { closeDueHours } from '@openvsys/metering';
import { nextActions, vsysId, type Hypervisor, type VsysSpec } from '@openvsys/vsys';
import type { Simulation } from '../world/simulation.js';
import { connectPool } from '../world/pool-way.js';
import { WorkerProcess } from '../world/worker-process.js';
import { isListed } from '../world/answers.js';
import { countOf } from './pool-rows.js';

/** Longer than the longest patience of the engine; with a deliberate mistake nobody waits so long, ms. */
const PATIENCE_MS = { usual: 6 * 3_600_000, sabotaged: 15 * 60_000 } as const;
/** A person who resumes what was parked takes twice as long each time that it does not help, from this on, ms. */
const FIRST_RESUME_MS = 5_000;
/** Two drift sweeps, ms. */
const DRIFT_MS = 10 * 60_000;
const LOOK_AFTER_MS = 5_000;
const HOUR_MS = 3_600_000;
/** Later than clocks may be wrong. */
const SETTLED_MS = 20 * 60_000;

interface SystemRow {
  readonly id: string;
  readonly deleted: boolean;
  readonly spec: VsysSpec;
  /** Back-ups that are recorded as being there. */
  readonly kept: number;
}

export async function endOf(simulation: Simulation): Promise<void> {
  await untilAllEnded(simulation);
  await simulation.look();
  await judgeSystems(simulation);
  simulation.judge.lookAtForeign();
  await judgeHours(simulation);
}

async function untilAllEnded(simulation: Simulation): Promise<void> {
  const { clock, log } = simulation;
  const until = clock.ms + PATIENCE_MS[simulation.options.sabotage === undefined ? 'usual' : 'sabotaged'];
  let resumeAt = clock.ms;
  let resumeAfter = FIRST_RESUME_MS;
  for (;;) {
    await simulation.passUntil(clock.ms + LOOK_AFTER_MS);
    const unfinished = await listUnfinished(simulation);
    if (unfinished.length === 0 && simulation.callers.asking === 0) return;
    if (clock.ms > until) {
      log.violate(
        `not ended in time: ${simulation.callers.asking} requests, ${unfinished.map(({ what }) => what).join(', ')}`,
      );
      return;
    }
    const parked = unfinished.filter(({ parkedOperation }) => parkedOperation !== null);
    if (parked.length === 0 || clock.ms < resumeAt) continue;
    // What is told of a net that a snapshot with memory holds is to give the snapshot up.
    if (resumeAfter > FIRST_RESUME_MS) for (const each of parked) await giveUpMemories(simulation, each);
    for (const each of parked) await resume(simulation, each);
    resumeAt = clock.ms + resumeAfter;
    resumeAfter *= 2;
  }
}

interface Unfinished {
  readonly id: string;
  readonly what: string;
  readonly parkedOperation: string | null;
  readonly token: string;
}

/** Systems with open work; of parked ones the operation that a person would resume. */
async function listUnfinished({ installation }: Simulation): Promise<readonly Unfinished[]> {
  const rows = await installation.judge.session(
    async (session) =>
      await session.rows<{
        id: string;
        what: string;
        parked: boolean;
        operation: string | null;
        contract: string;
      }>(`
        SELECT v.id, v.id || ' ' || v.phase || ' ' || v.generation || '/' || v.observed_generation AS what,
          v.parked IS NOT NULL AS parked, left(v.id, 8) AS contract,
          (SELECT o.id::text FROM operation o WHERE o.vsys_id = v.id AND o.generation = v.generation
             AND o.state = 'failed' ORDER BY o.created_at DESC, o.id DESC LIMIT 1) AS operation
        FROM vsys v WHERE (v.deleted_at IS NULL AND (v.generation <> v.observed_generation OR v.parked IS NOT NULL))
          OR EXISTS (SELECT FROM operation o WHERE o.vsys_id = v.id AND o.state IN ('queued', 'running', 'rolling-back'))
          OR EXISTS (SELECT FROM action a WHERE a.vsys_id = v.id AND a.outcome IS NULL)
        ORDER BY v.id`),
  );
  return rows.map(({ id, what, parked, operation, contract }) => ({
    id,
    what,
    parkedOperation: parked ? operation : null,
    token: installation.tenants[contract === 'OTHER001' ? 1 : 0]?.token ?? '',
  }));
}

/** As a person does who was told. */
async function resume(
  { installation, log }: Simulation,
  { parkedOperation, token }: Unfinished,
): Promise<void> {
  const path = `/v1/operations/${parkedOperation}/resume`;
  const { status } = await installation.api.ask({ method: 'POST', path, token });
  log.log(`resume ${status}`);
}

async function giveUpMemories({ installation, log }: Simulation, { id, token }: Unfinished): Promise<void> {
  const path = `/v1/vsys/${id}/snapshots`;
  const { body } = await installation.api.ask({ method: 'GET', path, token });
  for (const snapshot of isListed(body) ? body.items : []) {
    if (snapshot.withMemory !== true) continue;
    const answer = await installation.api.ask({ method: 'DELETE', path: `${path}/${snapshot.id}`, token });
    log.log(`gives up ${snapshot.id}: ${answer.status}`);
  }
}

/** What was changed in the pool by hand is found by the next drift sweep at the latest, so it gets some time. */
async function judgeSystems(simulation: Simulation): Promise<void> {
  const { clock, log } = simulation;
  const observer = await openObserver(simulation);
  const until = clock.ms + DRIFT_MS;
  let wrong: readonly string[];
  do {
    await simulation.passUntil(clock.ms + LOOK_AFTER_MS);
    wrong = await listWrong(simulation, observer);
  } while (wrong.length > 0 && clock.ms < until);
  for (const what of wrong) log.violate(what);
  // Logging out takes time, which nobody waits for.
  void observer.close();
}

/** A driver of the judge's own, that looks at the pool afresh; tried again for as long as the pool is starting. */
async function openObserver(simulation: Simulation): Promise<Hypervisor> {
  const { sim, clock } = simulation;
  const process = new WorkerProcess('observer', 0);
  for (;;) {
    const observer = connectPool({
      sim,
      process,
      clock,
      random: () => 0.5,
      strikes: undefined,
      monitor: undefined,
    });
    const state: { is: 'opening' | 'open' | 'failed' } = { is: 'opening' };
    observer.open(new AbortController().signal).then(
      () => (state.is = 'open'),
      () => (state.is = 'failed'),
    );
    while (state.is === 'opening') await simulation.passUntil(clock.ms + 1_000);
    if (state.is === 'open') return observer;
    await simulation.passUntil(clock.ms + LOOK_AFTER_MS);
  }
}

async function listWrong(
  { installation, sim }: Simulation,
  observer: Pick<Hypervisor, 'observe'>,
): Promise<readonly string[]> {
  const systems = await installation.judge.session(
    async (session) =>
      await session.rows<SystemRow>(`
        SELECT v.id, v.deleted_at IS NOT NULL AS deleted, g.spec,
          (SELECT count(*) FROM backup b WHERE b.vsys_id = v.id AND b.released_at IS NULL)::int AS kept FROM vsys v
        JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation ORDER BY v.id`),
  );
  return systems.flatMap(({ id, deleted, spec, kept }) => {
    const { servers, disks, nets, backups } = countOf(sim.pool, id);
    const seen = `${servers} servers, ${disks} disks, ${nets} networks`;
    if (backups !== kept) return [`${id} has ${backups} back-ups in the pool, recorded are ${kept}`];
    if (deleted) return servers + disks + nets === 0 ? [] : [`${id} is deleted, but the pool has ${seen}`];
    const due = nextActions(spec, observer.observe(vsysId(id)));
    if (due.length > 0)
      return [`${id} is not as wanted: ${due.map(({ kind, part }) => `${kind} ${part}`).join()}`];
    // One that is rescued has the disk that it boots from beside its own.
    const rescued = spec.servers.filter(({ rescue }) => rescue !== undefined).length;
    const wantedDisks = spec.servers.length + rescued + spec.disks.length;
    const wanted = `${spec.servers.length} servers, ${wantedDisks} disks, ${spec.nets.length} networks`;
    return seen === wanted ? [] : [`${id} has ${seen} in the pool, wanted are ${wanted}`];
  });
}

/** Workers close hours by themselves while they pass; closing all of them again, by somebody else, changes nothing. */
async function judgeHours(simulation: Simulation): Promise<void> {
  const { clock, installation, log } = simulation;
  const hourIsOver = Math.ceil((clock.ms + 1) / HOUR_MS) * HOUR_MS;
  // Nobody but the hour is waited for, so the workers may go: closing is a matter of the database alone.
  simulation.workers.killAll();
  await simulation.passUnwatched(hourIsOver + SETTLED_MS);
  const usage = new PgUsageStore(installation.judge);
  for (const round of ['first', 'second'] as const) {
    const closed = await closeDueHours(usage, clock.now());
    for (const { hour, rowsChanged, rowsParked } of closed) {
      if (round === 'second' && rowsChanged > 0)
        log.violate(`closing ${hour.toISOString()} again changed ${rowsChanged} rows`);
      if (rowsParked > 0) log.violate(`${rowsParked} usages of ${hour.toISOString()} cannot be billed`);
    }
  }
  await simulation.look();
}
