/** Budgets and standings of tenants against a real PostgreSQL: marks told once, stops, deletions, many workers at once. */
import {
  Database,
  enforceGrowthLimits,
  insertGeneration,
  insertVsys,
  listBudgetAlerts,
  lockVsys,
  SecretBox,
  seedDemo,
  writeBudget,
  writeStanding,
  type BudgetRecord,
  type NewStanding,
  type SeededDemo,
} from '@openvsys/persistence';
import { useTestDatabase } from '@openvsys/testing';
import { Scope, vserverIdOf, vsysId, vsysIdOf, contractId, type VsysSpec } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluateBudgets } from '../src/budgets/evaluate-budgets.js';
import { settleTenants } from '../src/tenants/settle-tenants.js';

const test = useTestDatabase();
/** In the middle of a month, half an hour after a full hour. */
const NOW = new Date('2026-03-16T12:30:00.000Z');
const SYSTEM = vsysIdOf(contractId('DEMO0001'), 'BUDGET001');
let database: Database;
let demo: SeededDemo;

beforeAll(async () => {
  database = await Database.connect({ url: test.url, poolSize: 8 });
  await database.migrate();
  const pool = {
    urls: ['http://127.0.0.1:1'],
    username: 'root',
    password: 'x',
    certificateFingerprint: null,
  };
  const secrets = new SecretBox(new Uint8Array(32).fill(7));
  demo = await seedDemo(database, { secrets, pool, descriptors: [], at: NOW });
  await database.transaction(async (session) => insertVsys(session, newSystem(specOf())));
  await hold('public-ip', 'public-ip', new Date('2026-03-01T00:00:00.000Z'));
});
afterAll(async () => database.close());
beforeEach(async () => {
  await database.session(async (session) => {
    await session.change('DELETE FROM budget');
    await session.change('DELETE FROM event');
  });
});

function specOf(): VsysSpec {
  const server = (n: number, kind: 'server' | 'firewall') => ({
    id: vserverIdOf(SYSTEM, n),
    name: `s-${n}`,
    role: 'web',
    kind,
    type: 'standard.small',
    vcpus: 1,
    memoryMiB: 2048,
    image: 'debian-13',
    systemDiskGiB: 4,
    power: 'running' as const,
    restarts: 0,
    startOrder: 1,
    nics: [],
    guestData: {},
  });
  return {
    vsysId: SYSTEM,
    name: 'shop',
    generation: 1,
    presence: 'present',
    nets: [],
    servers: [server(1, 'server'), server(2, 'server'), server(3, 'firewall')],
    disks: [],
    publicIps: [],
  };
}

const source = { design: {}, descriptor: null, descriptorVersionId: null, parameters: {}, numbers: {} };

const newSystem = (spec: VsysSpec) => ({
  ...source,
  organizationId: demo.organizationId,
  vdcId: demo.vdcId,
  poolId: demo.poolId,
  spec,
  phase: 'ready' as const,
  operationId: null,
  at: NOW,
});

/** One unit is held from the instant on, at 1 EUR an hour. */
async function hold(dimension: string, product: string, from: Date): Promise<void> {
  await database.session(async (session) => {
    await session.change('DELETE FROM price');
    await session.change(
      `INSERT INTO price (id, product, dimension, currency, amount, valid_from)
       VALUES ($1, $2, $3, 'EUR', 1, '2020-01-01T00:00:00Z')`,
      [uuidv7(), product, dimension],
    );
    await session.change(
      `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)`,
      [uuidv7(), demo.organizationId, demo.vdcId, SYSTEM, `${SYSTEM}-P-0001`, dimension, product, from],
    );
  });
}

async function budget(terms: Partial<BudgetRecord>): Promise<BudgetRecord> {
  const record: BudgetRecord = {
    id: uuidv7(),
    organizationId: demo.organizationId,
    scope: 'organization',
    scopeId: demo.organizationId,
    name: 'all',
    amount: '1000',
    currency: 'EUR',
    thresholds: [],
    atLimit: 'alert',
    protectedServers: [],
    version: 1,
    createdAt: NOW,
    changedAt: NOW,
    period: null,
    spent: null,
    forecast: null,
    evaluatedAt: null,
    stoppedUntil: null,
    ...terms,
  };
  await database.transaction(async (session) => writeBudget(session, record));
  return record;
}

