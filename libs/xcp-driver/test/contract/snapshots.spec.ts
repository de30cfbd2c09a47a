import { afterEach, describe, expect, it } from 'vitest';
import { snapshotIdOf, vserverIdOf, type SnapshotSpec, type VsysSpec } from '@openvsys/vsys';
import { contextFor, converge, liveObjects, openBench, settleFully, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const SERVERS = [2, 3, 4].map((n) => vserverIdOf(VSYS, n));
const SNAPSHOT: SnapshotSpec = {
  id: snapshotIdOf(VSYS, 1),
  name: 'before the update',
  servers: SERVERS,
  withMemory: false,
};
const CREATE = { kind: 'snapshot.create', part: SNAPSHOT.id, servers: SERVERS, withMemory: false } as const;

let bench: Bench;
afterEach(async () => bench.close());
const base = (): VsysSpec => sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
const taken = () => bench.sim.db.rows('VM').filter((vm) => vm.text('name_label').startsWith(SNAPSHOT.id));
const powers = () => bench.hypervisor.observe(VSYS).servers.map(({ power }) => power);
const calls = (method: string): number => bench.sim.log.callsPerMethod()[`Async.${method}`] ?? 0;

describe('a snapshot of a system', () => {
  it('is taken of all servers while they are held still, and all go on', async () => {
    bench = await openBench('in-process');
    const spec = { ...base(), snapshots: [SNAPSHOT] };
    const done = await converge(bench.hypervisor, spec);
    expect(done.at(-1)).toEqual(CREATE);
    const seen = bench.hypervisor.observe(VSYS).snapshots!;
    expect(seen).toMatchObject([{ id: SNAPSHOT.id, servers: SERVERS }]);
    // Of three images with 1 to 2 GiB in them, one of them with a data disk.
    expect(seen[0]!.sizeGiB).toBeGreaterThan(0);
    expect(seen[0]!.sizeGiB).toBeLessThan(3 * 4 + 10);
    expect(seen[0]!.pausedMs).toBeGreaterThan(0);
    expect(seen[0]!.pausedMs).toBeLessThanOrEqual(30_000);
    expect(calls('VM.pause')).toBe(3);
    expect(calls('VM.unpause')).toBe(3);
    expect(powers()).toEqual(['running', 'running', 'running', 'running']);
    expect(taken()).toHaveLength(3);
    expect(await converge(bench.hypervisor, spec)).toEqual([]);
  });

  it('goes with all its disks when it is no longer wanted, or with its system', async () => {
    bench = await openBench('in-process');
    const before = liveObjects(bench.sim);
    const spec = base();
    await converge(bench.hypervisor, spec);
    const without = liveObjects(bench.sim);
    await converge(bench.hypervisor, { ...spec, snapshots: [SNAPSHOT] });
    await converge(bench.hypervisor, spec);
    expect(taken()).toHaveLength(0);
    expect(liveObjects(bench.sim).VM).toBe(without['VM']);
    await converge(bench.hypervisor, { ...spec, snapshots: [{ ...SNAPSHOT, withMemory: true }] });
    expect(calls('VM.checkpoint')).toBe(3);
    await converge(bench.hypervisor, { ...spec, presence: 'absent', snapshots: [SNAPSHOT] });
    expect(liveObjects(bench.sim)).toEqual(before);
  });

  it('lets everybody go on when one of them cannot be copied, and is taken anew as a whole (D54)', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, spec);
    bench.sim.faults.add({
      method: 'Async.VM.snapshot',
      nth: 2,
      count: 1,
      effect: { kind: 'error', code: 'SR_BACKEND_FAILURE_109', params: ['', 'chain too long', ''] },
    });
    const failed = bench.hypervisor.perform(CREATE, contextFor(bench.hypervisor, CREATE));
    await expect(failed).rejects.toMatchObject({ code: 'no-capacity' });
    await expect.poll(powers).toEqual(['running', 'running', 'running', 'running']);
    expect(bench.hypervisor.observe(VSYS).snapshots?.flatMap(({ servers }) => servers) ?? []).toEqual([]);
    await converge(bench.hypervisor, { ...spec, snapshots: [SNAPSHOT] });
    expect(taken()).toHaveLength(3);
  });

  it('of a driver that died in the middle is no snapshot, and its servers are brought back', async () => {
    bench = await openBench('http', { profile: 'default-nfs', clock: { mode: 'scaled', speed: 10 } });
    const spec = { ...base(), snapshots: [SNAPSHOT] };
    await converge(bench.hypervisor, { ...spec, snapshots: [] });
    const death = new AbortController();
    const context = contextFor(bench.hypervisor, CREATE, death.signal);
    const dying = bench.hypervisor.perform(CREATE, context);
    const vms = () => bench.sim.db.rows('VM').map((vm) => vm.text('power_state'));
    await expect.poll(() => vms().filter((power) => power === 'Paused').length, { interval: 5 }).toBe(3);
    death.abort();
    await expect(dying).rejects.toBeDefined();

    const successor = bench.another();
    await successor.open(new AbortController().signal);
    const again = { ...context, signal: new AbortController().signal };
    expect(await settleFully(successor, CREATE, again, bench.clock)).toBe('absent');
    const done = await converge(successor, spec);
    expect(done.map(({ kind }) => kind)).toEqual([
      'vserver.start',
      'vserver.start',
      'vserver.start',
      'snapshot.create',
    ]);
    expect(taken()).toHaveLength(3);
    await successor.close();
  });
});

