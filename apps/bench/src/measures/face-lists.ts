/**
 * P19: what another protocol adds to a list. All of 1,000 servers through CIMI, in one answer, and through the REST API in two pages,
 * in turns: both stand on the same use cases and the same rows, so the rest is the face's own.
 */
import { Client } from 'pg';
import { Agent, request } from 'undici';
import { atMost, type Measure, type Result } from '../measure.js';
import { percentile } from '../statistics.js';
import { fillServers, SERVERS_A_SYSTEM } from '../world/fill-servers.js';
import type { Tenant } from '../world/tenant.js';
import { World } from '../world/world.js';

const SYSTEMS = 10;
const SERVERS = SYSTEMS * SERVERS_A_SYSTEM;
/** Most that one page of the REST API holds. */
const PAGE = 500;
const SAMPLES = 40;
const WARM_UP = 20;

const MODEL = `apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: face-model, version: 1.0.0 }
vnets:
  lan: { cidr: 10.0.1.0/24 }
vservers:
  web: { type: standard.small, image: debian-13, nics: [{ vnet: lan }] }
`;

const FACES = [
  { name: 'CIMI 1.1, JSON', path: '/cimi/machines?$format=json' },
  { name: 'CIMI 1.1, XML', path: '/cimi/machines?$format=xml' },
  { name: 'CIMI 2.0, JSON', path: '/cimi/2/machines?$format=json' },
] as const;

export const faceLists: Measure = {
  id: 'P19',
  title: `list of ${SERVERS} servers through another protocol ÷ through REST`,
  async run({ servers, say }) {
    const pool = { profile: 'instant', timeScale: 1, hosts: 3 };
    const world = await World.open(servers, { pool, workers: 1 });
    const client = new Client({ connectionString: world.databaseUrl });
    const agent = new Agent({ connections: 1 });
    try {
      const tenant = await world.startApi();
      await client.connect();
      const { vsysId, operationId } = await tenant.create({ name: 'model', descriptor: { source: MODEL } });
      await tenant.finish(operationId, 60_000);
      await world.stopWorkers();
      await fillServers(client, vsysId, 1, SYSTEMS);
      say(`${SERVERS} servers`);
      const results: Result[] = [];
      for (const face of FACES) results.push(await compare(face, tenant, agent));
      return results;
    } finally {
      await Promise.all([client.end(), agent.close()]);
      await world.close();
    }
  },
};

async function compare(
  { name, path }: (typeof FACES)[number],
  tenant: Tenant,
  agent: Agent,
): Promise<Result> {
  const [ours, rest]: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_UP + SAMPLES; round += 1) {
    ours.push(await timeOf(async () => ask(tenant, agent, path)));
    rest.push(await timeOf(async () => everyPage(tenant, agent)));
  }
  const [faceMs, restMs] = [percentile(ours.slice(WARM_UP), 0.5), percentile(rest.slice(WARM_UP), 0.5)];
  return atMost(1.5, {
    name: `P19 ${name}`,
    measured: faceMs / restMs,
    limit: 1,
    conditions: `medians: ${faceMs.toFixed(1)} ms against ${restMs.toFixed(1)} ms by REST`,
  });
}

async function everyPage(tenant: Tenant, agent: Agent): Promise<void> {
  let cursor: string | undefined;
  do {
    const after = cursor === undefined ? '' : `&cursor=${cursor}`;
    const page = JSON.parse(await ask(tenant, agent, `/v1/vservers?limit=${PAGE}${after}`)) as {
      readonly nextCursor: string | null;
    };
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function ask({ url, token }: Tenant, agent: Agent, path: string): Promise<string> {
  const answer = await request(`${url}${path}`, {
    dispatcher: agent,
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${text}`);
  return text;
}
