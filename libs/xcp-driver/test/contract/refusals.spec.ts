/** What a pool refuses or cannot do at the moment: clear errors, nothing left behind. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  DomainError,
  snapshotIdOf,
  vdiskIdOf,
  vserverIdOf,
  type Action,
  type HostUuid,
  type SrUuid,
  type VDiskSpec,
} from '@openvsys/vsys';
import { WorldEvents } from '@openvsys/xcp-sim';
import { decodeTaskResult } from '../../src/tasks/task-result.js';
import { administrator, contextFor, converge, liveObjects, openBench, type Bench } from './sim-harness.js';
import { DMZ, sampleSpec, VSYS } from './sample-spec.js';

const GIB = 2 ** 30;
let bench: Bench;
afterEach(async () => bench.close());
const srOf = (): SrUuid => bench.hypervisor.capacity().srs[0]!.uuid;
const perform = async (action: Action, on = bench.hypervisor): Promise<void> =>
  on.perform(action, contextFor(on, action));
const netAction = (): Action => ({ kind: 'vnet.create', part: DMZ, net: sampleSpec(srOf()).nets[0]! });
const diskAction = (n: number): Action => {
  const disk: VDiskSpec = { id: vdiskIdOf(VSYS, n), name: `d${n}`, sizeGiB: 1, sr: srOf(), server: null };
  return { kind: 'vdisk.create', part: disk.id, disk };
};
const vlans = (): number => bench.sim.db.rows('PIF').filter((pif) => pif.int('VLAN') === 101).length;

describe('a pool that refuses', () => {
  it('our role says so, and is not asked again (D5)', async () => {
    bench = await openBench('in-process', { directory: [{ name: 'eve', password: 'x', role: 'read-only' }] });
    const weak = bench.another({ username: 'eve', password: 'x' });
    await weak.open(new AbortController().signal);
    const before = liveObjects(bench.sim);
    const calls = (): number => bench.sim.log.callsPerMethod()['network.create'] ?? 0;
    await expect(perform(netAction(), weak)).rejects.toMatchObject({
      code: 'pool-refused',
      retry: 'after-change',
      details: { xenapi: 'RBAC_PERMISSION_DENIED' },
    });
    expect(calls()).toBe(1);
    expect(liveObjects(bench.sim)).toEqual(before);
    await weak.close();
  });

  it('a VLAN on one of its hosts leaves it on none (D40)', async () => {
    bench = await openBench('in-process');
    bench.sim.faults.add({
      method: 'pool.create_VLAN_from_PIF',
      count: 1,
      effect: { kind: 'error', code: 'HOST_OFFLINE', params: ['x'] },
    });
    await expect(perform(netAction())).rejects.toBeInstanceOf(DomainError);
    expect(vlans()).toBe(0);
    await perform(netAction());
    expect(vlans()).toBe(bench.sim.hosts.length);
    expect(bench.sim.db.rows('network').filter((net) => net.text('name_label') === DMZ)).toHaveLength(1);
  });

  it('a VLAN that somebody else has there, in words that name the way out (D41)', async () => {
    bench = await openBench('in-process');
    const admin = await administrator(bench);
    const network = await admin.call('network.create', { name_label: 'theirs', other_config: {} });
    const trunk = bench.sim.db.rows('PIF').find((pif) => pif.bool('physical'))!;
    await admin.call('pool.create_VLAN_from_PIF', trunk.ref, network, 101);
    await expect(perform(netAction())).rejects.toMatchObject({
      code: 'conflict',
      retry: 'after-change',
      remedy: expect.stringContaining('VLAN') as string,
    });
    expect(vlans()).toBe(bench.sim.hosts.length);
  });

  it('a disk for want of room, and has none of it then (D32)', async () => {
    bench = await openBench('in-process');
    const sr = bench.sim.db.rows('SR').find((row) => row.uuid === srOf())!;
    const world = new WorldEvents(bench.sim);
    const before = liveObjects(bench.sim);
    world.setSrFull(sr, 'full');
    await expect(perform(diskAction(1))).rejects.toMatchObject({
      code: 'no-capacity',
      details: { xenapi: 'SR_BACKEND_FAILURE_44' },
    });
    expect(liveObjects(bench.sim)).toEqual(before);
    world.setSrFull(sr, 'normal');
    await perform(diskAction(1));
    expect(liveObjects(bench.sim).VDI).toBe(before['VDI']! + 1);
  });
});

describe('a host without room', () => {
  const start = (n: number): Action => ({
    kind: 'vserver.start',
    part: vserverIdOf(VSYS, n),
    role: 'web',
    memoryMiB: 2048,
    vcpus: 2,
  });
  const onHost = async (n: number, host: HostUuid): Promise<void> => {
    const action = start(n);
    await bench.hypervisor.perform(action, { ...contextFor(bench.hypervisor, action), host });
  };

  async function halted(hostMemoryBytes: number): Promise<HostUuid> {
    bench = await openBench('in-process', { hostMemoryBytes, dom0MemoryBytes: GIB, hostCount: 2 });
    const spec = sampleSpec(srOf());
    const servers = spec.servers.map((server) => ({ ...server, power: 'stopped' as const }));
    await converge(bench.hypervisor, { ...spec, servers });
    return bench.hypervisor.capacity().hosts[0]!.uuid;
  }

  it('is told, so that another one is tried, and promises nothing further (D46)', async () => {
    const host = await halted(2 * GIB);
    await expect(onHost(2, host)).rejects.toMatchObject({
      code: 'no-capacity',
      retry: 'elsewhere',
      details: { xenapi: 'HOST_NOT_ENOUGH_FREE_MEMORY' },
    });
    expect(bench.sim.reservations.size).toBe(0);
  });

  it('for both takes one of two, and the other may go elsewhere (D47)', async () => {
    const host = await halted(4 * GIB);
    const ends = await Promise.allSettled([onHost(2, host), onHost(3, host)]);
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    expect(refused).toMatchObject([{ code: 'no-capacity', retry: 'elsewhere' }]);
    const other = bench.hypervisor.capacity().hosts.find(({ uuid }) => uuid !== host)!.uuid;
    await onHost(ends[0].status === 'rejected' ? 2 : 3, other);
    const up = bench.hypervisor.observe(VSYS).servers.filter(({ power }) => power === 'running');
    expect(new Set(up.map((server) => server.host))).toEqual(new Set([host, other]));
  });
});

describe('a pool under pressure', () => {
  it('never has more of our calls waiting than it allows (D61)', async () => {
    bench = await openBench('in-process');
    let most = 0;
    const count = (): number =>
      bench.sim.db.rows('task').filter((task) => task.text('status') === 'pending').length;
    const looking = new AbortController();
    const look = async (): Promise<void> => {
      while (!looking.signal.aborted) {
        most = Math.max(most, count());
        await bench.clock.sleep(50, looking.signal).catch(() => undefined);
      }
    };
    const watch = look();
    await Promise.all(Array.from({ length: 200 }, async (_, n) => perform(diskAction(n + 1))));
    looking.abort();
    await watch;
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(64);
    const errors = bench.sim.log.list(0, 100_000).filter(({ outcome }) => outcome.includes('TOO_MANY'));
    expect(errors).toEqual([]);
    expect(
      bench.sim.db.rows('VDI').filter((vdi) => vdi.map('other_config')['openvsys-vsys'] === VSYS),
    ).toHaveLength(200);
  });

  it('whose event stream is cut again and again loses no change (D22)', async () => {
    bench = await openBench('in-process');
    bench.sim.faults.add({ method: 'event.from', probability: 0.3, effect: { kind: 'lose-answer' } });
    bench.sim.faults.add({ method: 'event.from', probability: 0.2, effect: { kind: 'http-500' } });
    const spec = sampleSpec(srOf());
    await converge(bench.hypervisor, spec);
    const admin = await administrator(bench);
    const vms = bench.sim.db.rows('VM').filter((vm) => vm.map('other_config')['openvsys-vsys'] === VSYS);
    for (const vm of vms) await admin.call('VM.hard_shutdown', vm.ref);
    await expect
      .poll(() => bench.hypervisor.observe(VSYS).servers.filter(({ power }) => power === 'running').length)
      .toBe(0);
    const dumps = bench.sim.log.list(0, 100_000).filter(({ method }) => method === 'event.from').length;
    expect(dumps).toBeLessThan(2_000);
  });
});

describe('an old pool', () => {
  it('takes snapshots, whose message has fewer parameters there (D11)', async () => {
    bench = await openBench('in-process', { personality: 'xcp-1.6' });
    const spec = sampleSpec(srOf());
    const servers = [vserverIdOf(VSYS, 2)];
    const part = snapshotIdOf(VSYS, 1);
    await converge(bench.hypervisor, spec);
    await perform({ kind: 'snapshot.create', part, servers, withMemory: false });
    expect(bench.hypervisor.observe(VSYS).snapshots).toMatchObject([{ servers }]);
  });

  it('ends tasks without a result, which is none (D14)', async () => {
    bench = await openBench('in-process', { personality: 'xcp-1.6' });
    const forms = ['', '<value></value>', '<value/>'];
    expect(forms.map((text) => decodeTaskResult('VM.start', text))).toEqual(['', '', '']);
    // The only pool that writes the first form is the oldest: what is started there is up when the task has ended.
    await converge(bench.hypervisor, sampleSpec(srOf()));
    expect(bench.hypervisor.observe(VSYS).servers.every(({ power }) => power === 'running')).toBe(true);
  });
});
