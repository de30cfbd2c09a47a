/** What a firewall promises, packet by packet: rules, translation, counters that go on, names, leases, locked cards. */
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { nftablesCounts } from '@openvsys/efm';
import { rendered } from '../src/lab/documents.js';
import { firewall, forward, PUBLIC, rule, SECOND_PUBLIC, STANDING } from '../src/lab/inputs.js';
import { Appliance, started } from '../src/lab/appliance.js';
import type { Host } from '../src/lab/host.js';
import { Lab } from '../src/lab/lab.js';
import { findObstacle, needs, type Tool } from '../src/lab/requirements.js';

const TOOLS: readonly Tool[] = ['nft', 'dnsmasq', 'curl', 'openssl', 'busybox', 'conntrack'];
const SERVER = { segment: 'dmz', mac: '02:00:00:00:00:12', address: '10.0.1.10/24' };

describe('a firewall', () => {
  let lab: Lab;
  let appliance: Appliance;
  let client: Host;
  let server: Host;

  beforeAll(async () => {
    if (findObstacle(TOOLS) !== undefined) return;
    lab = await Lab.open();
    appliance = await Appliance.plug(lab, STANDING);
    client = await lab.host('client', {
      segment: 'outside',
      mac: '02:00:00:00:00:11',
      address: '100.64.1.1/16',
    });
    await client.run('ip', 'route', 'add', '203.0.113.0/24', 'dev', 'eth0');
    server = await lab.host('server');
    const port = await lab.plug(server, SERVER);
    await lab.lock(port, SERVER.mac, ['10.0.1.10']);
    await server.run('ip', 'route', 'add', 'default', 'via', '10.0.1.1');
    for (const each of ['8080', '8443']) await started(server, 'http-server', each, `web-${each}`);
    for (const each of ['8081', '8082']) await started(client, 'http-server', each, 'outside');
    await appliance.boot();
  });
  afterAll(async () => {
    await appliance?.api.close();
    await lab?.close();
  });

  const ready = (context: TestContext) => needs(context, ...TOOLS);
  const get = async (host: Host, url: string, ...args: readonly string[]) => {
    const { code, stdout } = await host.try('curl', '-sS', '--max-time', '1', ...args, url);
    return code === 0 ? (JSON.parse(stdout) as { name: string; peer: string }) : undefined;
  };
  const counters = async () =>
    nftablesCounts(await appliance.host.run('nft', '--json', 'list', 'table', 'ip', 'openvsys'));
  const RULES = [
    rule('r-block', { sources: ['100.64.9.0/24'], action: 'deny' }),
    rule('r-web', { ports: [{ first: 8080, last: 8080 }], destinations: ['10.0.1.10'] }),
    rule('r-out', { from: 'dmz', to: 'internet', ports: [{ first: 8081, last: 8081 }] }),
    rule('r-ping', { from: 'dmz', to: 'internet', protocol: 'icmp' }),
  ];
  const NAT = {
    portForwards: [forward(80, '10.0.1.10', 8080), forward(443, '10.0.1.10', 8443)],
    staticNat: [{ origin: '/config/staticNat/0', publicAddress: SECOND_PUBLIC, toAddress: '10.0.1.10' }],
    sourceNat: { publicAddress: PUBLIC, networks: ['10.0.1.0/24'] },
  };

  it('passes what each rule says and nothing else', async (context) => {
    ready(context);
    await appliance.apply(rendered(firewall({ rules: RULES, ...NAT })));
    expect(await get(client, `http://${PUBLIC}/`)).toMatchObject({ name: 'web-8080', peer: '100.64.1.1' });
    // Forwarded, but no rule lets it through.
    expect(await get(client, `http://${PUBLIC}:443/`)).toBeUndefined();
    // The first rule that fits decides: a blocked sender gets nothing.
    await client.run('ip', 'address', 'add', '100.64.9.9/16', 'dev', 'eth0');
    expect(await get(client, `http://${PUBLIC}/`, '--interface', '100.64.9.9')).toBeUndefined();
    expect(await get(server, 'http://100.64.1.1:8081/')).toMatchObject({ name: 'outside' });
    expect(await get(server, 'http://100.64.1.1:8082/')).toBeUndefined();
    expect((await server.try('busybox', 'ping', '-c', '1', '-W', '1', '100.64.1.1')).code).toBe(0);
    expect((await client.try('busybox', 'ping', '-c', '1', '-W', '1', '10.0.1.10')).code).not.toBe(0);
  });

  it('shows the other side the addresses that translation says, in both directions', async (context) => {
    ready(context);
    await appliance.apply(rendered(firewall({ rules: RULES, ...NAT, staticNat: [] })));
    expect(await get(server, 'http://100.64.1.1:8081/')).toMatchObject({ peer: PUBLIC });
    await appliance.apply(rendered(firewall({ rules: RULES, ...NAT })));
    expect(await get(server, 'http://100.64.1.1:8081/')).toMatchObject({ peer: SECOND_PUBLIC });
    expect(await get(client, `http://${SECOND_PUBLIC}:8080/`)).toMatchObject({ name: 'web-8080' });
  });

  it('changes one rule without cutting connections or forgetting the counters of the others', async (context) => {
    ready(context);
    await appliance.apply(rendered(firewall({ rules: RULES, ...NAT })));
    await get(client, `http://${PUBLIC}/`);
    const before = await counters();
    expect(before.get('r-web')?.packets).toBeGreaterThan(0);
    const slow = client.try('curl', '-sS', '--max-time', '8', `http://${PUBLIC}/slow?ms=2500`);
    const more = rule('r-tls', { ports: [{ first: 8443, last: 8443 }] });
    await appliance.apply(rendered(firewall({ rules: [...RULES, more], ...NAT })));
    expect(await get(client, `http://${PUBLIC}:443/`)).toMatchObject({ name: 'web-8443' });
    expect((await slow).code).toBe(0);
    expect((await counters()).get('r-web')?.packets).toBeGreaterThanOrEqual(
      before.get('r-web')?.packets ?? 0,
    );
    const report = await appliance.api.report(
      'the new rule is counted',
      (each) => (each.counters['r-tls']?.packets ?? 0) > 0,
    );
    expect(report.conntrack?.max).toBeGreaterThan(0);
  });

  it('lets nobody send as somebody else: the port of a card is locked, whatever the firewall says', async (context) => {
    ready(context);
    await server.run('ip', 'address', 'add', '10.0.1.99/24', 'dev', 'eth0');
    expect(await get(server, 'http://100.64.1.1:8081/', '--interface', '10.0.1.99')).toBeUndefined();
    expect(await get(server, 'http://100.64.1.1:8081/', '--interface', '10.0.1.10')).toMatchObject({
      name: 'outside',
    });
    await server.run('ip', 'address', 'delete', '10.0.1.99/24', 'dev', 'eth0');
  });

  it('answers names of the system and leases to its cards', async (context) => {
    ready(context);
    const dns = { domain: 'shop.internal', forwarders: [], records: [{ name: 'web', address: '10.0.1.10' }] };
    const guest = { name: 'guest', mac: '02:00:00:00:00:33', address: '10.0.1.33' };
    const dhcp = { leaseSeconds: 600, networks: [{ zone: 'dmz', hosts: [guest] }] };
    await appliance.apply(rendered(firewall({ rules: RULES, ...NAT, dns, dhcp })));
    const ask = `const r=new (require('dns').Resolver)();r.setServers(['10.0.1.1']);r.resolve4('web.shop.internal',(e,a)=>console.log(e??a[0]))`;
    expect((await server.run(process.execPath, '-e', ask)).trim()).toBe('10.0.1.10');
    const host = await lab.host('guest', { segment: 'dmz', mac: guest.mac });
    const script = join(appliance.folder, 'lease');
    writeFileSync(script, '#!/bin/sh\n[ "$1" = bound ] && echo "lease $ip $router $dns"\nexit 0\n', {
      mode: 0o755,
    });
    const lease = await host.run(
      'busybox',
      'udhcpc',
      '-i',
      'eth0',
      '-n',
      '-q',
      '-f',
      '-t',
      '5',
      '-T',
      '1',
      '-s',
      script,
    );
    expect(lease).toContain('lease 10.0.1.33 10.0.1.1 10.0.1.1');
    const stranger = await lab.host('stranger', { segment: 'dmz', mac: '02:00:00:00:00:44' });
    const { code } = await stranger.try(
      'busybox',
      'udhcpc',
      '-i',
      'eth0',
      '-n',
      '-q',
      '-f',
      '-t',
      '1',
      '-T',
      '1',
      '-s',
      script,
    );
    expect(code).not.toBe(0);
  });
});
