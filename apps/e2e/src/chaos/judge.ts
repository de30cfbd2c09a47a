/** What must hold when nothing goes wrong any more. Answers what does not, in words. */
import { isDeepStrictEqual } from 'node:util';
import { expectedPool, sorted } from '../audit/expected-pool.js';
import { readLedger } from '../audit/ledger.js';
import { Refusal } from '../cloud/tenant.js';
import { until } from '../process/eventually.js';
import type { ChaosWorld } from './chaos-world.js';

/** Longer than the longest pause of the engine between two tries. */
const CALM_LIMIT_MS = 180_000;
/** A worker keeps one session a host, and events are heard over one more. */
const SESSIONS_OF_WORKER = 6;

/** Waits until all is as wanted, like a person who resumes what was given up because of a fault. Answers what is not. */
export async function untilCalm(world: ChaosWorld): Promise<readonly string[]> {
  try {
    await until(async () => isCalm(world), { for: 'calm', limitMs: CALM_LIMIT_MS });
    return [];
  } catch (error) {
    const systems = await world.cloud.tenant.list();
    const restless = systems
      .filter(({ phase }) => phase !== 'ready')
      .map(({ id, phase }) => `${id} is ${phase}`);
    return [`not ended in ${CALM_LIMIT_MS / 1_000} s: ${String(error)}; ${restless.join(', ')}`];
  }
}

async function isCalm(world: ChaosWorld): Promise<boolean> {
  const { tenant, database } = world.cloud;
  await world.raiseTheDead();
  const systems = await tenant.list();
  for (const { id } of systems.filter(({ phase }) => phase === 'needs-attention')) {
    await tenant.resume(await tenant.newestOperation(id)).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
  }
  const { activeOperations, openActions } = await readLedger(database);
  return systems.every(({ phase }) => phase === 'ready') && activeOperations === 0 && openActions === 0;
}

/** The pool holds what is wanted, once; books and pool agree; nothing of ours is under way. */
export async function judge(world: ChaosWorld, accepted: readonly string[]): Promise<readonly string[]> {
  const { cloud } = world;
  const systems = await Promise.all((await cloud.tenant.list()).map(async ({ id }) => cloud.tenant.get(id)));
  const expected = expectedPool(cloud.emptyPool, systems);
  const found = sorted(await cloud.objects());
  const { brokenInvariants } = await readLedger(cloud.database);
  return [
    ...(isDeepStrictEqual(found, expected) ? [] : [`the pool differs: ${difference(found, expected)}`]),
    ...brokenInvariants.map((each) => `invariant ${each}`),
    ...(await openOf(world, accepted)),
    ...(await leaks(world)),
  ];
}

async function openOf({ cloud }: ChaosWorld, accepted: readonly string[]): Promise<readonly string[]> {
  const found = await cloud.database.session(async (session) =>
    session.rows<{ id: string; state: string }>(
      'SELECT id, state FROM operation WHERE id = ANY($1::uuid[])',
      [accepted],
    ),
  );
  const states = new Map(found.map(({ id, state }) => [id, state]));
  return [...new Set(accepted)].flatMap((id) => {
    const state = states.get(id) ?? 'lost';
    return ['succeeded', 'failed', 'cancelled'].includes(state) ? [] : [`operation ${id} is ${state}`];
  });
}

async function leaks({ cloud }: ChaosWorld): Promise<readonly string[]> {
  const tasks = (await cloud.simulator.table('task')).filter(({ status }) => status === 'pending');
  const sessions = (await cloud.simulator.table('session')).length;
  const most = cloud.workers.length * SESSIONS_OF_WORKER;
  return [
    ...(tasks.length === 0 ? [] : [`${tasks.length} tasks still run: ${String(tasks[0]?.['name_label'])}`]),
    ...(sessions <= most ? [] : [`${sessions} sessions are open, at most ${most} are used`]),
  ];
}

/** Deletes all and looks whether anything is left. */
export async function judgeEnd(world: ChaosWorld): Promise<readonly string[]> {
  const { cloud } = world;
  const systems = await cloud.tenant.list();
  await Promise.all(systems.map(async ({ id }) => cloud.tenant.delete(id)));
  const unrest = await untilCalm(world);
  const found = sorted(await cloud.objects());
  const ledger = await readLedger(cloud.database);
  const used = Object.entries(await cloud.tenant.quotaUse()).filter(([, count]) => count > 0);
  return [
    ...unrest,
    ...(isDeepStrictEqual(found, cloud.emptyPool) ? [] : [`left: ${difference(found, cloud.emptyPool)}`]),
    ...(ledger.reserved + ledger.openIntervals === 0 ? [] : [`left in the books: ${JSON.stringify(ledger)}`]),
    ...(used.length === 0 ? [] : [`quotas are still used: ${JSON.stringify(used)}`]),
  ];
}

function difference(found: ReturnType<typeof sorted>, expected: ReturnType<typeof sorted>): string {
  const lines = (of: typeof found) =>
    new Set([...of.vms.map((vm) => JSON.stringify(vm)), JSON.stringify(of.counts)]);
  const [has, wants] = [lines(found), lines(expected)];
  return [
    ...[...has].filter((line) => !wants.has(line)).map((line) => `has ${line}`),
    ...[...wants].filter((line) => !has.has(line)).map((line) => `lacks ${line}`),
  ].join('; ');
}
