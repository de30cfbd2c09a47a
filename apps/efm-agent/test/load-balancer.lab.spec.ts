/** The load balancer with real packets: HAProxy of the machine, run by the agent from documents of the renderer. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListenerInput, LoadBalancerInput, MemberInput } from '@openvsys/vsys';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { rendered } from '../src/lab/documents.js';
import { Appliance, started } from '../src/lab/appliance.js';
import { makeAuthority, makeCertificate } from '../src/lab/certificates.js';
import { endOf, type Host } from '../src/lab/host.js';
import { Lab } from '../src/lab/lab.js';
import { programOf } from '../src/lab/programs.js';
import { findObstacle, needs, type Tool } from '../src/lab/requirements.js';

const TOOLS: readonly Tool[] = ['haproxy', 'nft', 'curl', 'openssl'];
const UPLINK = '02:00:00:00:00:01';
const INSIDE = '02:00:00:00:00:02';
const PUBLIC = '203.0.113.5';
const member = (n: number, changes: Partial<MemberInput> = {}): MemberInput => ({
  name: `web-${n}`,
  address: `10.0.2.1${n}`,
  weight: 100,
  state: 'ready',
  ...changes,
});
const listener = (changes: Partial<ListenerInput> = {}): ListenerInput => ({
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
  members: [member(1), member(2), member(3)],
  healthCheck: {
    type: 'http',
    path: '/health',
    host: null,
    status: null,
    intervalSeconds: 1,
    timeoutSeconds: 1,
    rise: 1,
    fall: 1,
  },
  ...changes,
});
const balancer = (listeners: readonly ListenerInput[], changes: Partial<LoadBalancerInput> = {}) =>
  rendered({
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
    listeners,
    certificates: [],
    authorities: [],
    ...changes,
  });

interface Load {
  readonly answers: Record<string, number>;
  readonly errors: Record<string, number>;
  readonly lost: number;
  readonly longestGapMs: number;
}

describe('an appliance with a load balancer', () => {
  let lab: Lab;
  let appliance: Appliance;
  let client: Host;
  const servers: ChildProcessWithoutNullStreams[] = [];

  beforeAll(async () => {
    if (findObstacle(TOOLS) !== undefined) return;
    lab = await Lab.open();
    appliance = await Appliance.plug(lab, {
      bootAddress: '100.64.0.2/16',
      cards: [
        { segment: 'outside', mac: UPLINK, link: 'uplink' },
        { segment: 'app', mac: INSIDE, link: 'enX1' },
      ],
    });
    client = await lab.host('client', {
      segment: 'outside',
      mac: '02:00:00:00:00:11',
      address: '100.64.1.1/16',
    });
    await client.run('ip', 'route', 'add', '203.0.113.0/24', 'dev', 'eth0');
    for (const n of [1, 2, 3]) {
      const address = `10.0.2.1${n}/24`;
      const server = await lab.host(`web-${n}`, { segment: 'app', mac: `02:00:00:00:01:0${n}`, address });
      servers.push(await started(server, 'http-server', '8080', `web-${n}`));
    }
    await appliance.boot();
  });
  afterAll(async () => {
    await appliance?.api.close();
    await lab?.close();
  });

  const ready = (context: TestContext) => needs(context, ...TOOLS);
  const apply = async (...args: Parameters<typeof balancer>) => {
    const wanted = balancer(...args);
    appliance.api.want(wanted);
    const { outcome } = await appliance.api.report(
      'it is decided',
      (report) => report.outcome?.hash === wanted.document.hash,
    );
    expect(outcome).toMatchObject({ state: 'applied', reason: '' });
  };
  const curl = async (...args: readonly string[]) => {
    const { code, stdout } = await client.try('curl', '-sS', '--max-time', '3', ...args);
    return code === 0 ? (JSON.parse(stdout) as { name: string; forwardedFor?: string }) : undefined;
  };
  const seen = async (requests: number, ...args: readonly string[]) => {
    const names: (string | undefined)[] = [];
    for (let n = 0; n < requests; n += 1) names.push((await curl(`http://${PUBLIC}/`, ...args))?.name);
    return new Set(names);
  };
  const load = async (mode: 'close' | 'keep-alive', work: () => Promise<void>): Promise<Load> => {
    const program = programOf('http-load');
    const child = client.spawn(process.execPath, program, `http://${PUBLIC}/`, '16', mode);
    const ended = endOf(child);
    await new Promise((resolve) => {
      child.stdout.once('data', resolve);
    });
    await work();
    child.stdin.end();
    return JSON.parse((await ended).stdout.split('\n')[1] ?? '') as Load;
  };
  const statusOf = async (name: string, status: string, since: number) =>
    appliance.api.report(
      `${name} is ${status}`,
      (report) =>
        appliance.api.reports.indexOf(report) >= since &&
        report.members.some((each) => each.member === name && each.status.startsWith(status)),
    );

  it('spreads requests over the members and tells them who asked', async (context) => {
    ready(context);
    await apply([listener()]);
    expect(await seen(6)).toEqual(new Set(['web-1', 'web-2', 'web-3']));
    expect((await curl(`http://${PUBLIC}/`))?.forwardedFor).toBe('100.64.1.1');
  });

  it('takes a member out when its health check fails, and back; a reload does not forget', async (context) => {
    ready(context);
    const since = appliance.api.reports.length;
    servers[1]!.stdin.write('down\n');
    await statusOf('web-2', 'DOWN', since);
    expect(await seen(6)).toEqual(new Set(['web-1', 'web-3']));
    const result = await load('close', async () => {
      await apply([listener({ maxConnections: 2_001 })]);
    });
    expect(result.answers['web-2'] ?? 0).toBe(0);
    const healed = appliance.api.reports.length;
    servers[1]!.stdin.write('up\n');
    await statusOf('web-2', 'UP', healed);
    expect(await seen(6)).toEqual(new Set(['web-1', 'web-2', 'web-3']));
  });

  it('drains a member and takes new configurations under load without losing a request', async (context) => {
    ready(context);
    for (const mode of ['close', 'keep-alive'] as const) {
      const result = await load(mode, async () => {
        await apply([listener({ members: [member(1), member(2), member(3, { state: 'drain' })] })]);
        await apply([listener({ members: [member(1), member(2), member(3, { state: 'maintenance' })] })]);
        await apply([listener({ members: [member(1), member(2)], maxConnections: 1_500 })]);
        await apply([listener()]);
      });
      expect([mode, result.errors]).toEqual([mode, {}]);
      expect(result.lost).toBe(0);
      expect(Object.values(result.answers).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(500);
      await context.annotate(`${mode}: ${JSON.stringify(result)}`);
    }
    await apply([listener({ members: [member(1), member(2), member(3, { state: 'drain' })] })]);
    expect(await seen(6)).toEqual(new Set(['web-1', 'web-2']));
  });

  it('keeps a client with its member', async (context) => {
    ready(context);
    await apply([listener({ persistence: { type: 'cookie', seconds: 60 } })]);
    const jar = join(appliance.folder, 'cookies');
    expect((await seen(5, '-b', jar, '-c', jar)).size).toBe(1);
    await apply([listener({ persistence: { type: 'source-address', seconds: 60 } })]);
    expect((await seen(5)).size).toBe(1);
  });

  it('shows the certificate of the name that was asked for, and asks clients for theirs', async (context) => {
    ready(context);
    const folder = appliance.folder;
    const authority = makeAuthority(folder, 'public');
    const people = makeAuthority(folder, 'people');
    const pairs = ['www', 'shop'].map(
      (name) => [name, makeCertificate(folder, 'public', name, `DNS:${name}.example`)] as const,
    );
    makeCertificate(folder, 'people', 'anna', 'DNS:anna');
    writeFileSync(join(folder, 'public.pem'), authority.cert);
    const secrets = Object.fromEntries(
      pairs.map(([name, { cert, key }]) => [`certificates/${name}.pem`, cert + key]),
    );
    const store = {
      secrets,
      certificates: pairs.map(([name, { cert }]) => ({ name, certificate: cert })),
      authorities: [{ name: 'people', certificates: people.cert }],
    };
    const https = { name: 'https', protocol: 'https', port: 443, certificates: ['www', 'shop'] } as const;
    await apply([listener(https)], store);
    const to = (name: string, ...args: readonly string[]) =>
      curl(
        '--cacert',
        join(folder, 'public.pem'),
        '--resolve',
        `${name}:443:${PUBLIC}`,
        ...args,
        `https://${name}/`,
      );
    for (const name of ['www.example', 'shop.example']) expect((await to(name))?.name).toMatch(/^web-/);
    expect(await to('other.example')).toBeUndefined();

    await apply([listener({ ...https, clientCertificates: { authority: 'people', required: true } })], store);
    expect(await to('www.example')).toBeUndefined();
    const own = ['--cert', join(folder, 'anna.pem'), '--key', join(folder, 'anna.key')];
    expect((await to('www.example', ...own))?.name).toMatch(/^web-/);
    const { stdout } = await appliance.host.try(
      'find',
      folder,
      '-name',
      'www.pem',
      '-path',
      '*versions*',
      '-perm',
      '600',
    );
    expect(stdout).toContain('certificates/www.pem');
  });

  it('refuses what HAProxy refuses and goes on', async (context) => {
    ready(context);
    const good = balancer([listener()]);
    const file = good.document.files['haproxy.cfg'] ?? '';
    const { hash: _hash, ...content } = good.document;
    const { documentOf } = await import('../src/lab/documents.js');
    const broken = documentOf({
      ...content,
      files: { ...content.files, 'haproxy.cfg': `${file}\nbackend b\n  balance wrongly\n` },
    });
    appliance.api.want(broken);
    const { outcome } = await appliance.api.report(
      'it is refused',
      (report) => report.outcome?.hash === broken.document.hash,
    );
    expect(outcome).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('balance only supports'),
    });
    await apply([listener()]);
    expect(await seen(3)).toEqual(new Set(['web-1', 'web-2', 'web-3']));
  });
});
