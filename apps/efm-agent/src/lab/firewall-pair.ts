/**
 * Two appliances of one firewall between a client and a web server.
 *
 *   client ── outside ──┬── fw-1 ──┬── dmz ── server
 *                       └── fw-2 ──┘
 */
import type { AgentDocument } from '../document.js';
import { Appliance, started } from './appliance.js';
import { rendered } from './documents.js';
import { endOf, type Host } from './host.js';
import { firewall, forward, insideCard, PUBLIC, rule, uplink } from './inputs.js';
import type { Lab } from './lab.js';
import { programOf } from './programs.js';
import type { Tool } from './requirements.js';

export const PAIR_TOOLS: readonly Tool[] = ['nft', 'keepalived', 'curl', 'openssl'];

/** Requests of the client from its start on, one connection each. */
export interface PairLoad {
  /** Answers how long no request was answered at worst, and how many failed. */
  end(): Promise<{ readonly lost: number; readonly longestGapMs: number }>;
}

export interface FirewallPair {
  readonly appliances: readonly [Appliance, Appliance];
  readonly client: Host;
  /** Both run it; the first one is active. */
  serve(): Promise<void>;
  load(): Promise<PairLoad>;
}

export const documentOf = (member: 1 | 2): AgentDocument =>
  rendered(
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
    }),
  );

export async function plugPair(lab: Lab): Promise<FirewallPair> {
  // One after the other: both make the segments that are missing.
  const first = await plugMember(lab, 1);
  const second = await plugMember(lab, 2);
  const client = await neighbours(lab);
  await Promise.all([first.boot(), second.boot()]);
  return {
    appliances: [first, second],
    client,
    serve: async () => {
      await first.apply(documentOf(1));
      await first.api.report('it is active', ({ role }) => role === 'active');
      await second.apply(documentOf(2));
      await second.api.report('it stands by', ({ role }) => role === 'standby');
    },
    load: async () => loadOf(client),
  };
}

async function plugMember(lab: Lab, member: 1 | 2): Promise<Appliance> {
  return Appliance.plug(lab, {
    name: `fw-${member}`,
    apiAddress: `100.64.255.${member}`,
    bootAddress: `100.64.0.${member + 1}/16`,
    cards: [
      { segment: 'outside', mac: `02:00:00:00:0${member}:01`, link: 'uplink' },
      { segment: 'dmz', mac: `02:00:00:00:0${member}:02`, link: 'enX1' },
    ],
  });
}

/** Answers the client. */
async function neighbours(lab: Lab): Promise<Host> {
  const client = await lab.host('client', {
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
  return client;
}

async function loadOf(client: Host): Promise<PairLoad> {
  const child = client.spawn(process.execPath, programOf('http-load'), `http://${PUBLIC}/`, '4', 'close');
  const ended = endOf(child);
  await new Promise((resolve) => {
    child.stdout.once('data', resolve);
  });
  return {
    end: async () => {
      child.stdin.end();
      return JSON.parse((await ended).stdout.split('\n')[1] ?? '') as Awaited<ReturnType<PairLoad['end']>>;
    },
  };
}
