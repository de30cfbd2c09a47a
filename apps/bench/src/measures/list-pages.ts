/**
 * P7: pages of 100 servers among 100,000. Each is asked for over the API and, in turns, read by SQL that a person would write
 * for the same rows; and each among 1,000 servers as well: a page costs the same however many there are. Every filter of the
 * lists is measured, the first page and one in the middle, for callers of a whole organization and of one VDC.
 */
import { Client } from 'pg';
import { Agent, request } from 'undici';
import { atMost, type Measure, type Result } from '../measure.js';
import { percentile } from '../statistics.js';
import { fillServers, SERVERS_A_SYSTEM } from '../world/fill-servers.js';
import type { Tenant } from '../world/tenant.js';
import { World } from '../world/world.js';

const FEW_SYSTEMS = 10;
const MANY_SYSTEMS = 1_000;
const PAGE = 100;
const SAMPLES = 60;
const WARM_UP = 20;

const MODEL = `apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: page-model, version: 1.0.0 }
vnets:
  lan: { cidr: 10.0.1.0/24 }
vservers:
  web: { type: standard.small, image: debian-13, nics: [{ vnet: lan }] }
`;

const COLUMNS = `s.id, s.vsys_id, s.name, s.state, s.reason, s.kind, s.role, s.type, s.vcpus, s.memory_mib, s.image,
  s.system_disk_gib, s.wanted_power, s.host, s.contents_lost_at`;
const CARD = `n.id AS nic_id, n.device, n.vnet_id, n.mac, n.ipv4, n.state AS nic_state`;

interface Question {
  readonly name: string;
  readonly path: string;
  /** The same rows; absent: only its growth is measured. */
  readonly sql?: { readonly text: string; readonly values: readonly unknown[] };
}

function serverRows(condition: string, values: readonly unknown[]): NonNullable<Question['sql']> {
  const text = `SELECT ${COLUMNS}, ${CARD} FROM (SELECT * FROM vserver s WHERE ${condition} AND s.gone_at IS NULL
    ORDER BY s.id LIMIT ${PAGE}) s JOIN nic n ON n.vserver_id = s.id AND n.gone_at IS NULL ORDER BY s.id, n.device`;
  return { text, values };
}

function questionsOf(organization: string, vdc: string, model: string): readonly Question[] {
  const middle = `${model.slice(0, 9)}${String(FEW_SYSTEMS / 2).padStart(9, '0')}`;
  const after = `${middle}-S-0050`;
  const cursor = Buffer.from(JSON.stringify(['vserver', after])).toString('base64url');
  const servers = `/v1/vservers?limit=${PAGE}`;
  const ours = 's.organization_id = $1';
  return [
    { name: 'servers', path: servers, sql: serverRows(ours, [organization]) },
    {
      name: 'servers, in the middle',
      path: `${servers}&cursor=${cursor}`,
      sql: serverRows(`${ours} AND s.id > $2`, [organization, after]),
    },
    {
      name: 'servers of a VSYS',
      path: `${servers}&vsys=${middle}`,
      sql: serverRows('s.vsys_id = $1', [middle]),
    },
    { name: 'systems by name', path: `/v1/vsys?limit=${PAGE}&name=fill-3` },
    { name: 'systems by phase', path: `/v1/vsys?limit=10&phase=provisioning` },
    { name: 'systems of a VDC', path: `/v1/vsys?limit=10&vdc=${vdc}` },
    { name: 'systems by text', path: `/v1/vsys?limit=10&search=fill-3` },
    { name: 'systems by tag', path: `/v1/vsys?limit=10&tag=team:none` },
    { name: 'operations', path: `/v1/operations?limit=${PAGE}` },
    { name: 'operations of a VSYS', path: `/v1/operations?limit=${PAGE}&vsys=${model}` },
    { name: 'disks', path: `/v1/vdisks?limit=${PAGE}` },
    { name: 'networks', path: `/v1/vnets?limit=${PAGE}` },
    { name: 'events of a VSYS', path: `/v1/events?limit=${PAGE}&vsys=${model}` },
    { name: 'events by kind', path: `/v1/events?limit=${PAGE}&type=operation.*` },
  ];
}

