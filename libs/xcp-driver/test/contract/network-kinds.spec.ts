import { afterEach, describe, expect, it } from 'vitest';
import { type VNetSpec, type VsysSpec } from '@openvsys/vsys';
import {
  converge,
  convergeReliably,
  liveObjects,
  openBench,
  performReliably,
  settleFully,
  contextFor,
  type Bench,
} from './sim-harness.js';
import { DMZ, INNER, sampleSpec, VSYS } from './sample-spec.js';

const PRIVATE: VNetSpec = { id: DMZ, name: 'dmz', vlan: null, kind: 'private', cidr: '10.1.0.0/24' };
const TUNNEL: VNetSpec = {
  id: INNER,
  name: 'inner',
  vlan: null,
  kind: 'tunnel',
  mtu: 1450,
  cidr: '10.2.0.0/24',
};

let bench: Bench;
afterEach(async () => bench.close());

const srOf = (): string => bench.hypervisor.capacity().srs[0]!.uuid;
const seenNets = () => bench.hypervisor.observe(VSYS).nets.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const onlyNets = (...nets: VNetSpec[]): VsysSpec => sampleSpec(srOf(), { nets, servers: [], disks: [] });
const networkOf = (part: string) =>
  bench.sim.db.rows('network').find((row) => row.text('name_label') === part)!;
const pifsOf = (part: string) => bench.sim.db.follow('PIF', networkOf(part).set('PIFs'));
const create = (net: VNetSpec) => ({ kind: 'vnet.create', part: net.id, net }) as const;

