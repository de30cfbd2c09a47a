/** Two appliances of one load balancer: the standby takes over the addresses and knows which client stays with which member. */
import type { LoadBalancerInput } from '@openvsys/vsys';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Appliance, started } from '../src/lab/appliance.js';
import { rendered } from '../src/lab/documents.js';
import { endOf, type Host } from '../src/lab/host.js';
import { Lab } from '../src/lab/lab.js';
import { LISTENER } from '../src/lab/measures/throughput.js';
import { programOf } from '../src/lab/programs.js';
import { findObstacle, needs, type Tool } from '../src/lab/requirements.js';

const TOOLS: readonly Tool[] = ['haproxy', 'nft', 'keepalived', 'curl', 'openssl'];
const PUBLIC = '203.0.113.5';
/** Three missed signs of life, a skew below a second, the news to the neighbours, and a retry of TCP. */
const LONGEST_GAP_MS = 15_000;
const MEMBERS = [1, 2, 3];

let lab: Lab | undefined;
const pair: Appliance[] = [];
let client: Host;

const inputOf = (member: 1 | 2): LoadBalancerInput => ({
  kind: 'load-balancer',
  name: 'lb',
  interfaces: [
    {
      zone: 'app',
      device: 0,
      mac: `02:00:00:00:0${member}:02`,
      address: `10.0.2.${member + 1}`,
      cidr: '10.0.2.0/24',
      virtualAddress: '10.0.2.1',
    },
  ],
  uplink: {
    device: 1,
    mac: `02:00:00:00:0${member}:01`,
    address: `100.64.0.${member + 1}`,
    cidr: '100.64.0.0/16',
    gateway: `100.64.255.${member}`,
    publicAddresses: [PUBLIC],
  },
  pair: { member, zone: 'app', peerAddress: `10.0.2.${4 - member}`, routerId: 9 },
  secrets: {},
  listeners: [
    {
      ...LISTENER,
      persistence: { type: 'source-address', seconds: 600 },
      members: MEMBERS.map((n) => ({
        name: `web-${n}`,
        address: `10.0.2.1${n}`,
        weight: 100,
        state: 'ready' as const,
      })),
    },
  ],
  certificates: [],
  authorities: [],
});

beforeAll(async () => {
  if (findObstacle(TOOLS) !== undefined) return;
  lab = await Lab.open();
  for (const n of MEMBERS) {
    const address = `10.0.2.1${n}/24`;
    const server = await lab.host(`web-${n}`, { segment: 'app', mac: `02:00:00:00:03:0${n}`, address });
    await started(server, 'http-server', '8080', `web-${n}`);
  }
  for (const member of [1, 2] as const) {
    const appliance = await Appliance.plug(lab, {
      name: `lb-${member}`,
      apiAddress: `100.64.255.${member}`,
      bootAddress: `100.64.0.${member + 1}/16`,
      cards: [
        { segment: 'outside', mac: `02:00:00:00:0${member}:01`, link: 'uplink' },
        { segment: 'app', mac: `02:00:00:00:0${member}:02`, link: 'enX1' },
      ],
    });
    pair.push(appliance);
  }
  client = await lab.host('client', {
    segment: 'outside',
    mac: '02:00:00:00:00:11',
    address: '100.64.1.1/16',
  });
  for (const last of [2, 3, 4, 5])
    await client.run('ip', 'address', 'add', `100.64.1.${last}/16`, 'dev', 'eth0');
  await client.run('ip', 'route', 'add', '203.0.113.0/24', 'dev', 'eth0');
  await Promise.all(pair.map(async (appliance) => appliance.boot()));
});
afterAll(async () => {
  for (const appliance of pair) await appliance.api.close();
  await lab?.close();
});

/** Who answers a client with this address. */
async function memberFor(address: string): Promise<string> {
  const { code, stdout } = await client.try(
    'curl',
    '-sS',
    '-m',
    '2',
    '--interface',
    address,
    `http://${PUBLIC}/`,
  );
  return code === 0 ? (JSON.parse(stdout) as { name: string }).name : 'nobody';
}

it(
  'fails over within seconds, measured, and each client stays with its member',
  { timeout: 90_000 },
  async (context) => {
    needs(context, ...TOOLS);
    const [first, second] = pair as [Appliance, Appliance];
    await first.apply(rendered(inputOf(1)));
    await first.api.report('it is active', ({ role }) => role === 'active');
    await second.apply(rendered(inputOf(2)));
    await second.api.report('it stands by', ({ role }) => role === 'standby');
    const clients = [1, 2, 3, 4, 5].map((last) => `100.64.1.${last}`);
    const before = await Promise.all(clients.map(memberFor));
    expect(new Set(before).size).toBe(MEMBERS.length);
    const lines = () => first.api.reports.flatMap(({ logs }) => logs);
    const answered = () =>
      lines().filter(({ text }) => /listener=in-http member=web-\d .*status=200/.test(text));
    await expect.poll(() => answered().length, { timeout: 10_000 }).toBe(clients.length);
    expect(new Set(answered().map(({ source }) => source))).toEqual(new Set(['haproxy']));
    expect(lines()).toContainEqual(
      expect.objectContaining({
        source: 'keepalived',
        text: expect.stringMatching(/entering MASTER STATE/i),
      }),
    );

    const load = client.spawn(process.execPath, programOf('http-load'), `http://${PUBLIC}/`, '4', 'close');
    const ended = endOf(load);
    await new Promise((resolve) => {
      load.stdout.once('data', resolve);
    });
    await lab!.cut(first.host);
    await second.api.report('it is active', ({ role }) => role === 'active');
    await expect.poll(async () => memberFor('100.64.1.1'), { timeout: 10_000 }).toBe(before[0]);
    load.stdin.end();
    const result = JSON.parse((await ended).stdout.split('\n')[1] ?? '') as {
      lost: number;
      longestGapMs: number;
    };
    await context.annotate(`without an answer for ${result.longestGapMs} ms, requests lost: ${result.lost}`);
    expect(result.longestGapMs).toBeGreaterThan(500);
    expect(result.longestGapMs).toBeLessThan(LONGEST_GAP_MS);
    expect(await Promise.all(clients.map(memberFor))).toEqual(before);
  },
);