const evaluate = async (metered: Date) =>
  evaluateBudgets({ database, newId: uuidv7 }, { metered, real: metered });
const later = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);
const rows = async <Row>(text: string, values: readonly unknown[] = []) =>
  database.session((session) => session.rows<Row>(text, values));
const events = async () => rows<{ type: string }>('SELECT type FROM event ORDER BY id');

describe('figures', () => {
  it.each([
    ['organization', () => demo.organizationId],
    ['vdc', () => demo.vdcId],
    ['vsys', () => SYSTEM],
  ] as const)('of a budget of the %s are spent hours and the hours to come', async (scope, id) => {
    const { id: budgetId } = await budget({ scope, scopeId: id() });
    expect(await evaluate(NOW)).toMatchObject({ evaluated: 1, alerts: 0 });
    const [found] = await rows<{ period: string; spent: string; forecast: string }>(
      'SELECT period, spent::text AS spent, forecast::text AS forecast FROM budget WHERE id = $1',
      [budgetId],
    );
    // From midnight in Berlin: the first hour of March is 28 February 23:00 UTC, usage began an hour later.
    expect(found).toEqual({ period: '2026-03', spent: '372.5000000000', forecast: '742.0000000000' });
  });
});

describe('marks', () => {
  it('are told once a month, by however many workers, and again in the next month', async () => {
    const { id } = await budget({
      thresholds: [
        { basis: 'spent', unit: 'percent', value: '30' },
        { basis: 'forecast', unit: 'amount', value: '700' },
        { basis: 'spent', unit: 'percent', value: '90' },
      ],
    });
    const runs = await Promise.all([evaluate(NOW), evaluate(NOW), evaluate(NOW)]);
    expect(runs.map(({ alerts }) => alerts).reduce((sum, n) => sum + n, 0)).toBe(2);
    expect(await evaluate(NOW)).toMatchObject({ evaluated: 0 });
    expect(await evaluate(later(1))).toMatchObject({ evaluated: 1, alerts: 0 });
    const alerts = await database.session((session) => listBudgetAlerts(session, id));
    expect(alerts.map(({ threshold }) => threshold).toSorted()).toEqual([
      'forecast 700 amount of 1000',
      'spent 30 percent of 1000',
    ]);
    expect(await events()).toEqual([{ type: 'budget.threshold' }, { type: 'budget.threshold' }]);
    const next = await evaluate(new Date('2026-04-20T00:30:00.000Z'));
    expect(next.alerts).toBe(2);
  });
});

