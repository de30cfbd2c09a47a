/**
 * What a load balancer carries as the agent runs it, against the same HAProxy run by hand: the very same configuration and
 * packet filter, and against a bare one, hand-written in ten lines, without logs and without a packet filter. All have the same
 * neighbours; they are measured in turns.
 *
 *   client ── outside ──┬── appliance (agent, nftables, HAProxy) ──┬── app ── web server
 *                       ├── same (nftables, HAProxy) ──────────────┤
 *                       └── bare (HAProxy) ────────────────────────┘
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListenerInput } from '@openvsys/vsys';
import { Appliance, started } from '../appliance.js';
import { rendered } from '../documents.js';
import { endOf, type Host } from '../host.js';
import { Lab } from '../lab.js';
import { programOf } from '../programs.js';
import type { Tool } from '../requirements.js';
import { median } from './median.js';

export const THROUGHPUT_TOOLS: readonly Tool[] = ['haproxy', 'nft', 'curl', 'openssl'];
const [UPLINK, INSIDE] = ['02:00:00:00:00:01', '02:00:00:00:00:02'];
const PUBLIC = '203.0.113.5';
const SAME = '203.0.113.6';
const BARE = '203.0.113.7';
const CONNECTIONS = 16;
const READY_LIMIT_MS = 10_000;

export interface Throughput {
  /** Requests a second, medians of the rounds. */
  readonly ours: number;
  readonly same: number;
  readonly bare: number;
  /** Medians of the ratios of neighbouring runs: what disturbs the machine for long disturbs all. */
  readonly toSame: number;
  readonly toBare: number;
  /** Requests for a second of processor time of the load balancer's machine, ÷ the same by hand: does not mind who else is busy. */
  readonly workToSame: number;
}

export async function measureThroughput(rounds: number, milliseconds: number): Promise<Throughput> {
  const lab = await Lab.open();
  const appliance = await Appliance.plug(lab, {
    bootAddress: '100.64.0.2/16',
    // As in earnest: tests look and report more often.
    settings: { reportSeconds: 30, lookSeconds: 5 },
    cards: [
      { segment: 'outside', mac: UPLINK, link: 'uplink' },
      { segment: 'app', mac: INSIDE, link: 'enX1' },
    ],
  });
  try {
    const client = await neighbours(lab);
    await appliance.boot();
    const wanted = rendered(INPUT);
    await appliance.apply(wanted);
    const same = await startSame(lab, wanted.document.files);
    await startBare(lab);
    for (const address of ADDRESSES) await untilAnswered(client, address);
    const hosts = { [PUBLIC]: appliance.host, [SAME]: same };
    return await inTurns({ client, hosts }, rounds, milliseconds);
  } finally {
    await appliance.api.close();
    await lab.close();
  }
}

const ADDRESSES = [PUBLIC, SAME, BARE] as const;

interface Turns {
  readonly client: Host;
  /** Whose processor time is counted, by address. */
  readonly hosts: Readonly<Record<string, Host>>;
}

async function inTurns({ client, hosts }: Turns, rounds: number, milliseconds: number): Promise<Throughput> {
  const runs: Record<string, Run[]> = { [PUBLIC]: [], [SAME]: [], [BARE]: [] };
  for (const address of ADDRESSES) await load(client, address, milliseconds);
  for (let round = 0; round < rounds; round += 1) {
    // Who comes first changes, so that a machine that gets slower favours nobody.
    const order = round % 2 === 0 ? ADDRESSES : ADDRESSES.toReversed();
    for (const address of order) {
      const before = await processorTime(hosts[address]);
      const run = await load(client, address, milliseconds);
      const after = await processorTime(hosts[address]);
      runs[address]?.push({ ...run, work: after - before });
    }
  }
  const [ours = [], same = [], bare = []] = ADDRESSES.map((address) => runs[address] ?? []);
  return {
    ours: median(ours.map(rateOf)),
    same: median(same.map(rateOf)),
    bare: median(bare.map(rateOf)),
    toSame: ratioOf(ours, same),
    toBare: ratioOf(ours, bare),
    workToSame: requestsForWork(ours) / requestsForWork(same),
  };
}

interface Run {
  readonly answers: number;
  readonly seconds: number;
  /** Processor time, ms. */
  readonly work: number;
}

const rateOf = ({ answers, seconds }: Run): number => answers / seconds;

function ratioOf(ours: readonly Run[], others: readonly Run[]): number {
  return median(
    ours.map((run, round) => rateOf(run) / rateOf(others[round] ?? { answers: 0, seconds: 1, work: 0 })),
  );
}

function requestsForWork(runs: readonly Run[]): number {
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  return sum(({ answers }) => answers) / sum(({ work }) => work);
}

/**
 * Of all that runs or ran in a host, ms: the exact time of its threads (`schedstat`, ns), and of ended children, which are few,
 * what proc(5) `stat` tells in fields 16 and 17 (ticks of 10 ms).
 */
async function processorTime(host: Host | undefined): Promise<number> {
  if (host === undefined) return 0;
  const threads = await host.run('sh', '-c', 'cat /proc/[0-9]*/task/[0-9]*/schedstat 2>/dev/null || true');
  const processes = await host.run('sh', '-c', 'cat /proc/[0-9]*/stat 2>/dev/null || true');
  return sumOf(threads, (line) => Number(line.split(' ')[0]) / 1e6) + sumOf(processes, childrenTime);
}

function sumOf(listed: string, of: (line: string) => number): number {
  return listed
    .split('\n')
    .filter((line) => line !== '')
    .reduce((total, line) => total + of(line), 0);
}

function childrenTime(line: string): number {
  const [user = 0, system = 0] = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15)
    .map(Number);
  return (user + system) * TICK_MS;
}

