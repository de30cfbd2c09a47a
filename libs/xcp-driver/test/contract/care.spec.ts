/** Looking at a pool, emptying a host, what lies about, another login (D1–D3, D60). */
import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimServer, type SimServerOptions } from '@openvsys/xcp-sim';
import { hostUuid, type HostUuid, type MaintenanceProgress, type PoolLogin } from '@openvsys/vsys';
import { probePool, type XcpPool } from '../../src/index.js';
import { administrator, converge, openBench, WIRES, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const noLimit = new AbortController().signal;
const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const FINGERPRINT = new X509Certificate(fixture('pool-cert.pem')).fingerprint256
  .replaceAll(':', '')
  .toLowerCase();

describe.each(WIRES)('a host in maintenance over %s', (wire) => {
  let bench: Bench;
  afterEach(async () => bench.close());
  const pool = (): XcpPool => bench.hypervisor;

  async function hostWithServers(): Promise<HostUuid> {
    await converge(pool(), sampleSpec(pool().capacity().srs[0]!.uuid));
    const hosts = pool()
      .observe(VSYS)
      .servers.map(({ host }) => host);
    return hosts.find((host) => host !== null && host !== bench.sim.master.uuid)!;
  }
  const serversOn = (host: HostUuid): number =>
    pool()
      .observe(VSYS)
      .servers.filter((server) => server.host === host).length;

  it('is emptied live, a few at a time, and comes back (D60)', async () => {
    bench = await openBench(wire);
    const host = await hostWithServers();
    const there = serversOn(host);
    const plan = await pool().care.planMaintenance(host, noLimit);
    expect(plan).toMatchObject({ host, isEnabled: true, obstacles: [] });
    expect(plan.moves).toHaveLength(there);
    expect(plan.moves.every(({ to, server }) => to !== host && server !== null)).toBe(true);

    const told: MaintenanceProgress[] = [];
    const onProgress = (progress: MaintenanceProgress): void => void told.push(progress);
    const ended = await pool().care.enterMaintenance(host, { concurrency: 1, onProgress, signal: noLimit });
    expect(ended).toMatchObject({ moved: there, moves: [], obstacles: [], isEnabled: false });
    expect(serversOn(host)).toBe(0);
    expect(Math.max(...told.map(({ moving }) => moving))).toBe(1);
    expect(
      pool()
        .observe(VSYS)
        .servers.every(({ power }) => power === 'running'),
    ).toBe(true);
    expect(
      pool()
        .capacity()
        .hosts.find(({ uuid }) => uuid === host)?.available,
    ).toBe(false);
    const described = await pool().care.describe(noLimit);
    expect(described.members.find(({ uuid }) => uuid === host)).toMatchObject({
      inMaintenance: true,
      isEnabled: false,
    });

    await pool().care.leaveMaintenance(host, noLimit);
    await pool().care.leaveMaintenance(host, noLimit);
    expect(
      pool()
        .capacity()
        .hosts.find(({ uuid }) => uuid === host)?.available,
    ).toBe(true);
    expect((await pool().care.describe(noLimit)).members.some(({ inMaintenance }) => inMaintenance)).toBe(
      false,
    );
  });

  it('keeps what cannot move, with the reason, and stays closed (D60)', async () => {
    bench = await openBench(wire);
    const host = await hostWithServers();
    const admin = await administrator(bench);
    const vm = bench.sim.db
      .rows('VM')
      .find(
        (row) =>
          row.text('name_label').startsWith(VSYS) &&
          bench.sim.db.find('host', row.link('resident_on'))?.uuid === host,
      )!;
    await admin.call('VM.add_to_blocked_operations', vm.ref, 'pool_migrate', 'leave me');
    const onProgress = (): void => undefined;
    const ended = await pool().care.enterMaintenance(host, { concurrency: 2, onProgress, signal: noLimit });
    expect(ended.obstacles).toMatchObject([{ uuid: vm.uuid, code: 'OPERATION_BLOCKED' }]);
    expect(ended.obstacles[0]?.reason).toContain('forbidden');
    expect(ended.isEnabled).toBe(false);
    expect(serversOn(host)).toBe(1);
    await admin.call('VM.remove_from_blocked_operations', vm.ref, 'pool_migrate');
    const again = await pool().care.enterMaintenance(host, { concurrency: 2, onProgress, signal: noLimit });
    expect(again).toMatchObject({ moved: 1, obstacles: [] });
  });

  it('is gone on from after a crash, by another driver', async () => {
    bench = await openBench(wire);
    const host = await hostWithServers();
    const dying = new AbortController();
    const first = pool().care.enterMaintenance(host, {
      concurrency: 1,
      onProgress: ({ moving }) => {
        if (moving > 0) dying.abort();
      },
      signal: dying.signal,
    });
    await expect(first).rejects.toThrow();
    const next = bench.another();
    await next.open(noLimit);
    const ended = await next.care.enterMaintenance(host, {
      concurrency: 3,
      onProgress: () => undefined,
      signal: noLimit,
    });
    expect(ended).toMatchObject({ moves: [], obstacles: [] });
    await expect.poll(() => serversOn(host)).toBe(0);
    await next.close();
  });

  it('must exist', async () => {
    bench = await openBench(wire);
    const nobody = hostUuid('00000000-0000-4000-8000-0000000000ff');
    await expect(pool().care.planMaintenance(nobody, noLimit)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a server with a disk on storage of its host alone', () => {
  let bench: Bench;
  afterEach(async () => bench.close());

  it('stays where it is in maintenance, with the reason, and its disk is not moved (D52)', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid));
    const { db, master } = bench.sim;
    const guest = db
      .rows('VM')
      .find((vm) => vm.text('name_label').startsWith(VSYS) && vm.link('resident_on') !== master.ref)!;
    await expect.poll(() => guest.link('guest_metrics'), { timeout: 15_000 }).not.toBe('OpaqueRef:NULL');
    const host = db.get('host', guest.link('resident_on'));
    const { call } = await administrator(bench);
    const own = await call('SR.create', host.ref, {}, 2 ** 40, 'own', '', 'ext', 'user', false, {});
    const disk = { name_label: 'x', SR: own, virtual_size: 2 ** 30, type: 'user' };
    const VDI = await call('VDI.create', { ...disk, sharable: false, read_only: false, other_config: {} });
    const drive = { VM: guest.ref, VDI, userdevice: '9', bootable: false, mode: 'RW', type: 'Disk' };
    const qos = { qos_algorithm_type: '', qos_algorithm_params: {} };
    const vbd = await call('VBD.create', { ...drive, empty: false, other_config: {}, ...qos });
    await call('VBD.plug', vbd);
    const { care } = bench.hypervisor;
    const onProgress = (): void => undefined;
    const wish = { concurrency: 2, onProgress, signal: noLimit };
    const { obstacles } = await care.enterMaintenance(host.uuid as HostUuid, wish);
    expect(obstacles).toMatchObject([{ uuid: guest.uuid, code: 'VM_REQUIRES_SR' }]);
    expect(obstacles[0]?.reason).toContain('moved together with them');
    expect([guest.text('power_state'), guest.link('resident_on')]).toEqual(['Running', host.ref]);
    expect(db.get('VDI', String(VDI)).link('SR')).toBe(own);
    expect(bench.sim.log.callsPerMethod()['Async.VM.migrate_send']).toBeUndefined();
  });
});

describe('the coordinator in maintenance', () => {
  let bench: Bench;
  afterEach(async () => bench.close());
  const empty = (host: HostUuid) =>
    bench.hypervisor.care.enterMaintenance(host, {
      concurrency: 2,
      onProgress: () => undefined,
      signal: noLimit,
    });

  it('makes another host coordinator first, as planned, then is emptied (D60)', async () => {
    bench = await openBench('in-process');
    const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
    await converge(bench.hypervisor, spec);
    const old = bench.sim.master.uuid as HostUuid;
    const { care } = bench.hypervisor;
    const plan = await care.planMaintenance(old, noLimit);
    expect(plan).toMatchObject({ isCoordinator: true, obstacles: [] });
    const ended = await empty(old);
    expect(ended).toMatchObject({ isCoordinator: false, successor: null, isEnabled: false, obstacles: [] });
    expect(bench.sim.master.uuid).toBe(plan.successor);
    expect(bench.sim.log.callsPerMethod()['pool.designate_new_master']).toBe(1);
    const { servers } = bench.hypervisor.observe(VSYS);
    expect(servers.every(({ power, host }) => power === 'running' && host !== old)).toBe(true);
    // Once emptied, it does not become coordinator by being emptied again, nor by coming back.
    await empty(old);
    await care.leaveMaintenance(old, noLimit);
    expect(bench.sim.master.uuid).toBe(plan.successor);
    await converge(bench.hypervisor, { ...spec, presence: 'absent', generation: 2 });
  });

  it('stays coordinator when nobody can take over, and that is planned (D60)', async () => {
    bench = await openBench('in-process', { hostCount: 1 });
    const only = bench.sim.master.uuid as HostUuid;
    const plan = await bench.hypervisor.care.planMaintenance(only, noLimit);
    expect(plan).toMatchObject({ isCoordinator: true, successor: null });
    expect(await empty(only)).toMatchObject({ isCoordinator: true, isEnabled: false });
    expect(bench.sim.log.callsPerMethod()['pool.designate_new_master']).toBeUndefined();
  });
});

describe('what lies about in a pool', () => {
  let bench: Bench;
  afterEach(async () => bench.close());
  const pool = (): XcpPool => bench.hypervisor;
  const webVm = () => bench.sim.db.rows('VM').find((row) => row.text('name_description') === 'web-1')!;

  it('shows copies, foreign disks on our servers, and what is in use', async () => {
    bench = await openBench('in-process');
    const sr = pool().capacity().srs[0]!.uuid;
    await converge(pool(), sampleSpec(sr));
    const admin = await administrator(bench);
    const srRef = bench.sim.db.rows('SR').find((row) => row.uuid === sr)!.ref;
    const vdi = String(
      await admin.call('VDI.create', {
        name_label: 'theirs',
        name_description: '',
        SR: srRef,
        virtual_size: '1073741824',
        type: 'user',
        sharable: false,
        read_only: false,
        other_config: {},
        xenstore_data: {},
        sm_config: {},
        tags: [],
      }),
    );
    await admin.call('VBD.create', {
      VM: webVm().ref,
      VDI: vdi,
      userdevice: '7',
      bootable: false,
      mode: 'RW',
      type: 'Disk',
      unpluggable: true,
      empty: false,
      other_config: {},
      qos_algorithm_type: '',
      qos_algorithm_params: {},
    });
    const copy = String(await admin.call('VM.snapshot', webVm().ref, 'a copy'));
    const found = await expect
      .poll(() =>
        pool()
          .care.survey()
          .filter(({ genuine }) => !genuine)
          .map(({ name }) => name),
      )
      .toEqual(expect.arrayContaining(['theirs', 'a copy']))
      .then(() => pool().care.survey());
    expect(found.find(({ name }) => name === 'theirs')).toMatchObject({
      class: 'VDI',
      genuine: false,
      attachedTo: webVm().text('name_label'),
      inUse: true,
    });
    expect(found.find(({ name }) => name === 'a copy')).toMatchObject({ class: 'VM', genuine: false });
    expect(copy).toMatch(/^OpaqueRef:/);
  });

  it('is removed only when it proves to be ours and is not in use', async () => {
    bench = await openBench('in-process');
    await converge(pool(), sampleSpec(pool().capacity().srs[0]!.uuid));
    const admin = await administrator(bench);
    const vm = webVm();
    const orphan = { uuid: vm.uuid, vsys: VSYS };
    await expect(pool().care.removeOrphan(orphan, noLimit)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('not halted') as string,
    });
    const snapshot = bench.sim.db.get('VM', String(await admin.call('VM.snapshot', vm.ref, 'a copy')));
    const seen = (): boolean =>
      pool()
        .care.survey()
        .some(({ uuid }) => uuid === snapshot.uuid);
    await expect.poll(seen).toBe(true);
    const copy = { uuid: snapshot.uuid, vsys: VSYS };
    await expect(pool().care.removeOrphan(copy, noLimit)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('does not prove') as string,
    });
    await admin.call('VM.hard_shutdown', vm.ref);
    await pool().care.removeOrphan(orphan, noLimit);
    expect(bench.sim.db.rows('VM').some(({ uuid }) => uuid === vm.uuid)).toBe(false);
    expect(bench.sim.db.rows('VM').some(({ uuid }) => uuid === snapshot.uuid)).toBe(true);
    await expect(pool().care.removeOrphan(orphan, noLimit)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('looking at a pool', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  async function serve(options: Partial<SimServerOptions> = {}) {
    const server = await startSimServer({ profile: 'instant', ...options });
    closers.push(() => server.close());
    return server;
  }
  const loginTo = (urls: readonly string[], more: Partial<PoolLogin> = {}): PoolLogin => ({
    urls,
    username: 'root',
    password: 'secret',
    fingerprints: [],
    ca: null,
    ...more,
  });
  const probe = async (login: PoolLogin) => probePool(login, { originator: 'probe' }, noLimit);
  const tls = Array.from({ length: 3 }, () => ({
    key: fixture('pool-key.pem'),
    cert: fixture('pool-cert.pem'),
  }));

  it('by any member tells what it is and leaves no session', async () => {
    const server = await serve();
    for (const { url } of server.hosts) {
      const seen = await probe(loginTo([url]));
      expect(seen.uuid).toBe(server.pool.db.rows('pool')[0]!.uuid);
      expect(seen.members).toHaveLength(3);
      expect(seen.members.filter(({ isCoordinator }) => isCoordinator)).toHaveLength(1);
      expect(seen.capabilities).toContain('live-migration');
      expect(seen.apiVersion).toMatch(/^\d+\.\d+$/);
    }
    expect(server.pool.db.rows('session').filter((row) => row.text('originator') === 'probe')).toEqual([]);
  });

  it('names the certificate that is to be confirmed, and sends no password before', async () => {
    const server = await serve({ tls });
    const [first] = server.hosts;
    const unknown = probe(loginTo([first!.url]));
    await expect(unknown).rejects.toMatchObject({
      code: 'pool-refused',
      details: { certificates: [{ url: first!.url, fingerprint: FINGERPRINT }] },
    });
    const wrong = probe(loginTo([first!.url], { fingerprints: ['00'.repeat(32)] }));
    await expect(wrong).rejects.toMatchObject({ details: { certificates: [{ fingerprint: FINGERPRINT }] } });
    expect(server.pool.log.list(0, 100).filter(({ method }) => method.startsWith('session.'))).toEqual([]);
    expect((await probe(loginTo([first!.url], { fingerprints: [FINGERPRINT] }))).members).toHaveLength(3);
    expect((await probe(loginTo([first!.url], { ca: fixture('pool-cert.pem') }))).members).toHaveLength(3);
  });

  it('says what is wrong: the password, the address, what answers there', async () => {
    const server = await serve();
    const [first] = server.hosts;
    const password = probe(loginTo([first!.url], { password: 'wrong' }));
    await expect(password).rejects.toMatchObject({
      code: 'pool-refused',
      details: { xenapi: 'SESSION_AUTHENTICATION_FAILED' },
    });
    await expect(probe(loginTo(['http://127.0.0.1:1']))).rejects.toMatchObject({ code: 'pool-unreachable' });
    const { createServer } = await import('node:http');
    const web = createServer((_, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    closers.push(async () => void web.close());
    const { port } = web.address() as { port: number };
    await expect(probe(loginTo([`http://127.0.0.1:${port}`]))).rejects.toMatchObject({
      code: 'pool-refused',
      message: expect.stringContaining('does not speak XenAPI') as string,
    });
  });
});

describe('another login', () => {
  it('is used for what comes next while what is under way ends as it began', async () => {
    const bench = await openBench('in-process', {
      directory: [{ name: 'next', password: 'new', role: 'pool-admin' }],
    });
    const pool = bench.another();
    await pool.open(noLimit);
    const spec = sampleSpec(pool.capacity().srs[0]!.uuid);
    const working = converge(pool, spec);
    await bench.clock.sleep(50);
    const login = {
      urls: bench.urls.slice(1),
      username: 'next',
      password: 'new',
      fingerprints: [],
      ca: null,
    };
    pool.care.useLogin(login);
    await working;
    expect(pool.observe(VSYS).servers).toHaveLength(4);
    const users = (): string[] =>
      bench.sim.db
        .rows('session')
        .map((row) => row.text('auth_user_name'))
        .toSorted();
    await bench.clock.sleep(60_000);
    expect(users()).toEqual(['next', 'root']);
    expect(pool.health().connected).toBe(true);
    await pool.close();
    expect(users()).toEqual(['root']);
    await bench.close();
  });
});