interface Figures {
  readonly name: string;
  readonly apiMs: number;
  readonly sqlMs: number | undefined;
}

export const listPages: Measure = {
  id: 'P7',
  title: 'page of 100 servers among 100,000 ÷ plain SQL; 100,000 ÷ 1,000',
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
      const { rows } = await client.query<{ id: string }>(
        'SELECT organization_id AS id FROM vsys WHERE id = $1',
        [vsysId],
      );
      const questions = questionsOf(rows[0]?.id ?? '', tenant.vdcId, vsysId);
      const measure = async () => await inTurns(questions, { tenant, agent, client });
      say(`${questions.length} pages among ${FEW_SYSTEMS * SERVERS_A_SYSTEM} servers`);
      await fillServers(client, vsysId, 1, FEW_SYSTEMS);
      // Compilers and caches get warm first.
      await measure();
      const few = await measure();
      say(`${questions.length} pages among ${MANY_SYSTEMS * SERVERS_A_SYSTEM} servers`);
      await fillServers(client, vsysId, FEW_SYSTEMS + 1, MANY_SYSTEMS);
      return judge(few, await measure());
    } finally {
      await Promise.all([client.end(), agent.close()]);
      await world.close();
    }
  },
};

async function inTurns(
  questions: readonly Question[],
  { tenant, agent, client }: { readonly tenant: Tenant; readonly agent: Agent; readonly client: Client },
): Promise<readonly Figures[]> {
  const figures: Figures[] = [];
  for (const { name, path, sql } of questions) {
    const [api, plain]: [number[], number[]] = [[], []];
    for (let round = 0; round < WARM_UP + SAMPLES; round += 1) {
      api.push(await timeOf(async () => ask(tenant, agent, path)));
      if (sql !== undefined) plain.push(await timeOf(async () => client.query(sql.text, [...sql.values])));
    }
    const sqlMs = sql === undefined ? undefined : percentile(plain.slice(WARM_UP), 0.5);
    figures.push({ name, apiMs: percentile(api.slice(WARM_UP), 0.5), sqlMs });
  }
  return figures;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function ask({ url, token }: Tenant, agent: Agent, path: string): Promise<void> {
  const answer = await request(`${url}${path}`, {
    dispatcher: agent,
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${text}`);
}

function judge(few: readonly Figures[], many: readonly Figures[]): readonly Result[] {
  const ratios = many.flatMap(({ name, apiMs, sqlMs }) =>
    sqlMs === undefined
      ? []
      : [{ name, ratio: apiMs / sqlMs, words: `${apiMs.toFixed(1)} ms against ${sqlMs.toFixed(1)} ms` }],
  );
  const growths = many.map(({ name, apiMs }, index) => {
    const before = few[index]?.apiMs ?? apiMs;
    return { name, ratio: apiMs / before, words: `${apiMs.toFixed(1)} ms against ${before.toFixed(1)} ms` };
  });
  return [
    worst('P7 page of 100 servers among 100,000 ÷ plain SQL', 2.5, ratios),
    worst('P7 page among 100,000 servers ÷ among 1,000', 1.2, growths),
  ];
}

function worst(
  name: string,
  goal: number,
  all: readonly { readonly name: string; readonly ratio: number; readonly words: string }[],
): Result {
  const sorted = all.toSorted((a, b) => b.ratio - a.ratio);
  const [most] = sorted;
  const conditions = sorted.map((one) => `${one.name}: ${one.ratio.toFixed(2)} (${one.words})`).join('; ');
  return atMost(goal, {
    name,
    measured: most?.ratio ?? Number.NaN,
    limit: 1,
    conditions: `medians, the worst of: ${conditions}`,
  });
}
