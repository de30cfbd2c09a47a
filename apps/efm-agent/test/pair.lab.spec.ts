/** Two appliances of one firewall: when the active one dies the other one takes its addresses over. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rendered } from '../src/lab/documents.js';
import { firewall, forward, insideCard, PUBLIC, rule, uplink } from '../src/lab/inputs.js';
import { Appliance, started } from '../src/lab/appliance.js';
import { endOf, type Host } from '../src/lab/host.js';
import { Lab } from '../src/lab/lab.js';
import { programOf } from '../src/lab/programs.js';
import { findObstacle, needs, type Tool } from '../src/lab/requirements.js';

const TOOLS: readonly Tool[] = ['nft', 'keepalived', 'curl', 'openssl'];
/** Three missed signs of life, a skew below a second, the news to the neighbours, and a retry of TCP. */
const LONGEST_GAP_MS = 15_000;

let lab: Lab | undefined;
const pair: Appliance[] = [];
let client: Host;

const inputOf = (member: 1 | 2) =>
  firewall({
    interfaces: [
      insideCard({
        mac: `02:00:00:00:0${member}:02`,
        address: `10.0.1.${member + 1}`,
        virtualAddress: '10.0.1.1',
      }),
    ],
    uplink: uplink({
      mac: `02:00:00:00:0${member}:01`,
      address: `100.64.0.${member + 1}`,
      gateway: `100.64.255.${member}`,
    }),
    pair: { member, zone: 'dmz', peerAddress: `10.0.1.${4 - member}`, routerId: 7 },
    rules: [rule('r-web', { ports: [{ first: 8080, last: 8080 }] })],
    portForwards: [forward(80, '10.0.1.10', 8080)],
  });

beforeAll(async () => {
  if (findObstacle(TOOLS) !== undefined) return;
  lab = await Lab.open();
  for (const member of [1, 2] as const) {
    const appliance = await Appliance.plug(lab, {
      name: `fw-${member}`,
      apiAddress: `100.64.255.${member}`,
      bootAddress: `100.64.0.${member + 1}/16`,
      cards: [
        { segment: 'outside', mac: `02:00:00:00:0${member}:01`, link: 'uplink' },
        { segment: 'dmz', mac: `02:00:00:00:0${member}:02`, link: 'enX1' },
      ],
    });
    pair.push(appliance);
  }
  client = await lab.host('client', {
    segment: 'outside',
    mac: '02:00:00:00:00:11',
    address: '100.64.1.1/16',
  });
  await client.run('ip', 'route', 'add', '203.0.113.0/24', 'dev', 'eth0');
  const server = await lab.host('server', {
    segment: 'dmz',
    mac: '02:00:00:00:00:12',
    address: '10.0.1.10/24',
  });
  await server.run('ip', 'route', 'add', 'default', 'via', '10.0.1.1');
  await started(server, 'http-server', '8080', 'web-1');
  await Promise.all(pair.map(async (appliance) => appliance.boot()));
});
afterAll(async () => {
  for (const appliance of pair) await appliance.api.close();
  await lab?.close();
});

it(
  'one is active; when it dies the other one serves within seconds, measured',
  { timeout: 60_000 },
  async (context) => {
    needs(context, ...TOOLS);
    const [first, second] = pair as [Appliance, Appliance];
    await first.apply(rendered(inputOf(1)));
    await first.api.report('it is active', ({ role }) => role === 'active');
    await second.apply(rendered(inputOf(2)));
    await second.api.report('it stands by', ({ role }) => role === 'standby');

    const program = programOf('http-load');
    const load = client.spawn(process.execPath, program, `http://${PUBLIC}/`, '4', 'close');
    const ended = endOf(load);
    await new Promise((resolve) => {
      load.stdout.once('data', resolve);
    });
    await lab!.cut(first.host);
    await second.api.report('it is active', ({ role }) => role === 'active');
    await expect
      .poll(async () => (await client.try('curl', '-sS', '--max-time', '1', `http://${PUBLIC}/`)).code, {
        timeout: 10_000,
      })
      .toBe(0);
    load.stdin.end();
    const result = JSON.parse((await ended).stdout.split('\n')[1] ?? '') as {
      lost: number;
      longestGapMs: number;
    };
    await context.annotate(`without an answer for ${result.longestGapMs} ms, requests lost: ${result.lost}`);
    // Less would mean that the dead one went on.
    expect(result.longestGapMs).toBeGreaterThan(500);
    expect(result.longestGapMs).toBeLessThan(LONGEST_GAP_MS);
  },
);
