/**
 * The whole way of a packet filter, nothing left out but the hypervisor: a system made through the API on the simulated pool, the
 * appliance's config drive read from the pool's storage, the real agent booted from exactly that in a network namespace that
 * has the network cards of the pool's VM, real packets through it, and what the tenant then sees.
 *
 *   tenant ─► API ─► worker ─► pool ─ config drive ─► appliance (namespace) ◄─ packets ─ client
 *              └──────────── document, reports (TLS) ──────┘         └─► web server (namespace)
 */
import { mkdirSync, rmdirSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import {
  findObstacle,
  Host,
  Lab,
  makeAuthority,
  makeCertificate,
  needs,
  buildAgent,
  started,
  type Tool,
} from '@openvsys/efm-agent';
import { useTestDatabase, useTestRedis } from '@openvsys/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cloud, eventually, readIso, until, type Iso } from '../src/index.js';

const TOOLS: readonly Tool[] = ['nft', 'curl', 'openssl', 'ip'];
/** In the zone's range for appliances, far from the addresses that are given first. */
const API_ADDRESS = '100.64.255.1';
const LIMIT_MS = 60_000;
/** Folders of the appliance as its recipe names them; each is the appliance's own. */
const FOLDERS = ['/etc/openvsys-efm', '/var/lib/openvsys-efm', '/run/openvsys-efm'];
const obstacle = findObstacle(TOOLS);

const DESCRIPTOR = `
apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: real-packets, version: 1.0.0 }
parameters:
  open: { type: integer, default: 8080 }
vnets:
  dmz: { cidr: 10.0.1.0/24 }
publicIps:
  www: {}
efms:
  fw:
    kind: firewall
    type: efm.small
    config:
      sourceNat: { publicIp: www }
      portForwards:
        - { publicIp: www, port: 80, server: web, toPort: 8080 }
        - { publicIp: www, port: 81, server: web, toPort: 8081 }
      rules:
        - { from: internet, to: dmz, protocol: tcp, ports: ['\${open}'], destinations: [web] }
vservers:
  web:
    type: standard.tiny
    image: debian-13
    nics: [{ vnet: dmz }]
`;

const database = useTestDatabase();
const redis = useTestRedis();
let cloud: Cloud;
let lab: Lab;
let front: Server;
let made: readonly string[] = [];

beforeAll(async () => {
  if (obstacle !== undefined) return;
  lab = await Lab.open();
  made = FOLDERS.filter((folder) => mkdirSync(folder, { recursive: true }) !== undefined);
  makeAuthority(lab.folder, 'authority');
  cloud = await Cloud.start({
    databaseUrl: database.url,
    redisUrl: redis.url,
    simulator: { XCP_SIM_TIME_SCALE: '10' },
    api: {
      EFM_AGENT_URL: `https://${API_ADDRESS}`,
      EFM_AGENT_CA_FILE: join(lab.folder, 'authority.pem'),
    },
  });
  front = await serveAgents();
});

afterAll(async () => {
  front?.close();
  front?.closeAllConnections();
  await cloud?.stop();
  await lab?.close();
  for (const folder of made) rmdirSync(folder);
});

/** TLS ends before the API, as its operators are told to do it. */
async function serveAgents(): Promise<Server> {
  const pair = makeCertificate(lab.folder, 'authority', 'api', `IP:${API_ADDRESS}`);
  const { hostname, port } = new URL(cloud.access.url);
  const server = createServer(pair, (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.destroy());
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  const socket = join(lab.folder, 'front.sock');
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  const host = await lab.host('api', {
    segment: 'outside',
    mac: '02:00:00:00:fe:01',
    address: `${API_ADDRESS}/16`,
  });
  await started(host, 'relay', '443', socket);
  return server;
}

interface Card {
  readonly device: number;
  readonly mac: string;
  readonly network: string;
  readonly addresses: readonly string[];
}

/** The network cards of a VM, as the pool has them. */
async function cardsOf(vmName: string): Promise<readonly Card[]> {
  const vm = (await cloud.simulator.table('VM')).find((row) => row['name_label'] === vmName);
  const vifs = (await cloud.simulator.table('VIF')).filter((row) => row['VM'] === vm?.['ref']);
  return vifs
    .map((vif) => ({
      device: Number(vif['device']),
      mac: String(vif['MAC']),
      network: String(vif['network']),
      addresses: vif['ipv4_allowed'] as readonly string[],
    }))
    .toSorted((a, b) => a.device - b.device);
}

/** The config drive, read from the storage of the pool before it is taken away. */
async function readDrive(server: string): Promise<Iso> {
  const user = await cloud.poolUser();
  return eventually(
    async () => {
      const [vdi] = (await user.call('VDI.get_by_name_label', `${server} config`)) as readonly string[];
      return vdi === undefined ? undefined : readIso(await user.readDisk(vdi));
    },
    { for: 'the config drive', limitMs: LIMIT_MS },
  );
}

interface CloudConfig {
  readonly write_files: readonly {
    readonly path: string;
    readonly content: string;
    readonly permissions: string;
  }[];
  readonly runcmd: readonly (readonly string[])[];
}

interface NetworkConfig {
  readonly ethernets: Readonly<
    Record<
      string,
      {
        readonly match: { readonly macaddress: string };
        readonly 'set-name': string;
        readonly addresses: readonly string[];
        readonly routes: readonly { readonly to: string; readonly via: string }[];
      }
    >
  >;
}

/** What cloud-init and systemd do at the first boot, from nothing but the drive. */
async function boot(appliance: Host, { files }: Iso, cards: readonly Card[]): Promise<void> {
  const network = JSON.parse(files['network-config'] ?? '') as NetworkConfig;
  for (const wish of Object.values(network.ethernets)) {
    const card = cards.find(({ mac }) => mac === wish.match.macaddress);
    const name = wish['set-name'];
    await appliance.run('ip', 'link', 'set', `enX${card?.device}`, 'down');
    await appliance.run('ip', 'link', 'set', `enX${card?.device}`, 'name', name, 'up');
    for (const address of wish.addresses) await appliance.run('ip', 'address', 'add', address, 'dev', name);
    for (const { to, via } of wish.routes)
      await appliance.run('ip', 'route', 'add', to, 'via', via, 'dev', name);
  }
  const config = JSON.parse((files['user-data'] ?? '').replace('#cloud-config\n', '')) as CloudConfig;
  for (const folder of FOLDERS) await appliance.run('mount', '-t', 'tmpfs', 'appliance', folder);
  for (const { path, content, permissions } of config.write_files) {
    await appliance.feed(content, 'sh', '-c', `umask 077; cat > ${path} && chmod ${permissions} ${path}`);
  }
  expect(config.runcmd).toEqual([['systemctl', 'enable', '--now', 'openvsys-efm-agent.service']]);
  appliance.spawn(process.execPath, buildAgent(lab));
}

interface EfmView {
  readonly id: string;
  readonly configHash: string;
  readonly agent: {
    readonly appliedHash: string | null;
    readonly outcome: { readonly state: string } | null;
    readonly health: readonly { readonly name: string; readonly ok: boolean }[];
  } | null;
}

interface Counter {
  readonly pointer: string;
  readonly values: Readonly<Record<string, number>>;
}

async function ask<Answer>(path: string, method = 'GET'): Promise<Answer> {
  const { url, token } = cloud.access;
  const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}

/** What an appliance with this token is answered. */
async function pull(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${cloud.access.url}/agent/v1/document`, { headers })).status;
}

const efmOf = async (system: string): Promise<EfmView> => {
  const { items } = await ask<{ items: readonly EfmView[] }>(`/v1/efms?vsys=${system}`);
  if (items[0] === undefined) throw new Error('the system has no EFM');
  return items[0];
};

/** The appliance runs what the tenant wants. */
const applied = async (system: string, not?: string): Promise<EfmView> =>
  eventually(
    async () => {
      const efm = await efmOf(system);
      return efm.agent?.appliedHash === efm.configHash && efm.configHash !== not ? efm : undefined;
    },
    { for: 'the appliance to run what is wanted', limitMs: LIMIT_MS },
  );

it(
  'carries packets as the tenant says, from the API to the wire and back',
  { timeout: 180_000 },
  async (context) => {
    needs(context, ...TOOLS);
    const { operation } = await cloud.tenant.create({ name: 'packets', source: DESCRIPTOR });
    const system = operation.vsysId ?? '';
    const { id: firewall } = await efmOf(system);
    const drive = await readDrive(firewall);
    expect(drive.label).toBe('cidata');
    expect(await cloud.tenant.ended(operation.id)).toMatchObject({ state: 'succeeded' });

    const details = await cloud.tenant.get(system);
    const web = details.vservers.find(({ name }) => name === 'web');
    const [ours, theirs] = [await cardsOf(firewall), await cardsOf(web?.id ?? '')];
    const [webCard] = theirs;
    const segmentOf = ({ network }: Card) => (network === webCard?.network ? 'dmz' : 'outside');
    const plugs = ours.map((card) => ({
      segment: segmentOf(card),
      mac: card.mac,
      link: `enX${card.device}`,
    }));
    const appliance = await lab.host('appliance', ...plugs);
    const server = await lab.host('web', {
      segment: 'dmz',
      mac: webCard?.mac ?? '',
      address: `${webCard?.addresses[0] ?? ''}/24`,
    });
    const inside = ours.find((card) => segmentOf(card) === 'dmz');
    await server.run('ip', 'route', 'add', 'default', 'via', inside?.addresses[0] ?? '');
    await started(server, 'http-server', '8080', 'first');
    await started(server, 'http-server', '8081', 'second');
    const client = await lab.host('client', {
      segment: 'outside',
      mac: '02:00:00:00:fe:02',
      address: '100.64.254.1/16',
    });
    const [publicIp = ''] = details.publicIps.map(({ address }) => address);
    await client.run('ip', 'route', 'add', `${publicIp}/32`, 'dev', 'eth0');
    const get = async (port: number): Promise<string> => {
      const { code, stdout } = await client.try('curl', '-sS', '-m', '2', `http://${publicIp}:${port}/`);
      return code === 0 ? (JSON.parse(stdout) as { name: string }).name : 'nothing';
    };

    await boot(appliance, drive, ours);
    const before = await applied(system);
    expect(before.agent?.outcome).toMatchObject({ state: 'applied' });
    expect([await get(80), await get(81)]).toEqual(['first', 'nothing']);

    const asked = performance.now();
    const change = await cloud.tenant.change(system, { open: 8081 });
    const after = await applied(system, before.configHash);
    await context.annotate(
      `a rule changed through the API runs after ${(performance.now() - asked).toFixed(0)} ms`,
    );
    expect([await get(80), await get(81)]).toEqual(['nothing', 'second']);
    expect(await cloud.tenant.ended(change.operation.id)).toMatchObject({ state: 'succeeded' });

    expect(after.agent?.health.filter(({ ok }) => !ok)).toEqual([]);
    const first = /ovs_[\w-]+/.exec(drive.files['user-data'] ?? '')?.[0] ?? '';
    await ask(`/v1/efms/${firewall}/token/renew`, 'POST');
    await until(
      async () => {
        const { items } = await ask<{ items: readonly Counter[] }>(`/v1/efms/${firewall}/counters`);
        const rule = items.find(({ pointer }) => pointer === '/config/rules/0');
        return (rule?.values['packets'] ?? 0) > 0;
      },
      { for: 'the packets that the rule let pass', limitMs: LIMIT_MS },
    );
    await until(async () => (await pull(first)) === 401, {
      for: 'the token of the drive to be worth nothing',
      limitMs: LIMIT_MS,
    });
    // With its new token the appliance goes on as before.
    await cloud.tenant.change(system, { open: 8080 });
    await applied(system, after.configHash);
    expect([await get(80), await get(81)]).toEqual(['first', 'nothing']);
  },
);
