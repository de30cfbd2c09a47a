/**
 * P18: the plan of changing a system of a thousand parts against reading its rows by plain SQL, in turns. No worker runs and
 * the pool is asked nothing: plans are made of rows alone.
 */
import { Client } from 'pg';
import { Agent, request } from 'undici';
import { atMost, type Measure } from '../measure.js';
import { percentile } from '../statistics.js';
import type { Tenant } from '../world/tenant.js';
import { World } from '../world/world.js';

/** The most that one system may have; with its disks and its network card each makes five parts. */
const SERVERS = 200;
const SAMPLES = 30;
const WARM_UP = 5;

const role = (name: string, count: number): string => `  ${name}:
    count: ${count}
    type: standard.small
    image: debian-13
    nics: [{ vnet: lan }]
    disks: [{ name: a, size: 1 }, { name: b, size: 1 }, { name: c, size: 1 }]
`;

const source = (count: number): string => `apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: thousand-parts, version: 1.0.0 }
vnets:
  lan: { cidr: 10.0.0.0/22 }
vservers:
${role('left', Math.floor(count / 2))}${role('right', Math.ceil(count / 2))}`;

/** The rows of the system as they are stored, its spec among them. */
const ROWS = [
  'SELECT * FROM vsys WHERE id = $1',
  'SELECT * FROM vserver WHERE vsys_id = $1',
  'SELECT * FROM vdisk WHERE vsys_id = $1',
  'SELECT * FROM nic WHERE vsys_id = $1',
  'SELECT * FROM vnet WHERE vsys_id = $1',
];

export const planning: Measure = {
  id: 'P18',
  title: 'plan of a VSYS of 1,000 parts ÷ reading its rows; calls to the pool',
  async run({ servers, say }) {
    const world = await World.open(servers, {
      pool: { profile: 'instant', timeScale: 1, hosts: 40 },
      workers: 1,
    });
    const client = new Client({ connectionString: world.databaseUrl });
    const agent = new Agent({ connections: 1 });
    try {
      const tenant = await world.startApi();
      await world.stopWorkers();
      await client.connect();
      const { vsysId } = await tenant.create({ name: 'thousand', descriptor: { source: source(SERVERS) } });
      const body = JSON.stringify({ source: source(SERVERS - 1) });
      say(`${SAMPLES} plans of a system of ${5 * SERVERS + 1} parts`);
      const [plans, reads]: [number[], number[]] = [[], []];
      for (let round = 0; round < WARM_UP + SAMPLES; round += 1) {
        plans.push(await timeOf(async () => plan(tenant, agent, vsysId, body)));
        reads.push(
          await timeOf(async () => Promise.all(ROWS.map(async (text) => client.query(text, [vsysId])))),
        );
      }
      const [planMs, readMs] = [percentile(plans.slice(WARM_UP), 0.5), percentile(reads.slice(WARM_UP), 0.5)];
      return [
        atMost(3, {
          name: 'P18 plan of a VSYS of 1,000 parts ÷ reading its rows',
          measured: planMs / readMs,
          limit: 1,
          conditions: `one server less of ${SERVERS}; medians of ${SAMPLES}: ${planMs.toFixed(1)} ms against ${readMs.toFixed(1)} ms; no worker runs, so no call reaches the pool`,
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

async function plan({ url, token }: Tenant, agent: Agent, vsysId: string, body: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const options = { method: 'POST', dispatcher: agent, headers, body } as const;
  const answer = await request(`${url}/v1/vsys/${vsysId}/plans`, options);
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`the plan answered ${answer.statusCode}: ${text}`);
}
