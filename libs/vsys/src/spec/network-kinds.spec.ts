import { describe, expect, it } from 'vitest';
import { chooseHost, choosePool, fitServers, hostUuid, type HostCapacity } from '../index.js';
import { allocateNext, refusalOf, smallDocument } from '../../test/spec-fixtures.js';
import { needs } from './allocate/match-parts.js';
import { designOf } from './bind/bind-parameters.js';
import { describeDifference } from './change/describe-difference.js';
import { groupsByMember, rolesTogether } from './one-host.js';

const app = (...vnets: string[]) => ({
  type: 'standard.small',
  image: 'debian-13',
  nics: vnets.map((vnet) => ({ vnet })),
});
const VNETS = {
  lan: { cidr: '10.0.0.0/24' },
  inner: { cidr: '10.0.1.0/24', kind: 'private' },
  wide: { cidr: '10.0.2.0/24', kind: 'tunnel' },
};
const designWith = (vnets: object, vservers: object = { app: app('lan', 'inner', 'wide') }) =>
  designOf(smallDocument({ vnets, vservers }), {});

describe('kinds of VNets', () => {
  it('take a VLAN only for those that need one', () => {
    const design = designWith(VNETS);
    expect(needs(design)).toMatchObject({ vlans: 1, tunnels: 1 });
    const { spec } = allocateNext(design);
    expect(spec.nets.map(({ name, vlan, kind, mtu }) => [name, vlan === null, kind, mtu])).toEqual([
      ['lan', false, undefined, undefined],
      ['inner', true, 'private', undefined],
      ['wide', true, 'tunnel', 1450],
    ]);
  });

  it('give their MTU to the NICs that say nothing else', () => {
    const vservers = {
      app: { ...app('lan', 'wide'), nics: [{ vnet: 'lan' }, { vnet: 'wide' }, { vnet: 'wide', mtu: 1300 }] },
    };
    const { spec } = allocateNext(designWith(VNETS, vservers));
    expect(spec.servers[0]?.nics.map(({ mtu }) => mtu)).toEqual([undefined, 1450, 1300]);
  });

  it('cannot change, but their MTU can', () => {
    const design = designWith(VNETS);
    const first = { design, allocation: allocateNext(design) };
    const other = designWith({ ...VNETS, inner: { cidr: '10.0.1.0/24', kind: 'tunnel' } });
    expect(refusalOf(() => allocateNext(other, first))).toMatchObject({
      code: 'conflict',
      pointer: '/vnets/inner/kind',
    });
    const smaller = allocateNext(designWith({ ...VNETS, wide: { ...VNETS.wide, mtu: 1400 } }), first);
    expect(smaller.spec.nets.find(({ name }) => name === 'wide')).toMatchObject({
      kind: 'tunnel',
      mtu: 1400,
    });
    const changes = describeDifference(first.allocation.spec, smaller.spec);
    expect(changes.find(({ kind, change }) => kind === 'vnet' && change === 'changed')?.fields).toEqual([
      { field: 'mtu', from: 1450, to: 1400 },
    ]);
  });
});

describe('servers of a private network', () => {
  const CHAIN = {
    a: app('one'),
    b: app('one', 'two'),
    c: app('two'),
    d: app('lan'),
  };
  const NETS = {
    lan: { cidr: '10.0.0.0/24' },
    one: { cidr: '10.0.1.0/24', kind: 'private' },
    two: { cidr: '10.0.2.0/24', kind: 'private' },
  };

  it('belong on one host, also those that only another one joins', () => {
    const design = designWith(NETS, CHAIN);
    const groups = groupsByMember(design);
    expect(new Set(['a', 'b', 'c'].map((name) => groups.get(name))).size).toBe(1);
    expect(groups.has('d')).toBe(false);
    const { spec } = allocateNext(design);
    const together = rolesTogether(spec);
    expect(spec.servers.map(({ id, name }) => [name, together.get(id)])).toEqual([
      ['a', ['b', 'c']],
      ['b', ['a', 'c']],
      ['c', ['a', 'b']],
      ['d', undefined],
    ]);
  });

  const host = (n: number, freeMemoryMiB: number, roles: string[] = [], available = true): HostCapacity => ({
    uuid: hostUuid(`00000000-0000-4000-8000-00000000000${n}`),
    name: `h${n}`,
    available,
    cpus: 8,
    memoryMiB: 64_000,
    freeMemoryMiB,
    roles,
  });
  const { spec } = allocateNext(designWith(NETS, CHAIN));
  const demand = { vsysId: spec.vsysId, role: 'a', memoryMiB: 2_000, vcpus: 1, together: ['b', 'c'] };

  it('start where the first of them is, however full that host is', () => {
    const hosts = [host(1, 4_000, [`${spec.vsysId}/b`]), host(2, 60_000)];
    expect(chooseHost(hosts, demand).name).toBe('h1');
    expect(chooseHost([host(1, 4_000), host(2, 60_000)], demand).name).toBe('h2');
  });

  it('do not start elsewhere when there is no room', () => {
    const full = [host(1, 500, [`${spec.vsysId}/b`]), host(2, 60_000)];
    const refusal = refusalOf(() => chooseHost(full, demand));
    expect(refusal).toMatchObject({
      code: 'no-capacity',
      details: { refusals: { 'too-little-memory': 1, 'private-network-elsewhere': 1 } },
    });
    expect(refusal?.message).toContain('1 without the servers of its private network');
  });

  it('need a host with room for all of them', () => {
    const hosts = [host(1, 5_000), host(2, 5_000)];
    const three = Array.from({ length: 3 }, () => ({ memoryMiB: 2_000, vcpus: 1 }));
    expect(fitServers(hosts, three).tooLittleMemory).toBe(0);
    expect(
      fitServers(
        hosts,
        three.map((server) => ({ ...server, together: 0 })),
      ).tooLittleMemory,
    ).toBe(1);
  });
});

describe('a tunnel network', () => {
  const capacity = { hosts: [], srs: [], images: [] };
  const held = { servers: [], disks: [] };
  const pool = (n: number, hasTunnels?: boolean) => ({
    poolId: `00000000-0000-4000-8000-00000000000${n}` as never,
    name: `p${n}`,
    capacity,
    freeVlans: 5,
    held,
    ...(hasTunnels === undefined ? {} : { hasTunnels }),
  });

  it('goes to a pool that has tunnels, or nowhere', () => {
    const demand = { servers: [], disks: [], vlans: 0, tunnels: 1 };
    expect(choosePool(demand, [pool(1), pool(2, true)]).poolId).toBe(pool(2).poolId);
    expect(refusalOf(() => choosePool(demand, [pool(1), pool(3, false)]))).toMatchObject({
      code: 'no-capacity',
      message: expect.stringContaining(
        '1 networks need tunnels between hosts, which are not offered (2 of 2 pools)',
      ),
    });
  });
});
