/** The firewall with real packets: the agent as it ships, nftables of the machine, hosts in namespaces. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf } from '../src/lab/documents.js';
import { Appliance, cardOf, started } from '../src/lab/appliance.js';
import type { Host } from '../src/lab/host.js';
import { Lab } from '../src/lab/lab.js';
import { findObstacle, needs } from '../src/lab/requirements.js';

const UPLINK = '02:00:00:00:00:01';
const INSIDE = '02:00:00:00:00:02';
const PUBLIC = '203.0.113.5';

const nft = (rules: string, nat = '') => `table ip openvsys
delete table ip openvsys
table ip openvsys {
  counter denied { }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ${rules}
    counter name "denied" drop
  }
  ${nat}
}
`;
const NAT = `
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr ${PUBLIC} tcp dport 80 dnat to 10.0.1.10:8080
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "uplink" ip saddr 10.0.1.0/24 snat to ${PUBLIC}
  }`;
const cards = [
  cardOf('uplink', UPLINK, '100.64.0.2/16', `${PUBLIC}/32`),
  cardOf('eth0', INSIDE, '10.0.1.1/24'),
];
const firewall = (text: string, more: Parameters<typeof documentOf>[0] = {}) =>
  documentOf({
    files: { 'nftables.conf': text },
    programs: [{ name: 'nftables', config: 'nftables.conf' }],
    interfaces: cards,
    routes: [{ to: '203.0.113.0/24', via: null, interface: 'uplink' }],
    forwarding: true,
    probes: [{ name: 'rules', kind: 'process', program: 'nftables', timeoutSeconds: 2 }],
    ...more,
  });

describe('an appliance with a firewall', () => {
  let lab: Lab;
  let appliance: Appliance;
  let client: Host;
  let server: Host;
  let agentPid: string;

  beforeAll(async () => {
    if (findObstacle(['nft', 'curl', 'openssl']) !== undefined) return;
    lab = await Lab.open();
    appliance = await Appliance.plug(lab, {
      bootAddress: '100.64.0.2/16',
      cards: [
        { segment: 'outside', mac: UPLINK, link: 'uplink' },
        { segment: 'dmz', mac: INSIDE, link: 'enX1' },
      ],
    });
    client = await lab.host('client', {
      segment: 'outside',
      mac: '02:00:00:00:00:11',
      address: '100.64.1.1/16',
    });
    await client.run('ip', 'route', 'add', '203.0.113.0/24', 'dev', 'eth0');
    server = await lab.host('server', { segment: 'dmz', mac: '02:00:00:00:00:12', address: '10.0.1.10/24' });
    await server.run('ip', 'route', 'add', 'default', 'via', '10.0.1.1');
    await started(server, 'http-server', '8080', 'web-1');
    await started(client, 'http-server', '8081', 'outside');
    agentPid = await appliance.boot();
  });
  afterAll(async () => {
    await appliance?.api.close();
    await lab?.close();
  });

  const get = async (host: Host, url: string) => {
    const { code, stdout } = await host.try('curl', '-sS', '--max-time', '2', url);
    return code === 0 ? (JSON.parse(stdout) as Record<string, string>) : undefined;
  };
  const applied = async (hash: string) =>
    appliance.api.report(
      'it is applied',
      ({ outcome }) => outcome?.hash === hash && outcome.state === 'applied',
    );

  const outcomeOf = async (hash: string) =>
    appliance.api.report('it is decided', ({ outcome }) => outcome?.hash === hash);

  it('passes what a rule allows and nothing else, with the addresses that NAT says', async (context) => {
    needs(context, 'nft', 'curl', 'openssl');
    const wanted = firewall(
      nft(
        'iifname "uplink" ip daddr 10.0.1.10 tcp dport 8080 counter accept\niifname "eth0" tcp dport 8081 accept',
        NAT,
      ),
    );
    appliance.api.want(wanted);
    await applied(wanted.document.hash);
    expect(await get(client, `http://${PUBLIC}/`)).toMatchObject({ name: 'web-1', peer: '100.64.1.1' });
    expect(await get(server, 'http://100.64.1.1:8081/')).toMatchObject({ name: 'outside', peer: PUBLIC });
    expect(await get(server, 'http://100.64.1.1:8082/')).toBeUndefined();
    const report = await appliance.api.report(
      'denied packets are counted',
      ({ counters }) => (counters['denied']?.packets ?? 0) > 0,
    );
    expect(report.health.every(({ ok }) => ok)).toBe(true);
  });

  it('refuses what the real tool refuses, in its words, and keeps what runs', async (context) => {
    needs(context, 'nft', 'curl', 'openssl');
    const broken = firewall(nft('iifname "uplink" tcp dport 99999 accept', NAT));
    appliance.api.want(broken);
    const report = await outcomeOf(broken.document.hash);
    expect(report.outcome).toMatchObject({ state: 'refused', reason: expect.stringContaining('nft') });
    expect(report.applied?.hash).not.toBe(broken.document.hash);
    expect(await get(client, `http://${PUBLIC}/`)).toMatchObject({ name: 'web-1' });
  });

  it('goes back by itself when a probe fails after loading', async (context) => {
    needs(context, 'nft', 'curl', 'openssl');
    const dead = { name: 'the port', kind: 'tcp', address: '10.0.1.1', port: 9, timeoutSeconds: 1 } as const;
    const failing = firewall(nft('drop', NAT), { probes: [dead] });
    appliance.api.want(failing);
    const { outcome } = await outcomeOf(failing.document.hash);
    expect(outcome).toMatchObject({ state: 'rolled-back', reason: expect.stringContaining('the port') });
    expect(await get(client, `http://${PUBLIC}/`)).toMatchObject({ name: 'web-1' });
  });

  it('goes back by itself when it cut its own line to the API', async (context) => {
    needs(context, 'nft', 'curl', 'openssl');
    const deaf = firewall(
      nft('accept', `${NAT}\n chain output {\n type filter hook output priority filter; policy drop;\n }`),
    );
    appliance.api.want(deaf);
    const { outcome } = await outcomeOf(deaf.document.hash);
    expect(outcome).toMatchObject({ state: 'rolled-back', reason: expect.stringContaining('API') });
    expect(await get(client, `http://${PUBLIC}/`)).toMatchObject({ name: 'web-1' });
  });

  it('serves on without the API, also after its own death, and takes up the next document then', async (context) => {
    needs(context, 'nft', 'curl', 'openssl');
    appliance.api.goAway();
    await appliance.host.run('kill', '-9', agentPid);
    await appliance.host.run('nft', 'delete', 'table', 'ip', 'openvsys');
    agentPid = await appliance.boot();
    await expect
      .poll(async () => get(client, `http://${PUBLIC}/`), { timeout: 10_000 })
      .toMatchObject({ name: 'web-1' });
    const next = firewall(nft('iifname "uplink" ip daddr 10.0.1.10 accept', NAT));
    appliance.api.want(next);
    appliance.api.comeBack();
    await applied(next.document.hash);
  });

  it('brings back rules and addresses that somebody removed by hand', async (context) => {
    needs(context, 'nft', 'curl', 'openssl');
    await appliance.host.run('nft', 'delete', 'table', 'ip', 'openvsys');
    await appliance.host.run('ip', 'address', 'delete', '10.0.1.1/24', 'dev', 'eth0');
    await expect
      .poll(async () => get(client, `http://${PUBLIC}/`), { timeout: 10_000 })
      .toMatchObject({ name: 'web-1' });
    await appliance.api.report('it is said', ({ logs }) =>
      logs.some(({ text }) => text.includes('nftables')),
    );
  });

  it('boots from the version before when the last good one was damaged on the disk', async (context) => {
    needs(context, 'nft', 'curl', 'openssl');
    await appliance.host.run('kill', '-9', agentPid);
    const good = join(appliance.folder, 'state/good.json');
    writeFileSync(good, readFileSync(good, 'utf8').replace('203.0.113.5', '203.0.113.6'));
    appliance.api.goAway();
    await appliance.host.run('nft', 'delete', 'table', 'ip', 'openvsys');
    agentPid = await appliance.boot();
    await expect
      .poll(async () => get(client, `http://${PUBLIC}/`), { timeout: 10_000 })
      .toMatchObject({ name: 'web-1' });
    appliance.api.comeBack();
  });

  it('reports a full disk and runs the configuration nevertheless, or stays with the one before', async (context) => {
    needs(context, 'nft', 'curl', 'openssl');
    const state = join(appliance.folder, 'state');
    await appliance.host.run('mount', '-t', 'tmpfs', '-o', 'size=16k', 'full', state);
    await appliance.host.try('sh', '-c', `cat /dev/zero > ${state}/filler`);
    const next = firewall(nft('ip daddr 10.0.1.10 accept', NAT));
    appliance.api.want(next);
    const { outcome } = await outcomeOf(next.document.hash);
    expect(outcome).toMatchObject({ state: 'refused', reason: expect.stringContaining('ENOSPC') });
    expect(await get(client, `http://${PUBLIC}/`)).toMatchObject({ name: 'web-1' });
    await appliance.host.run('umount', state);
  });
});