/** USER_HZ, the same on all machines that run Linux today. */
const TICK_MS = 10;

export const LISTENER: ListenerInput = {
  name: 'http',
  protocol: 'http',
  port: 80,
  memberPort: 8080,
  memberProtocol: 'plain',
  balance: 'round-robin',
  persistence: null,
  certificates: [],
  clientCertificates: null,
  proxyProtocol: { accept: false, send: false },
  errorPage: null,
  timeouts: {
    connectSeconds: 1,
    clientSeconds: 60,
    serverSeconds: 60,
    tunnelSeconds: 3600,
    keepAliveSeconds: 10,
  },
  maxConnections: 2_000,
  addresses: [PUBLIC],
  members: [{ name: 'web-1', address: '10.0.2.10', weight: 100, state: 'ready' }],
  healthCheck: {
    type: 'http',
    path: '/health',
    host: null,
    status: null,
    intervalSeconds: 5,
    timeoutSeconds: 1,
    rise: 1,
    fall: 3,
  },
};

const INPUT: Parameters<typeof rendered>[0] = {
  kind: 'load-balancer',
  name: 'lb',
  interfaces: [
    { zone: 'app', device: 0, mac: INSIDE, address: '10.0.2.1', cidr: '10.0.2.0/24', virtualAddress: null },
  ],
  uplink: {
    device: 1,
    mac: UPLINK,
    address: '100.64.0.2',
    cidr: '100.64.0.0/16',
    gateway: '100.64.255.1',
    publicAddresses: [PUBLIC],
  },
  pair: null,
  secrets: {},
  listeners: [LISTENER],
  certificates: [],
  authorities: [],
};

/** Answers the client. */
async function neighbours(lab: Lab): Promise<Host> {
  const web = await lab.host('web', { segment: 'app', mac: '02:00:00:00:01:01', address: '10.0.2.10/24' });
  await started(web, 'http-server', '8080', 'web-1');
  const client = await lab.host('client', {
    segment: 'outside',
    mac: '02:00:00:00:00:11',
    address: '100.64.1.1/16',
  });
  await client.run('ip', 'route', 'add', '203.0.113.0/24', 'dev', 'eth0');
  return client;
}

/** As somebody would who knows what the product renders and starts it without an agent. */
async function startSame(lab: Lab, files: Readonly<Record<string, string>>): Promise<Host> {
  const host = await plugLike(lab, 'same', 3, SAME);
  const folder = join(lab.folder, 'same');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    const own = text.replaceAll(PUBLIC, SAME).replaceAll('10.0.2.1;', '10.0.2.3;');
    writeFileSync(
      join(folder, name),
      own.replaceAll('@OPENVSYS_RUN@', folder).replaceAll('@OPENVSYS_DIR@', folder),
    );
  }
  writeFileSync(join(folder, 'haproxy.state'), '1\n');
  await host.run('nft', '-f', join(folder, 'nftables.conf'));
  asService(host, 'sh', '-c', `exec haproxy -W -db -f ${folder}/haproxy.cfg > ${folder}/log 2>&1`);
  return host;
}

async function startBare(lab: Lab): Promise<void> {
  const host = await plugLike(lab, 'bare', 4, BARE);
  const config = join(lab.folder, 'bare.cfg');
  writeFileSync(config, BARE_CONFIG);
  asService(host, 'haproxy', '-db', '-f', config);
}

/**
 * In a session of its own, as an init system starts it and as the agent does. The kernel shares its processors among
 * sessions (sched(7), autogroup): in the load generator's session the same HAProxy waits longer, finds more to do each time
 * it wakes, and so needs an eighth less processor time for a request.
 */
function asService(host: Host, program: string, ...args: readonly string[]): void {
  host.spawn('setsid', program, ...args);
}

async function plugLike(lab: Lab, name: string, number: number, address: string): Promise<Host> {
  const host = await lab.host(
    name,
    {
      segment: 'outside',
      mac: `02:00:00:00:02:0${number}`,
      address: `100.64.0.${number}/16`,
      link: 'uplink',
    },
    { segment: 'app', mac: `02:00:00:00:03:0${number}`, address: `10.0.2.${number}/24`, link: 'eth0' },
  );
  await host.run('ip', 'address', 'add', `${address}/32`, 'dev', 'uplink');
  return host;
}

const BARE_CONFIG = `global
  maxconn 2000
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
frontend in
  bind ${BARE}:80
  option forwardfor
  default_backend out
backend out
  server web-1 10.0.2.10:8080
`;

async function untilAnswered(client: Host, address: string): Promise<void> {
  const end = performance.now() + READY_LIMIT_MS;
  while ((await client.try('curl', '-sS', '-m', '1', `http://${address}/`)).code !== 0) {
    if (performance.now() > end) throw new Error(`${address} does not answer`);
  }
}

/** Throws when a request was lost. */
async function load(client: Host, address: string, milliseconds: number): Promise<Omit<Run, 'work'>> {
  const args = [programOf('http-load'), `http://${address}/`, String(CONNECTIONS), 'keep-alive'];
  const child = client.spawn(process.execPath, ...args);
  const ended = endOf(child);
  await new Promise((resolve) => {
    child.stdout.once('data', resolve);
  });
  const from = performance.now();
  setTimeout(() => child.stdin.end(), milliseconds);
  const { stdout } = await ended;
  const seconds = (performance.now() - from) / 1000;
  const result = JSON.parse(stdout.split('\n')[1] ?? '{}') as {
    answers: Record<string, number>;
    lost: number;
  };
  if (result.lost > 0) throw new Error(`${result.lost} requests to ${address} were lost`);
  return { answers: Object.values(result.answers).reduce((sum, each) => sum + each, 0), seconds };
}
