/**
 * The database is restored to an older point. What was made since is unknown now and lives on in the pool; every
 * difference must be told, and nothing may be removed by anybody but a person.
 *
 *   A, C made ─► copy ─► A grows, B is made, C is deleted ─► restore ─► survey ─► A's new servers, all of B, all of C are told
 *     ─► A grows again: its next server is none of those that are told
 */
import { setTimeout as delay } from 'node:timers/promises';
import { LEASE_SECONDS } from '../cloud/cloud.js';
import { until } from '../process/eventually.js';
import type { ChaosWorld } from './chaos-world.js';
import { FARM } from './farm.js';

const LIMIT_MS = 60_000;

export interface RestoreReport {
  /** Servers that the restored database does not know. */
  readonly unknown: number;
  readonly told: number;
  readonly violations: readonly string[];
}

export async function restoreOlderDatabase(world: ChaosWorld): Promise<RestoreReport> {
  const { cloud, services } = world;
  const grown = await deploy(world, 'grown');
  const gone = await deploy(world, 'gone');
  await services.copyPostgres();
  await cloud.untilApiAnswers();
  await world.raiseTheDead();
  await settled(world, async () => cloud.tenant.change(grown, { webCount: 3 }));
  await settled(world, async () => cloud.tenant.delete(gone));
  const young = await deploy(world, 'young');
  const before = (await cloud.objects()).vms.map(({ name }) => name);

  const programs = [cloud.api, ...cloud.workers].filter(({ isRunning }) => isRunning);
  await Promise.all(programs.map(async (program) => program.kill()));
  await services.restorePostgres();
  await world.raiseTheDead();
  await cloud.untilApiAnswers();
  await settleDown(world, grown);
  const told = await report(world, before, young);
  return { ...told, violations: [...told.violations, ...(await growAgain(world, grown, before))] };
}

async function deploy({ cloud: { tenant } }: ChaosWorld, name: string): Promise<string> {
  const { vsysId, operation } = await tenant.create({ name, source: FARM, parameters: { webCount: 1 } });
  await tenant.ended(operation.id, LIMIT_MS);
  return vsysId;
}

/** A connection that the restart has cut is no refusal. */
async function settled(
  { cloud: { tenant } }: ChaosWorld,
  wish: () => Promise<{ readonly operation: { readonly id: string } }>,
): Promise<void> {
  const { operation } = await wish();
  await tenant.ended(operation.id, LIMIT_MS);
}

/** Somebody halts a server of the grown system, so that the engine looks at it; then the owner surveys the pool. */
async function settleDown(world: ChaosWorld, grown: string): Promise<void> {
  const { cloud } = world;
  await until(async () => (await cloud.provider.pool()).hosts.length > 0, {
    for: 'an owner',
    limitMs: LIMIT_MS,
  });
  const { vservers } = await cloud.tenant.get(grown);
  await cloud.simulator.change({ change: 'vm-power', vm: vservers[0]?.id ?? '', state: 'Halted' });
  await until(async () => (await cloud.provider.auditPool()).findings > 0, {
    for: 'a survey',
    limitMs: LIMIT_MS,
  });
  await delay(2 * LEASE_SECONDS * 1_000);
  await cloud.provider.auditPool();
}

async function growAgain(
  world: ChaosWorld,
  grown: string,
  before: readonly string[],
): Promise<readonly string[]> {
  const { cloud } = world;
  const known = new Set((await cloud.tenant.get(grown)).vservers.map(({ id }) => id));
  await settled(world, async () => cloud.tenant.change(grown, { webCount: 2 }));
  const { vservers } = await cloud.tenant.get(grown);
  const after = new Set((await cloud.objects()).vms.map(({ name }) => name));
  const added = vservers.map(({ id }) => id).filter((id) => !known.has(id));
  return [
    ...(added.length === 1 ? [] : [`${grown} did not grow by one server after the restore`]),
    ...added.filter((id) => before.includes(id)).map((id) => `${id} was there before and was taken again`),
    ...before
      .filter((name) => !after.has(name))
      .map((name) => `${name} was removed when its system grew again`),
  ];
}

async function report(world: ChaosWorld, before: readonly string[], young: string): Promise<RestoreReport> {
  const { cloud } = world;
  const after = new Set((await cloud.objects()).vms.map(({ name }) => name));
  const known = new Set((await cloud.tenant.list()).map(({ id }) => id));
  const systems = await Promise.all([...known].map(async (id) => cloud.tenant.get(id)));
  const parts = new Set(systems.flatMap(({ vservers }) => vservers.map(({ id }) => id)));
  const findings = await cloud.database.session(async (session) =>
    session.rows<{ name: string; kind: string }>('SELECT name, kind FROM pool_finding'),
  );
  const told = new Set(findings.map(({ name }) => name));
  const unknown = before.filter((name) => !parts.has(name));
  const untold = unknown.filter((name) => after.has(name) && !told.has(name));
  return {
    unknown: unknown.length,
    told: unknown.filter((name) => told.has(name)).length,
    violations: [
      ...(known.has(young) ? [`${young} is known to the older database`] : []),
      ...before.filter((name) => !after.has(name)).map((name) => `${name} was removed after the restore`),
      ...untold.map((name) => `${name} is unknown and was not told`),
    ],
  };
}
