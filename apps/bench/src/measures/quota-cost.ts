/**
 * P17: what quotas cost: systems admitted a second when everything of the organization and of its VDC is limited, against
 * the same without any limit. In turns, so that both meet the same machine and the same tables. No worker runs; earlier
 * systems are marked as running in between.
 */
import { QUOTA_RESOURCES } from '@openvsys/vsys';
import { setQuotas, type Database, type QuotaLimit } from '@openvsys/persistence';
import { Client } from 'pg';
import { atLeast, type Measure } from '../measure.js';
import { markRunning } from '../world/mark-running.js';
import type { Tenant } from '../world/tenant.js';
import { World } from '../world/world.js';

const DESCRIPTOR = 'three-tier';
const TURNS = 12;
/** Few enough that the empty pool has room for all of them. */
const SYSTEMS_A_TURN = 16;
/** Requests under way at the same time. */
const CLIENTS = 8;
/** So many of it that nothing is refused, and finite, so that all of it is locked and counted. */
const PLENTY = 2 ** 40;

export const quotaCost: Measure = {
  id: 'P17',
  title: 'systems admitted a second with quotas ÷ without',
  async run({ servers, say }) {
    const pool = { profile: 'instant', timeScale: 1, hosts: 3 };
    const world = await World.open(servers, { pool, workers: 1 });
    const client = new Client({ connectionString: world.databaseUrl });
    try {
      const tenant = await world.startApi();
      await world.stopWorkers();
      await client.connect();
      say(`${TURNS} turns of ${SYSTEMS_A_TURN} × ${DESCRIPTOR} with limits and without`);
      // Compilers, caches and connections get warm first.
      await timeOf(tenant, client, 'warm');
      let limited = 0;
      let unlimited = 0;
      for (let turn = 0; turn < TURNS; turn += 1) {
        await limit(world.database, tenant.vdcId, PLENTY);
        limited += await timeOf(tenant, client, `limited-${turn}`);
        await limit(world.database, tenant.vdcId, null);
        unlimited += await timeOf(tenant, client, `unlimited-${turn}`);
      }
      const perSecond = (seconds: number): string => ((TURNS * SYSTEMS_A_TURN) / seconds).toFixed(1);
      return [
        atLeast(0.9, {
          name: 'P17 admissions/s with quotas ÷ without',
          measured: unlimited / limited,
          limit: 1,
          conditions: `${DESCRIPTOR}, ${CLIENTS} clients, all ${QUOTA_RESOURCES.length} resources limited at organization and VDC, far from the limits; ${perSecond(limited)}/s against ${perSecond(unlimited)}/s`,
        }),
      ];
    } finally {
      await client.end();
      await world.close();
    }
  },
};

async function limit(database: Database, vdcId: string, to: number | null): Promise<void> {
  const limits = QUOTA_RESOURCES.map((resource): QuotaLimit => ({ resource, limit: to }));
  await database.transaction(async (session) => {
    const vdc = await session.first<{ organization: string }>(
      'SELECT organization_id AS organization FROM vdc WHERE id = $1',
      [vdcId],
    );
    if (vdc === undefined) throw new Error('the demo tenant has no VDC');
    await setQuotas(session, 'organization', vdc.organization, limits);
    await setQuotas(session, 'vdc', vdcId, limits);
  });
}

/** Seconds for a turn; afterwards its systems run. */
async function timeOf(tenant: Tenant, client: Client, name: string): Promise<number> {
  const started = performance.now();
  let next = 0;
  let last = '';
  const caller = async (): Promise<void> => {
    while (next < SYSTEMS_A_TURN) {
      next += 1;
      const { vsysId } = await tenant.create({ name: `${name}-${next}`, descriptor: { name: DESCRIPTOR } });
      last = vsysId;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, caller));
  const seconds = (performance.now() - started) / 1000;
  await markRunning(client, last);
  return seconds;
}
