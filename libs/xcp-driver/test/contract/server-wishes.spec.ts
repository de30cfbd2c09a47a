/** What a server may be besides running: at rest, tuned, on a bounded or an external network, with a drive for its first boot. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  EXTERNAL_NET,
  nextActions,
  vserverIdOf,
  type NicSpec,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import type { FaultEffect } from '@openvsys/xcp-sim';
import { converge, liveObjects, openBench, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const WEB = vserverIdOf(VSYS, 2);
let bench: Bench;
afterEach(async () => bench.close());

const row = (cls: string, name: string) =>
  bench.sim.db.rows(cls).find((each) => each.text('name_label') === name)!;
const vm = () => row('VM', WEB);
const vif = () => bench.sim.db.rows('VIF').find((each) => each.link('VM') === vm().ref)!;
const seen = () => bench.hypervisor.observe(VSYS).servers.find(({ id }) => id === WEB)!;
const base = (): VsysSpec => sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);

const changed = (spec: VsysSpec, change: Partial<VServerSpec>): VsysSpec => ({
  ...spec,
  servers: spec.servers.map((server) => (server.id === WEB ? { ...server, ...change } : server)),
});
const onNic = (spec: VsysSpec, change: Partial<NicSpec>): VsysSpec =>
  changed(spec, {
    nics: spec.servers.find(({ id }) => id === WEB)!.nics.map((nic) => ({ ...nic, ...change })),
  });
const kinds = async (spec: VsysSpec): Promise<string[]> =>
  (await converge(bench.hypervisor, spec)).map(({ kind }) => kind);

describe('a server at rest', () => {
  it('is paused and suspended as wanted, and comes back', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, changed(spec, { power: 'paused' }));
    expect(vm().text('power_state')).toBe('Paused');
    expect(await kinds(changed(spec, { power: 'suspended' }))).toEqual(['vserver.start', 'vserver.suspend']);
    expect(vm().text('power_state')).toBe('Suspended');
    expect(seen()).toMatchObject({ power: 'suspended', host: null });
    expect(await kinds(spec)).toEqual(['vserver.start']);
    expect(vm().text('power_state')).toBe('Running');
  });

  it('is woken for a change that needs it, and asked before it is shut down', async () => {
    bench = await openBench('in-process');
    const spec = changed(base(), { power: 'suspended' });
    await converge(bench.hypervisor, spec);
    expect(await kinds(changed(spec, { nics: [] }))).toEqual([
      'vserver.start',
      'nic.destroy',
      'vserver.suspend',
    ]);
    expect(await kinds(changed(spec, { power: 'stopped' }))).toContain('vserver.stop');
    expect(bench.sim.log.callsPerMethod()['Async.VM.clean_shutdown']).toBe(1);
  });

  it('leaves nothing behind when it is deleted', async () => {
    bench = await openBench('in-process');
    const before = liveObjects(bench.sim);
    const spec = changed(base(), { power: 'suspended' });
    await converge(bench.hypervisor, spec);
    await converge(bench.hypervisor, { ...spec, presence: 'absent' });
    expect(liveObjects(bench.sim)).toEqual(before);
  });
});

describe('a guest that is asked to shut down', () => {
  const LIMIT_MS = 60_000;
  const IGNORES: FaultEffect = { kind: 'slow', ms: 3_600_000 };
  const FAILS: FaultEffect = { kind: 'error', code: 'VM_SHUTDOWN_TIMEOUT', params: ['OpaqueRef:vm', '1200'] };

  it.each([
    ['does not answer', IGNORES, LIMIT_MS],
    ['is given up by the pool', FAILS, 0],
  ])('and %s loses its power when its time is over, not before (D48)', async (_, effect, leastMs) => {
    bench = await openBench('in-process', {}, { cleanShutdownMs: LIMIT_MS });
    const spec = base();
    await converge(bench.hypervisor, spec);
    bench.sim.faults.add({ method: 'Async.VM.clean_shutdown', nth: 1, count: 1, effect });
    const before = bench.clock.now().getTime();
    expect(await kinds(changed(spec, { power: 'stopped' }))).toEqual(['vserver.stop']);
    const tookMs = bench.clock.now().getTime() - before;
    expect(tookMs).toBeGreaterThanOrEqual(leastMs);
    expect(tookMs).toBeLessThan(leastMs + 30_000);
    expect(vm().text('power_state')).toBe('Halted');
    expect(bench.sim.log.callsPerMethod()['Async.VM.hard_shutdown']).toBe(1);
  });
});

describe('the tuning of a server', () => {
  const TUNING = { cpuWeight: 512, cpuMask: [0, 2], coresPerSocket: 2, onCrash: 'preserve' } as const;

  it('is written, observed, and given back when it is no longer wanted', async () => {
    bench = await openBench('in-process');
    const spec = changed(base(), { tuning: TUNING, minMemoryMiB: 1024 });
    await converge(bench.hypervisor, spec);
    expect(vm().map('VCPUs_params')).toMatchObject({ weight: '512', cap: '0', mask: '0,2' });
    expect(vm().map('platform')).toMatchObject({ 'cores-per-socket': '2' });
    expect(vm().text('actions_after_crash')).toBe('preserve');
    expect(seen()).toMatchObject({ tuning: TUNING, minMemoryMiB: 1024, memoryMiB: 2048 });
    // Not by a halt: only the memory range needs one.
    expect(await kinds(changed(spec, { tuning: { cpuCap: 50 } }))).toEqual(['vserver.configure']);
    expect(vm().map('VCPUs_params')).toEqual({ weight: '256', cap: '50' });
    expect(vm().map('platform')).not.toHaveProperty('cores-per-socket');
    expect(await kinds(base())).toEqual(['vserver.stop', 'vserver.configure', 'vserver.start']);
    expect(vm().map('VCPUs_params')).toEqual({});
    expect(seen()).not.toHaveProperty('minMemoryMiB');
  });

  it('tells the pool in which order servers of a dead host come back', async () => {
    bench = await openBench('in-process');
    const spec = changed(base(), { tuning: { afterHostFailure: 'restart', restartOrder: 3 } });
    await converge(bench.hypervisor, spec);
    expect([vm().text('ha_restart_priority'), vm().int('order')]).toEqual(['restart', 3]);
    expect(await kinds(spec)).toEqual([]);
    expect(await kinds(base())).toEqual(['vserver.configure']);
    expect([vm().text('ha_restart_priority'), vm().int('order')]).toEqual(['', 0]);
  });

  it('leaves alone what the image brings', async () => {
    bench = await openBench('in-process');
    const template = row('VM', 'debian-13');
    await bench.sim.dispatch(0, {
      method: 'VM.set_platform',
      params: [await session(), template.ref, { ...template.map('platform'), 'cores-per-socket': '4' }],
    });
    await converge(bench.hypervisor, base());
    expect(vm().map('platform')).toMatchObject({ 'cores-per-socket': '4' });
    expect(seen()).not.toHaveProperty('tuning');
  });
});

async function session(): Promise<unknown> {
  const login = { method: 'session.login_with_password', params: ['root', 'secret', '1.0', 'test'] };
  return (await bench.sim.dispatch(0, login)).value;
}

describe('a NIC', () => {
  it('gets and loses addresses while it stays plugged', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, spec);
    const before = vif().ref;
    const wider = onNic(spec, { alsoIpv4: ['203.0.113.7', '203.0.113.8'] });
    expect(await kinds(wider)).toEqual(['nic.configure']);
    expect(vif().ref).toBe(before);
    expect(vif().set('ipv4_allowed').toSorted()).toEqual(['10.2.0.12', '203.0.113.7', '203.0.113.8']);
    expect(await kinds(spec)).toEqual(['nic.configure']);
    expect(vif().set('ipv4_allowed')).toEqual(['10.2.0.12']);
  });

  it('may use its IPv6 address and no other, from when its network has IPv6', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, spec);
    expect(vif().set('ipv6_allowed')).toEqual([]);
    const wider = onNic(spec, { ipv6: 'fd12::a02:c' });
    expect(await kinds(wider)).toEqual(['nic.configure']);
    expect([vif().set('ipv6_allowed'), vif().text('locking_mode')]).toEqual([['fd12::a02:c'], 'locked']);
    await converge(bench.hypervisor, { ...spec, presence: 'absent' });
    await converge(bench.hypervisor, wider);
    expect(vif().set('ipv6_allowed')).toEqual(['fd12::a02:c']);
    expect(nextActions(wider, bench.hypervisor.observe(VSYS))).toEqual([]);
  });

  it('has an MTU and a rate limit', async () => {
    bench = await openBench('in-process');
    const spec = onNic(base(), { mtu: 9000, rateLimitKBps: 1250 });
    await converge(bench.hypervisor, spec);
    expect(vif().int('MTU')).toBe(9000);
    expect(vif().map('qos_algorithm_params')).toEqual({ kbps: '1250' });
    expect(await kinds(base())).toEqual(['nic.destroy', 'nic.create']);
    expect(vif().text('qos_algorithm_type')).toBe('');
  });

  it('leads outside by the network that is marked, else by the one of the management, and never changes it', async () => {
    bench = await openBench('in-process');
    const networks = bench.sim.db.count('network');
    const outside = onNic(base(), { net: EXTERNAL_NET, ipv4: '100.64.0.9', alsoIpv4: ['203.0.113.7'] });
    await converge(bench.hypervisor, outside);
    const management = bench.sim.db.rows('PIF').find((pif) => pif.bool('management'))!;
    expect(vif().link('network')).toBe(management.link('network'));
    expect(nextActions(outside, bench.hypervisor.observe(VSYS))).toEqual([]);

    const create = { method: 'network.create', params: [await session(), MARKED] };
    const marked = (await bench.sim.dispatch(0, create)).value;
    await expect.poll(() => nextActions(outside, bench.hypervisor.observe(VSYS)).length).toBe(1);
    await converge(bench.hypervisor, outside);
    expect(vif().link('network')).toBe(marked);
    await converge(bench.hypervisor, { ...outside, presence: 'absent' });
    expect(bench.sim.db.count('network')).toBe(networks + 1);
  });
});

const MARKED = {
  name_label: 'uplink',
  name_description: '',
  MTU: '1500',
  other_config: { 'openvsys-external': 'true' },
  bridge: '',
  managed: true,
  tags: [],
};

describe('a config drive', () => {
  const DRIVE = {
    files: { 'meta-data': '{"instance-id":"i"}\n', 'user-data': '#cloud-config\n{}\n' },
    version: 1,
  };
  const drives = () => bench.sim.db.rows('VDI').filter((vdi) => vdi.text('name_label') === `${WEB} config`);

  it('is there at the first boot, is removed once the guest has read it, and is not given again', async () => {
    bench = await openBench('http');
    const before = liveObjects(bench.sim);
    const spec = changed(base(), { configDrive: DRIVE });
    await converge(bench.hypervisor, spec);
    await expect.poll(() => seen().configDrive?.stage, { timeout: 15_000 }).not.toBe('inserted');
    await converge(bench.hypervisor, spec);
    expect(seen().configDrive).toEqual({ version: 1, stage: 'removed' });
    expect(drives()).toHaveLength(0);
    await converge(bench.hypervisor, changed(spec, { power: 'stopped' }));
    expect(await kinds(spec)).toEqual(['vserver.start']);
    await converge(bench.hypervisor, { ...spec, presence: 'absent' });
    expect(liveObjects(bench.sim)).toEqual(before);
  });

  it('goes with its server, and one of another version takes its place', async () => {
    bench = await openBench('http');
    const before = liveObjects(bench.sim);
    const stopped = changed(base(), { configDrive: DRIVE, power: 'stopped' });
    await converge(bench.hypervisor, stopped);
    expect(drives()).toHaveLength(1);
    const first = drives()[0]!.ref;
    const [vbd] = bench.sim.db.rows('VBD').filter((each) => each.link('VDI') === first);
    expect(vbd!.text('mode')).toBe('RO');
    const second = changed(stopped, { configDrive: { ...DRIVE, version: 2 } });
    expect(await kinds(second)).toEqual(['config-drive.insert']);
    expect(drives().map(({ ref }) => ref)).not.toContain(first);
    expect(drives()).toHaveLength(1);
    await converge(bench.hypervisor, { ...stopped, presence: 'absent' });
    expect(liveObjects(bench.sim)).toEqual(before);
  });
});

describe('a system disk', () => {
  it('is made on the storage that was chosen, by a copy when the image is on another one', async () => {
    const storage = ['nfs-1', 'nfs-2'].map((name) => ({ name, sizeBytes: 2 ** 40, type: 'nfs' as const }));
    bench = await openBench('in-process', { storage });
    const spec = base();
    const image = bench.hypervisor.capacity().images.find(({ name }) => name === 'debian-13')!;
    const other = bench.hypervisor.capacity().srs.find(({ uuid }) => uuid !== image.sr)!;
    await converge(bench.hypervisor, changed(spec, { systemSr: other.uuid, power: 'stopped' }));
    const [vbd] = bench.sim.db.rows('VBD').filter((each) => each.link('VM') === vm().ref);
    const vdi = bench.sim.db.get('VDI', vbd!.link('VDI'));
    expect(bench.sim.db.get('SR', vdi.link('SR')).uuid).toBe(other.uuid);
    expect(bench.sim.log.callsPerMethod()).toMatchObject({ 'Async.VM.copy': 1, 'Async.VM.clone': 3 });
    const again = changed(spec, { systemSr: image.sr, power: 'stopped' });
    expect(await kinds(again)).toEqual([]);
  });
});