describe('the way back to a snapshot', () => {
  const DB = vserverIdOf(VSYS, 4);
  const back = (spec: VsysSpec, count: number): VsysSpec => ({
    ...spec,
    servers: spec.servers.map((server) =>
      server.id === DB ? { ...server, revert: { to: SNAPSHOT.id, count } } : server,
    ),
  });
  const vmOf = () => bench.sim.db.rows('VM').find((row) => row.text('name_label') === DB)!;
  const disksOf = () =>
    bench.sim.db.rows('VBD').filter((vbd) => vbd.link('VM') === vmOf().ref && vbd.text('type') === 'Disk');
  const inventory = () => bench.hypervisor.inventory().filter(({ class: cls }) => cls === 'VDI');

  it('brings disks, addresses and settings back once for each wish, and the server up as it is wanted', async () => {
    bench = await openBench('in-process');
    const before = liveObjects(bench.sim);
    const spec = { ...base(), snapshots: [SNAPSHOT] };
    await converge(bench.hypervisor, spec);
    const { uuid } = { uuid: vmOf().text('uuid') };
    const disks = disksOf().map((vbd) => vbd.link('VDI'));
    expect(disks).toHaveLength(2);

    const done = await converge(bench.hypervisor, back(spec, 1));
    expect(done.map(({ kind }) => kind)).toEqual(['vserver.revert', 'vserver.start']);
    expect(vmOf().text('uuid')).toBe(uuid);
    expect(disksOf()).toHaveLength(2);
    expect(disksOf().filter((vbd) => disks.includes(vbd.link('VDI')))).toEqual([]);
    const observed = bench.hypervisor.observe(VSYS);
    expect(observed.servers.find(({ id }) => id === DB)).toMatchObject({ power: 'running', reverts: 1 });
    expect(observed.disks).toMatchObject([{ attachedTo: DB }]);
    const vif = bench.sim.db.rows('VIF').find((each) => each.link('VM') === vmOf().ref)!;
    expect([vif.text('locking_mode'), ...vif.set('ipv4_allowed')]).toEqual(['locked', '10.2.0.14']);
    expect(inventory().filter(({ genuine, part }) => genuine && part.startsWith(DB))).toHaveLength(1);
    expect(await converge(bench.hypervisor, back(spec, 1))).toEqual([]);
    const second = { ...SNAPSHOT, id: snapshotIdOf(VSYS, 2), servers: [DB] };
    const both = back({ ...spec, snapshots: [SNAPSHOT, second] }, 1);
    expect((await converge(bench.hypervisor, both)).map(({ kind }) => kind)).toEqual(['snapshot.create']);
    expect(await converge(bench.hypervisor, both)).toEqual([]);
    expect(await converge(bench.hypervisor, back(spec, 2))).not.toEqual([]);
    await converge(bench.hypervisor, { ...spec, presence: 'absent' });
    expect(liveObjects(bench.sim)).toEqual(before);
  });

  it('comes back with the memory of then from a checkpoint', async () => {
    bench = await openBench('in-process');
    const spec = { ...base(), snapshots: [{ ...SNAPSHOT, withMemory: true }] };
    await converge(bench.hypervisor, spec);
    await converge(bench.hypervisor, back(spec, 1));
    expect(calls('VM.resume') + calls('VM.resume_on')).toBeGreaterThan(0);
    expect(powers()).toEqual(['running', 'running', 'running', 'running']);
  });

  it('with memory keeps its net as it is until it is given up', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, { ...spec, snapshots: [{ ...SNAPSHOT, withMemory: true }] });
    const inner = spec.nets.find(({ name }) => name === 'inner')!;
    expect(bench.hypervisor.observe(VSYS).snapshots).toMatchObject([{ holdsNets: [inner.id] }]);
    const moved = { ...spec, nets: spec.nets.map((net) => (net === inner ? { ...net, vlan: 999 } : net)) };
    const kept = { ...moved, snapshots: [{ ...SNAPSHOT, withMemory: true }] };
    await expect(converge(bench.hypervisor, kept)).rejects.toMatchObject({
      code: 'conflict',
      message: 'Snapshots with memory need the network as it is.',
    });
    await converge(bench.hypervisor, moved);
    expect(taken()).toHaveLength(0);
    expect(bench.hypervisor.observe(VSYS).nets).toContainEqual({ id: inner.id, vlan: 999 });
  });

  it('is refused in clear words when there is no such snapshot', async () => {
    bench = await openBench('in-process');
    const spec = base();
    await converge(bench.hypervisor, spec);
    const wish = {
      kind: 'vserver.revert',
      part: DB,
      revert: { to: SNAPSHOT.id, count: 1 },
      withMemory: false,
    } as const;
    await expect(bench.hypervisor.perform(wish, contextFor(bench.hypervisor, wish))).rejects.toMatchObject({
      code: 'conflict',
      retry: 'after-change',
    });
  });
});