describe('networks without VLANs', () => {
  it('D39: a private network is one record without an interface', async () => {
    bench = await openBench('in-process');
    const before = liveObjects(bench.sim);
    await converge(bench.hypervisor, onlyNets(PRIVATE));
    expect(seenNets()).toEqual([{ id: DMZ, vlan: null, kind: 'private' }]);
    expect(liveObjects(bench.sim)).toEqual({ ...before, network: before['network']! + 1 });
    await converge(bench.hypervisor, { ...onlyNets(PRIVATE), presence: 'absent' });
    expect(liveObjects(bench.sim)).toEqual(before);
  });

  it('D43: a tunnel network has an access interface on every host, and leaves none', async () => {
    bench = await openBench('in-process');
    const before = liveObjects(bench.sim);
    await converge(bench.hypervisor, onlyNets(TUNNEL));
    expect(seenNets()).toEqual([{ id: INNER, vlan: null, kind: 'tunnel', mtu: 1450 }]);
    expect(pifsOf(INNER)).toHaveLength(bench.sim.db.count('host'));
    expect(networkOf(INNER).int('MTU')).toBe(1450);
    await converge(bench.hypervisor, { ...onlyNets(TUNNEL), presence: 'absent' });
    expect(liveObjects(bench.sim)).toEqual(before);
    expect(bench.sim.db.count('tunnel')).toBe(0);
  });

  it('D43: says that a pool without Open vSwitch cannot', async () => {
    bench = await openBench('in-process');
    for (const host of bench.sim.db.rows('host')) {
      bench.sim.db.update(host, {
        software_version: { ...host.map('software_version'), network_backend: 'bridge' },
      });
    }
    await expect(
      bench.hypervisor.perform(create(TUNNEL), contextFor(bench.hypervisor, create(TUNNEL))),
    ).rejects.toMatchObject({ code: 'pool-refused', retry: 'never' });
    expect(bench.sim.db.count('tunnel')).toBe(0);
  });

  it('carries servers on all three kinds at once, and the MTU of their network', async () => {
    bench = await openBench('in-process');
    const spec = sampleSpec(srOf(), {
      nets: [{ id: DMZ, name: 'dmz', vlan: 101, cidr: '10.1.0.0/24' }, TUNNEL],
    });
    const servers = spec.servers.map((server) => ({
      ...server,
      nics: server.nics.map((nic) => (nic.net === INNER ? { ...nic, mtu: 1450 } : nic)),
    }));
    await converge(bench.hypervisor, { ...spec, servers });
    const seen = bench.hypervisor.observe(VSYS);
    expect(seen.servers.filter(({ power }) => power === 'running')).toHaveLength(4);
    expect(seen.nics.filter(({ net, mtu }) => net === INNER && mtu === 1450)).toHaveLength(4);
    const [vif] = bench.sim.db.rows('VIF').filter((row) => row.link('network') === networkOf(INNER).ref);
    expect(vif?.map('other_config')['mtu']).toBe('1450');
  });

  it('changes the MTU of a network where it is', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, onlyNets(TUNNEL));
    const { ref } = networkOf(INNER);
    const done = await converge(bench.hypervisor, onlyNets({ ...TUNNEL, mtu: 1400 }));
    expect(done.map(({ kind }) => kind)).toEqual(['vnet.create']);
    expect([networkOf(INNER).ref, networkOf(INNER).int('MTU')]).toEqual([ref, 1400]);
  });

  it('makes a network of another kind anew', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, onlyNets(TUNNEL));
    const { mtu: _, ...plain } = TUNNEL;
    await converge(bench.hypervisor, onlyNets({ ...plain, kind: 'private' }));
    expect(seenNets()).toEqual([{ id: INNER, vlan: null, kind: 'private' }]);
    expect(bench.sim.db.count('tunnel')).toBe(0);
  });

  it('completes a tunnel network after a crash in the middle, and one that was begun as a VLAN', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, onlyNets(TUNNEL));
    const [access] = pifsOf(INNER);
    const [tunnel] = bench.sim.db.follow('tunnel', access!.set('tunnel_access_PIF_of'));
    bench.sim.db.remove(tunnel!);
    bench.sim.db.remove(access!);
    const after = bench.another();
    await after.open(new AbortController().signal);
    expect(after.observe(VSYS).nets).toEqual([{ id: INNER, vlan: null, mtu: 1450 }]);
    expect(await settleFully(after, create(TUNNEL), contextFor(after, create(TUNNEL)))).toBe('absent');
    await converge(after, onlyNets(TUNNEL));
    expect(pifsOf(INNER)).toHaveLength(bench.sim.db.count('host'));
    await after.close();
  });

  it('leaves an interface alone that somebody else put on a private network, and says so', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, onlyNets(PRIVATE));
    const [host] = bench.sim.db.rows('host');
    bench.sim.db.create('PIF', {
      network: networkOf(DMZ).ref,
      host: host!.ref,
      device: 'eth9',
      VLAN: -1,
      physical: true,
    });
    const again = bench.another();
    await again.open(new AbortController().signal);
    expect(again.observe(VSYS).nets).toEqual([{ id: DMZ, vlan: null }]);
    await expect(again.perform(create(PRIVATE), contextFor(again, create(PRIVATE)))).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(pifsOf(DMZ)).toHaveLength(1);
    await again.close();
  });

  it('tells that a pool offers tunnels only when a controller programs its switches', async () => {
    bench = await openBench('in-process');
    const signal = new AbortController().signal;
    const { care } = bench.hypervisor;
    expect((await care.describe(signal)).capabilities).not.toContain('tunnels');
    bench.sim.db.create('SDN_controller', { protocol: 'ssl', address: '192.0.2.5', port: 6632 });
    expect((await care.describe(signal)).capabilities).toContain('tunnels');
  });
});

describe.each(['tunnel.create', 'tunnel.destroy', 'network.set_MTU'])('one lost answer of %s', (method) => {
  it.each(['lose-answer', 'lose-request'] as const)('%s: one tunnel a host, none left', async (effect) => {
    bench = await openBench('in-process');
    const before = liveObjects(bench.sim);
    bench.sim.faults.add({ method, nth: 1, count: 1, effect: { kind: effect } });
    await convergeReliably(bench, onlyNets(TUNNEL));
    expect(bench.sim.db.count('tunnel')).toBe(bench.sim.db.count('host'));
    await performReliably(bench, create({ ...TUNNEL, mtu: 1400 }));
    await convergeReliably(bench, { ...onlyNets(TUNNEL), presence: 'absent' });
    expect(bench.sim.db.count('tunnel')).toBe(0);
    expect(liveObjects(bench.sim)).toEqual(before);
    expect(bench.sim.faults.list()[0]?.hits, 'the fault was never met').toBe(1);
  });
});
