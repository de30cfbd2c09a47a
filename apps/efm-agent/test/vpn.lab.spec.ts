/** A traveller reaches a VNet through WireGuard, and only what the VPN says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { VpnInput } from '@openvsys/vsys';
import { rendered } from '../src/lab/documents.js';
import { insideCard, PUBLIC, STANDING, uplink } from '../src/lab/inputs.js';
import { Appliance, started } from '../src/lab/appliance.js';
import type { Host } from '../src/lab/host.js';
import { Lab } from '../src/lab/lab.js';
import { findObstacle, needs, type Tool } from '../src/lab/requirements.js';

const TOOLS: readonly Tool[] = ['nft', 'wg', 'wireguard-go', 'curl', 'openssl'];

let lab: Lab | undefined;
let appliance: Appliance;
let traveller: Host;

beforeAll(async () => {
  if (findObstacle(TOOLS) !== undefined) return;
  lab = await Lab.open();
  appliance = await Appliance.plug(lab, STANDING);
  traveller = await lab.host('traveller', {
    segment: 'outside',
    mac: '02:00:00:00:00:11',
    address: '100.64.1.1/16',
  });
  await traveller.run('ip', 'route', 'add', '203.0.113.0/24', 'dev', 'eth0');
  const server = await lab.host('server', {
    segment: 'dmz',
    mac: '02:00:00:00:00:12',
    address: '10.0.1.10/24',
  });
  await started(server, 'http-server', '8080', 'web-1');
  await appliance.boot();
});
afterAll(async () => {
  await appliance?.api.close();
  await lab?.close();
});

const keyPair = async (host: Host) => {
  const secret = (await host.run('wg', 'genkey')).trim();
  return { secret, open: (await host.feed(`${secret}\n`, 'wg', 'pubkey')).trim() };
};

it(
  'carries what is allowed, shows the peer, and takes a removed peer’s access away at once',
  { timeout: 60_000 },
  async (context) => {
    needs(context, ...TOOLS);
    const own = await keyPair(traveller);
    const service = await keyPair(traveller);
    const peer = {
      name: 'anna',
      publicKey: own.open,
      presharedKeyFile: null,
      address: '10.99.0.2',
      networks: [],
      endpoint: null,
      keepAliveSeconds: null,
    };
    const vpn = (changes: Partial<VpnInput>): VpnInput => ({
      kind: 'vpn',
      name: 'vpn',
      interfaces: [insideCard()],
      uplink: uplink({ publicAddresses: [PUBLIC] }),
      pair: null,
      secrets: { 'wireguard/private.key': `${service.secret}\n` },
      port: 51_820,
      network: '10.99.0.0/24',
      reachable: ['10.0.1.0/24'],
      gateway: null,
      peers: [peer],
      ...changes,
    });
    await appliance.apply(rendered(vpn({})));

    traveller.spawn('wireguard-go', '--foreground', 'wg0');
    await expect
      .poll(async () => (await traveller.try('wg', 'show', 'wg0')).code, { timeout: 5_000 })
      .toBe(0);
    const config = join(appliance.folder, 'traveller.conf');
    writeFileSync(
      config,
      `[Interface]\nPrivateKey = ${own.secret}\n[Peer]\nPublicKey = ${service.open}\nAllowedIPs = 10.99.0.0/24, 10.0.1.0/24\nEndpoint = ${PUBLIC}:51820\n`,
    );
    await traveller.run('wg', 'setconf', 'wg0', config);
    await traveller.run('ip', 'address', 'add', '10.99.0.2/24', 'dev', 'wg0');
    await traveller.run('ip', 'link', 'set', 'wg0', 'up');
    await traveller.run('ip', 'route', 'add', '10.0.1.0/24', 'dev', 'wg0');
    const get = async () => traveller.try('curl', '-sS', '--max-time', '3', 'http://10.0.1.10:8080/');
    const answer = await get();
    expect(answer).toMatchObject({ code: 0 });
    // Cards are locked to their addresses, so inside the appliance speaks for the traveller.
    expect(JSON.parse(answer.stdout)).toMatchObject({ name: 'web-1', peer: '10.0.1.1' });
    await appliance.api.report('the peer is seen', ({ tunnels }) =>
      tunnels.some(
        (each) => each.publicKey === own.open && each.handshakeAgeSeconds !== null && each.bytesIn > 0,
      ),
    );
    expect(JSON.stringify(appliance.api.reports)).not.toContain(service.secret);

    await appliance.apply(rendered(vpn({ peers: [{ ...peer, name: 'berta', publicKey: service.open }] })));
    expect((await get()).code).not.toBe(0);
  },
);
