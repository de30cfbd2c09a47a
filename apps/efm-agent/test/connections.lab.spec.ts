/** Servers of two systems reach each other through the firewalls of both, by a connection, and only as both firewalls let them. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectionInput, FirewallInput } from '@openvsys/vsys';
import { Appliance, started } from '../src/lab/appliance.js';
import { rendered } from '../src/lab/documents.js';
import type { Host } from '../src/lab/host.js';
import { firewall, insideCard, rule, uplink } from '../src/lab/inputs.js';
import { Lab } from '../src/lab/lab.js';
import { findObstacle, needs, type Tool } from '../src/lab/requirements.js';

const TOOLS: readonly Tool[] = ['nft', 'wg', 'wireguard-go', 'curl', 'openssl'];
const PORT = [{ first: 8080, last: 8080 }];

const keyPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const raw = (der: Buffer): string => der.subarray(-32).toString('base64');
  return {
    secret: raw(privateKey.export({ type: 'pkcs8', format: 'der' })),
    open: raw(publicKey.export({ type: 'spki', format: 'der' })),
  };
};

/** System n has the VNet 10.0.n.0/24, its firewall 100.64.0.n outside. */
const cards = (n: number) => ({
  outside: uplink({ mac: `02:00:00:00:0${n}:01`, address: `100.64.0.${n}`, publicAddresses: [] }),
  inside: insideCard({ mac: `02:00:00:00:0${n}:02`, address: `10.0.${n}.1`, cidr: `10.0.${n}.0/24` }),
});
const keys = [keyPair(), keyPair()] as const;

function inputOf(n: 1 | 2, rules: FirewallInput['rules']): FirewallInput {
  const { outside, inside } = cards(n);
  const other = n === 1 ? 2 : 1;
  const connection: ConnectionInput = {
    id: 'connection',
    zone: 'partner',
    index: 0,
    vnet: 'dmz',
    local: `10.0.${n}.0/24`,
    remote: `10.0.${other}.0/24`,
    publicKey: keys[other - 1]?.open ?? '',
    endpoint: `100.64.0.${other}:51821`,
  };
  return firewall({
    interfaces: [inside],
    uplink: outside,
    sourceNat: null,
    secrets: { 'connections/private.key': `${keys[n - 1]?.secret}\n` },
    connections: [connection],
    rules,
  });
}
const OUT = rule('r-out', { from: 'dmz', to: 'partner', ports: PORT });
const IN = rule('r-in', { from: 'partner', to: 'dmz', ports: PORT });

let lab: Lab | undefined;
const appliances: Appliance[] = [];
const servers: Host[] = [];

async function plugSystem(opened: Lab, n: 1 | 2): Promise<void> {
  const { outside, inside } = cards(n);
  const appliance = await Appliance.plug(opened, {
    name: `fw-${n}`,
    apiAddress: `100.64.255.${n}`,
    bootAddress: `${outside.address}/16`,
    cards: [
      { segment: 'outside', mac: outside.mac, link: 'uplink' },
      { segment: `dmz-${n}`, mac: inside.mac, link: 'enX1' },
    ],
  });
  const server = await opened.host(`server-${n}`, {
    segment: `dmz-${n}`,
    mac: `02:00:00:00:0${n}:10`,
    address: `10.0.${n}.10/24`,
  });
  await server.run('ip', 'route', 'add', 'default', 'via', `10.0.${n}.1`);
  await started(server, 'http-server', '8080', `server-${n}`);
  await appliance.boot();
  appliances.push(appliance);
  servers.push(server);
}

beforeAll(async () => {
  if (findObstacle(TOOLS) !== undefined) return;
  lab = await Lab.open();
  await plugSystem(lab, 1);
  await plugSystem(lab, 2);
}, 60_000);
afterAll(async () => {
  for (const { api } of appliances) await api.close();
  await lab?.close();
});

it('joins two VNets as far as the rules of both say', { timeout: 120_000 }, async (context) => {
  needs(context, ...TOOLS);
  const [first, second] = appliances as [Appliance, Appliance];
  const [client, answering] = servers as [Host, Host];
  const get = async () => client.try('curl', '-sS', '--max-time', '2', 'http://10.0.2.10:8080/');
  await first.apply(rendered(inputOf(1, [OUT])));
  await second.apply(rendered(inputOf(2, [])));
  // The tunnel is up, yet nothing is let in.
  await first.api.report('the other firewall is seen', ({ tunnels }) =>
    tunnels.some(({ handshakeAgeSeconds }) => handshakeAgeSeconds !== null),
  );
  expect((await get()).code).not.toBe(0);
  await second.apply(rendered(inputOf(2, [IN])));
  await expect.poll(async () => (await get()).code, { timeout: 20_000 }).toBe(0);
  expect(JSON.parse((await get()).stdout)).toMatchObject({ name: 'server-2', peer: '10.0.1.10' });
  // The rules are of one direction, and of one port.
  const back = await answering.try('curl', '-sS', '--max-time', '2', 'http://10.0.1.10:8080/');
  expect(back.code).not.toBe(0);
  // Without the connection the way is gone at once.
  const { connections: _none, ...alone } = inputOf(2, []);
  await second.apply(rendered({ ...alone, secrets: {} }));
  expect((await get()).code).not.toBe(0);
});
