/**
 * P20: what Fujitsu's original protocol adds to a list. All 1,000 servers of a system, in one answer, and through the REST API in
 * two pages, in turns. The signature of each request is new, so each is verified.
 */
import { createSign } from 'node:crypto';
import { Client } from 'pg';
import { Agent, request } from 'undici';
import { atMost, type Measure } from '../measure.js';
import { percentile } from '../statistics.js';
import { fillSystem } from '../world/fill-system.js';
import type { Tenant } from '../world/tenant.js';
import { World } from '../world/world.js';

const SERVERS = 1_000;
/** Most that one page of the REST API holds. */
const PAGE = 500;
const SAMPLES = 40;
const WARM_UP = 20;

const MODEL = `apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: list-model, version: 1.0.0 }
vnets:
  lan: { cidr: 10.0.1.0/24 }
vservers:
  web: { type: standard.small, image: debian-13, nics: [{ vnet: lan }] }
`;

export const fgcpList: Measure = {
  id: 'P20',
  title: `list of ${SERVERS} servers of a system through FGCP ÷ through REST`,
  async run({ servers, say }) {
    const pool = { profile: 'instant', timeScale: 1, hosts: 3 };
    const world = await World.open(servers, { pool, workers: 1 });
    const client = new Client({ connectionString: world.databaseUrl });
    const agent = new Agent({ connections: 1 });
    try {
      const tenant = await world.startApi({ FGCP_CLIENT_CERTIFICATES: 'optional' });
      await client.connect();
      const { vsysId, operationId } = await tenant.create({ name: 'model', descriptor: { source: MODEL } });
      await tenant.finish(operationId, 60_000);
      await world.stopWorkers();
      await fillSystem(client, vsysId, SERVERS);
      const privateKey = await newKey(tenant);
      say(`${SERVERS} servers`);
      const [ours, rest]: [number[], number[]] = [[], []];
      for (let round = 0; round < WARM_UP + SAMPLES; round += 1) {
        ours.push(await timeOf(async () => listByFgcp(tenant, agent, vsysId, privateKey)));
        rest.push(await timeOf(async () => listByRest(tenant, agent, vsysId)));
      }
      const [faceMs, restMs] = [percentile(ours.slice(WARM_UP), 0.5), percentile(rest.slice(WARM_UP), 0.5)];
      return [
        atMost(1.5, {
          name: 'P20 ListVServer',
          measured: faceMs / restMs,
          limit: 1,
          conditions: `medians: ${faceMs.toFixed(1)} ms against ${restMs.toFixed(1)} ms by REST`,
        }),
      ];
    } finally {
      await Promise.all([client.end(), agent.close()]);
      await world.close();
    }
  },
};

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function newKey({ url, token }: Tenant): Promise<string> {
  const post = async (path: string, body: object): Promise<Readonly<Record<string, string>>> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await request(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.statusCode !== 201) throw new Error(`${path} answered ${answer.statusCode}`);
    return (await answer.body.json()) as Readonly<Record<string, string>>;
  };
  const { id = '' } = await post('/v1/users', { name: 'bench', roles: ['monitor'] });
  const { privateKey = '' } = await post(`/v1/users/${id}/certificates`, {});
  return privateKey;
}

async function listByFgcp({ url }: Tenant, agent: Agent, vsysId: string, privateKey: string): Promise<void> {
  const key = Buffer.from(`UTC&${Date.now()}&1.0&SHA1withRSA`).toString('base64');
  const signature = createSign('RSA-SHA1').update(key).sign(privateKey, 'base64');
  const fields = { Action: 'ListVServer', Version: '2015-01-30', Locale: 'en', vsysId };
  const query = new URLSearchParams({ ...fields, AccessKeyId: key, Signature: signature });
  const answer = await request(`${url}/ovissapi/endpoint?${query.toString()}`, { dispatcher: agent });
  const text = await answer.body.text();
  if (!text.includes('<responseStatus>SUCCESS</responseStatus>')) throw new Error(text);
  if (text.split('<vserverId>').length !== SERVERS + 1) throw new Error('servers are missing');
}

async function listByRest({ url, token }: Tenant, agent: Agent, vsysId: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const after = cursor === undefined ? '' : `&cursor=${cursor}`;
    const answer = await request(`${url}/v1/vservers?vsys=${vsysId}&limit=${PAGE}${after}`, {
      dispatcher: agent,
      headers: { authorization: `Bearer ${token}` },
    });
    const page = (await answer.body.json()) as { readonly nextCursor: string | null };
    if (answer.statusCode !== 200) throw new Error(`the list answered ${answer.statusCode}`);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
