/**
 * Many appliances at one API, as their agents behave: each waits for another document and reports from time to time. The
 * waiting is spread, as it is for agents that started at different times.
 */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { generateToken, insertEfmAgent } from '@openvsys/persistence';
import type { OrganizationId, VServerId } from '@openvsys/vsys';
import { Client } from 'pg';
import { RowCopies } from './row-copies.js';
import type { World } from './world.js';

/** As agents do it by default, seconds. */
const POLL_SECONDS = 50;
const REPORT_SECONDS = 30;

export interface FleetAgent {
  readonly token: string;
  readonly hash: string;
}

/** Copies the system until there are so many firewalls; each gets a token of its own. */
export async function enrolFleet(world: World, vsysId: string, size: number): Promise<FleetAgent[]> {
  const client = new Client({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    const copies = await RowCopies.of(client, vsysId);
    for (let count = 1; count < size; count += 1) await copies.writeOnce();
  } finally {
    await client.end();
  }
  return world.database.transaction(async (session) => {
    const rows = await session.rows<{ id: VServerId; organizationId: OrganizationId; hash: string }>(
      `SELECT v.id, v.organization_id AS "organizationId", c.hash FROM vserver v
       JOIN efm_config c ON c.vserver_id = v.id WHERE v.kind = 'firewall' ORDER BY v.id LIMIT $1`,
      [size],
    );
    const agents: FleetAgent[] = [];
    for (const { id, organizationId, hash } of rows) {
      const token = generateToken();
      await insertEfmAgent(session, { vserverId: id, organizationId, createdAt: new Date() }, token);
      agents.push({ token, hash });
    }
    return agents;
  });
}

export interface FleetCount {
  polls: number;
  reports: number;
  /** Answers that nobody expects while nothing changes. */
  surprises: number;
}

/** Runs until the signal aborts. */
export async function runFleet(
  url: string,
  agents: readonly FleetAgent[],
  signal: AbortSignal,
): Promise<FleetCount> {
  const count: FleetCount = { polls: 0, reports: 0, surprises: 0 };
  await Promise.all(
    agents.flatMap((agent, index) => {
      const share = index / agents.length;
      const line = new AgentLine(url, agent, count);
      return [line.poll(share, signal), line.report(share, signal)];
    }),
  );
  return count;
}

class AgentLine {
  /** One connection for what waits and one for reports, as the agent has them. */
  private readonly connections = new Agent({ keepAlive: true, maxSockets: 2 });
  private sequence = 0;

  constructor(
    private readonly url: string,
    private readonly agent: FleetAgent,
    private readonly count: FleetCount,
  ) {}

  async poll(share: number, signal: AbortSignal): Promise<void> {
    // The first wait is cut short, so that the following ones are spread.
    let wait = Math.max(1, Math.round(share * POLL_SECONDS));
    while (!signal.aborted) {
      const headers = { 'if-none-match': `"${this.agent.hash}"` };
      const status = await this.call('GET', `/agent/v1/document?wait=${wait}`, { headers, signal });
      if (status === undefined) return;
      this.count.polls += 1;
      if (status !== 304) this.count.surprises += 1;
      wait = POLL_SECONDS;
    }
  }

  async report(share: number, signal: AbortSignal): Promise<void> {
    await pauseUnless(signal, share * REPORT_SECONDS);
    while (!signal.aborted) {
      this.sequence += 1;
      const body = JSON.stringify({ ...REPORT, sequence: this.sequence });
      const headers = { 'content-type': 'application/json' };
      const status = await this.call('POST', '/agent/v1/reports', { headers, body, signal });
      if (status === undefined) return;
      this.count.reports += 1;
      if (status !== 204) this.count.surprises += 1;
      await pauseUnless(signal, REPORT_SECONDS);
    }
  }

  /** Status; undefined when the signal ended it. */
  private async call(
    method: string,
    path: string,
    { headers, body, signal }: { headers: Record<string, string>; body?: string; signal: AbortSignal },
  ): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const options = { method, agent: this.connections, signal };
      const call = request(
        this.url + path,
        { ...options, headers: { ...headers, authorization: `Bearer ${this.agent.token}` } },
        (response) => {
          response.resume().once('end', () => resolve(response.statusCode));
          response.once('error', () => resolve(undefined));
        },
      );
      call.once('error', (error) => (signal.aborted ? resolve(undefined) : reject(error)));
      call.end(body);
    });
  }
}

async function pauseUnless(signal: AbortSignal, seconds: number): Promise<void> {
  await delay(seconds * 1000, undefined, { signal }).catch(() => undefined);
}

/** What a firewall at work says: ten rules that counted, three probes, a line of log. */
const REPORT = {
  bootId: 'fleet',
  agentVersion: '1.0.0',
  applied: null,
  outcome: null,
  role: 'alone',
  health: ['interface uplink', 'interface eth0', 'storage'].map((name) => ({ name, ok: true, message: '' })),
  counters: Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`r-${index}`, { packets: 1_000 + index, bytes: 100_000 }]),
  ),
  members: [],
  tunnels: [],
  conntrack: { used: 200, max: 262_144 },
  logs: [{ ageMs: 900, source: 'kernel', text: 'openvsys denied IN=uplink OUT= SRC=198.51.100.7' }],
  logsDropped: 0,
  clockBehindMs: 3,
};