describe('a budget that is used up', () => {
  const grown = async (): Promise<void> => {
    const undone = new Error('undone');
    const scope = Scope.of({
      actor: 'test',
      organizationId: demo.organizationId,
      roles: ['org-admin'],
      vdcIds: null,
    });
    const change = database.transaction(async (session) => {
      const locked = await lockVsys(session, scope, vsysId(SYSTEM));
      const servers = locked.spec.servers.map((server) => ({
        ...server,
        vcpus: server.vcpus + 1,
        power: 'running' as const,
      }));
      const spec = { ...locked.spec, generation: locked.generation + 1, servers };
      await insertGeneration(session, locked, {
        ...locked,
        spec,
        phase: 'changing',
        operationId: null,
        at: NOW,
      });
      await enforceGrowthLimits(
        session,
        { organizationId: demo.organizationId, vdcId: demo.vdcId },
        spec,
        NOW,
      );
      throw undone;
    });
    await change.catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  };

  it('refuses what is new until the month ends or it is raised, and says so once', async () => {
    const record = await budget({ amount: '100', atLimit: 'stop-new' });
    await expect(grown()).resolves.toBeUndefined();
    await evaluate(NOW);
    await evaluate(later(1));
    await expect(grown()).rejects.toMatchObject({
      code: 'quota-exceeded',
      details: { budgets: [{ id: record.id, amount: '100.0000' }] },
    });
    expect(await events()).toEqual([{ type: 'budget.used-up' }]);
    expect(await rows('SELECT generation FROM vsys WHERE id = $1', [SYSTEM])).toEqual([{ generation: 1 }]);
    await database.transaction(async (session) =>
      writeBudget(session, { ...record, amount: '5000', version: 2 }),
    );
    await expect(grown()).resolves.toBeUndefined();
    await evaluate(later(1));
    await expect(grown()).resolves.toBeUndefined();
  });

  it('only tells when it shall only tell', async () => {
    await budget({ amount: '100' });
    await evaluate(NOW);
    await expect(grown()).resolves.toBeUndefined();
  });

  it('stops servers that run, but no EFM and none that is protected, and does so once', async () => {
    const kept = vserverIdOf(SYSTEM, 2);
    await budget({
      scope: 'vsys',
      scopeId: SYSTEM,
      amount: '100',
      atLimit: 'stop-running',
      protectedServers: [kept],
    });
    const runs = await Promise.all([evaluate(NOW), evaluate(NOW)]);
    expect(runs.flatMap(({ stopped }) => stopped)).toEqual([SYSTEM]);
    const power = await rows<{ id: string; wanted_power: string }>(
      'SELECT id, wanted_power FROM vserver WHERE vsys_id = $1 ORDER BY id',
      [SYSTEM],
    );
    expect(power.map(({ wanted_power }) => wanted_power)).toEqual(['stopped', 'running', 'running']);
    expect(await rows("SELECT kind, requested_by LIKE 'budget:%' AS ours FROM operation")).toEqual([
      { kind: 'budget.stop', ours: true },
    ]);
    expect(await evaluate(later(1))).toMatchObject({ evaluated: 1, stopped: [], failed: [] });
    expect(await rows('SELECT generation FROM vsys WHERE id = $1', [SYSTEM])).toEqual([{ generation: 2 }]);
  });
});

describe('an organization', () => {
  const standing = async (next: NewStanding) =>
    database.transaction(async (session) => writeStanding(session, demo.organizationId, next, NOW));
  const settle = async (at: Date) => settleTenants({ database, newId: uuidv7 }, at);
  const wanted = async () =>
    rows<{ kind: string; wanted_power: string; wanted: boolean }>(
      'SELECT kind, wanted_power, wanted FROM vserver WHERE vsys_id = $1 ORDER BY id',
      [SYSTEM],
    );
  const suspended = { state: 'suspended', reason: 'bill', deleteAfter: null } as const;

  it('that is suspended goes on, or has its servers kept stopped: once, by however many workers', async () => {
    await standing({ ...suspended, running: 'keep' });
    expect(await settle(NOW)).toEqual({ stopped: [], deleted: [], failed: [] });
    await standing({ ...suspended, running: 'stop' });
    const runs = await Promise.all([settle(NOW), settle(NOW)]);
    expect(runs.flatMap(({ stopped }) => stopped)).toEqual([SYSTEM]);
    expect(await wanted()).toMatchObject([
      { wanted_power: 'stopped' },
      { wanted_power: 'stopped' },
      { kind: 'firewall', wanted_power: 'running' },
    ]);
    expect(await settle(later(1))).toEqual({ stopped: [], deleted: [], failed: [] });
  });

  it('that is closed keeps everything until its retention is over, then all is deleted', async () => {
    await standing({ state: 'closed', reason: 'end', running: 'stop', deleteAfter: later(24) });
    expect(await settle(later(23))).toMatchObject({ deleted: [] });
    const runs = await Promise.all([settle(later(24)), settle(later(24))]);
    expect(runs.flatMap(({ deleted }) => deleted)).toEqual([SYSTEM]);
    expect((await wanted()).map(({ wanted: isWanted }) => isWanted)).toEqual([false, false, false]);
    expect(await rows('SELECT phase FROM vsys WHERE id = $1', [SYSTEM])).toEqual([{ phase: 'deleting' }]);
    expect(await settle(later(25))).toEqual({ stopped: [], deleted: [], failed: [] });
  });
});
