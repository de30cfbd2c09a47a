import { describe, expect, it } from 'vitest';
import {
  CATALOG,
  PLAIN_MODULES,
  SR,
  allocateNext,
  libraryText,
  refusalOf,
  smallDocument,
} from '../../../test/spec-fixtures.js';
import { ANY_IPV4 } from '../any-address.js';
import { designOf } from '../bind/bind-parameters.js';
import type { VsysDesign } from '../bind/vsys-design.js';
import { parseDescriptor } from '../parse/parse-descriptor.js';
import type { Allocation } from './allocation.js';
import { chunksOf } from './guest-data.js';
import { needs } from './match-parts.js';

const threeTier = parseDescriptor(libraryText('three-tier.yaml'));
const design = (values: Record<string, unknown> = {}) => designOf(threeTier, values);
const first = (of: VsysDesign) => ({ design: of, allocation: allocateNext(of) });
const server = ({ spec }: Allocation, name: string) =>
  spec.servers.find((candidate) => candidate.name === name);
const app = (changes: Record<string, unknown> = {}) => ({
  type: 'standard.small',
  image: 'debian-13',
  nics: [{ vnet: 'lan' }],
  ...changes,
});
const small = (changes: Record<string, unknown>) => designOf(smallDocument(changes), {});

describe('a new VSYS', () => {
  it('needs what it takes', () => {
    expect(needs(design({ webCount: 2 }))).toEqual({
      vlans: 3,
      tunnels: 0,
      autoRanges: [],
      allocations: [],
      macs: 10,
      applianceAddresses: 2,
      publicAddresses: 1,
      disks: 1,
    });
  });

  it('numbers the firewall first and gives it the gateway addresses', () => {
    const { spec } = allocateNext(design());
    expect(spec.servers.map(({ id, name }) => [id.slice(-6), name])).toEqual([
      ['S-0001', 'fw'],
      ['S-0002', 'lb'],
      ['S-0003', 'web-1'],
      ['S-0004', 'web-2'],
      ['S-0005', 'db'],
    ]);
    expect(spec.servers[0]?.nics.map(({ ipv4 }) => ipv4)).toEqual([
      '10.0.1.1',
      '10.0.2.1',
      '10.0.3.1',
      expect.stringMatching(/^100\.64\./),
    ]);
    expect(spec.publicIps).toMatchObject([{ name: 'www', server: spec.servers[0]?.id }]);
    expect(spec.disks).toMatchObject([{ name: 'db-data', sizeGiB: 20, sr: SR, server: spec.servers[4]?.id }]);
  });

  it('tells each guest its name, addresses and user data', () => {
    const allocation = allocateNext(design());
    expect(server(allocation, 'web-1')?.guestData).toMatchObject({
      'openvsys/hostname': 'web-1',
      'openvsys/nic/0/address': '10.0.2.3/24',
      'openvsys/nic/0/gateway': '10.0.2.1',
      'user-data/0': expect.stringContaining('database=10.0.3.10:5432'),
    });
    const firewall = server(allocation, 'fw');
    expect(firewall?.guestData['openvsys/config-hash']).toBe(firewall?.efm?.configHash);
    expect(firewall?.guestData).not.toHaveProperty('openvsys/nic/0/gateway');
  });

  it('has no gateway without a firewall, but keeps its address free', () => {
    const { spec } = allocateNext(small({}));
    expect(spec.servers[0]?.nics[0]?.ipv4).toBe('10.0.0.2');
    expect(spec.servers[0]?.guestData).not.toHaveProperty('openvsys/nic/0/gateway');
  });

  it('takes fixed addresses first and fills up around them', () => {
    const { spec } = allocateNext(
      small({
        vservers: { app: app({ count: 2 }), db: app({ nics: [{ vnet: 'lan', address: '10.0.0.2' }] }) },
      }),
    );
    expect(spec.servers.map(({ nics }) => nics[0]?.ipv4)).toEqual(['10.0.0.3', '10.0.0.4', '10.0.0.2']);
  });

  it('resolves the rules of EFMs to addresses', () => {
    const { efmConfigs } = allocateNext(design());
    expect(efmConfigs.map(({ input }) => input)).toMatchObject([
      {
        kind: 'firewall',
        rules: [
          { destinations: ['10.0.1.2'] },
          { sources: ['10.0.2.3', '10.0.2.4'], destinations: ['10.0.3.10'] },
          {},
          {},
        ],
        sourceNat: { publicAddress: '203.0.113.1', networks: ['10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24'] },
        portForwards: [{ publicAddress: '203.0.113.1', port: 80, toAddress: '10.0.1.2', toPort: 80 }],
      },
      {
        kind: 'load-balancer',
        listeners: [
          {
            addresses: ['10.0.1.2'],
            members: [
              { name: 'web-1', address: '10.0.2.3' },
              { name: 'web-2', address: '10.0.2.4' },
            ],
          },
        ],
      },
    ]);
  });

  it('lets the load balancer answer for a public address when there is no firewall', () => {
    const listener = { name: 'http', protocol: 'http', port: 80, publicIp: 'www', members: ['app'] };
    const lb = { kind: 'load-balancer', nics: [{ vnet: 'lan' }], config: { listeners: [listener] } };
    const { spec, efmConfigs } = allocateNext(small({ publicIps: { www: {}, spare: {} }, efms: { lb } }));
    expect(spec.publicIps.map((ip) => ip.server)).toEqual([spec.servers[0]?.id, null]);
    expect(efmConfigs[0]?.input).toMatchObject({ listeners: [{ addresses: ['10.0.0.2', '203.0.113.1'] }] });
  });

  it('is refused for unknown or unfit types and images, once a role', () => {
    const wrong = small({
      efms: { fw: { kind: 'firewall', type: 'standard.small' } },
      vservers: {
        a: app({ type: 'standard.smal', count: 3 }),
        b: app({ image: 'debian-12' }),
        c: app({ image: 'windows-2025' }),
        d: app({ type: 'standard.old' }),
        e: app({ type: 'efm.small' }),
      },
    });
    const error = refusalOf(() => allocateNext(wrong));
    expect(error.code).toBe('invalid-descriptor');
    expect(error.violations.map(({ pointer, message }) => [pointer, message])).toEqual([
      ['/vservers/a/type', 'There is no server type “standard.smal”.'],
      ['/vservers/b/image', 'There is no image “debian-12”.'],
      ['/vservers/c/type', '“windows-2025” needs 4096 MiB of memory, “standard.small” has 2048.'],
      ['/vservers/d/type', 'The server type “standard.old” is no longer offered.'],
      ['/vservers/e/type', 'The server type “efm.small” is for EFMs only.'],
      ['/efms/fw/type', 'The server type “standard.small” is for servers only.'],
    ]);
    expect(error.violations[0]?.remedy).toBe('Did you mean “standard.small”?');
  });

  it('is refused with the place of a wrong EFM rule', () => {
    const modules = {
      ...PLAIN_MODULES,
      validate: () => [{ pointer: '/config/rules/0/ports', message: 'No.' }],
    };
    const error = refusalOf(() => allocateNext(design(), undefined, { modules }));
    expect(error.violations[0]?.pointer).toBe('/efms/fw/config/rules/0/ports');
  });

  it('is refused when too little was reserved', () => {
    const reserved = { vlans: [1], macs: [], publicAddresses: [], sr: null };
    expect(refusalOf(() => allocateNext(design(), undefined, { reserved })).code).toBe('address-exhausted');
    const numbers = { server: 9998, disk: 0, publicIp: 0, snapshot: 0 };
    expect(refusalOf(() => allocateNext(design(), undefined, { numbers })).code).toBe('address-exhausted');
  });
});

describe('a changed VSYS', () => {
  const before = first(design({ webCount: 2 }));

  it('needs only what is new', () => {
    expect(needs(design({ webCount: 4 }), before.allocation.spec)).toEqual({
      vlans: 0,
      tunnels: 0,
      autoRanges: [],
      allocations: [],
      macs: 2,
      applianceAddresses: 0,
      publicAddresses: 0,
      disks: 0,
    });
  });

  it('keeps all of what lives on and never gives a number again', () => {
    const shrunk = {
      design: design({ webCount: 1 }),
      allocation: allocateNext(design({ webCount: 1 }), before),
    };
    const grown = allocateNext(design({ webCount: 3 }), shrunk);
    expect(server(grown, 'web-1')).toEqual(server(before.allocation, 'web-1'));
    expect(server(grown, 'web-2')?.id).toMatch(/S-0006$/);
    expect(server(grown, 'web-3')?.id).toMatch(/S-0007$/);
    expect(grown.spec.nets).toEqual(before.allocation.spec.nets);
    expect(grown.spec.disks).toEqual(before.allocation.spec.disks);
    expect(grown.spec.generation).toBe(3);
  });

  it('gives an address again only after it is gone', () => {
    const other = small({ vservers: { b: app({ nics: [{ vnet: 'lan' }] }) } });
    const old = first(small({}));
    const next = allocateNext(other, old);
    expect(next.spec.servers[0]?.nics[0]?.ipv4).toBe('10.0.0.3');
    const fixed = small({ vservers: { b: app({ nics: [{ vnet: 'lan', address: '10.0.0.2' }] }) } });
    const error = refusalOf(() => allocateNext(fixed, old));
    expect([error.code, error.pointer]).toEqual(['conflict', '/vservers/b/nics/0/address']);
  });

  it('renews the configuration of an EFM only when it changed', () => {
    const same = allocateNext(design({ webCount: 2 }), before);
    expect(same.efmConfigs).toEqual([]);
    expect(server(same, 'lb')?.efm).toEqual(server(before.allocation, 'lb')?.efm);
    const grown = allocateNext(design({ webCount: 3 }), before);
    expect(grown.efmConfigs.map(({ version, input }) => [version, input.kind])).toEqual([
      [2, 'firewall'],
      [2, 'load-balancer'],
    ]);
  });

  it('keeps the power that a user set until the descriptor says something new', () => {
    const spec = {
      ...before.allocation.spec,
      servers: before.allocation.spec.servers.map((old) => ({ ...old, power: 'stopped' as const })),
    };
    const stopped = { design: before.design, allocation: { ...before.allocation, spec } };
    expect(allocateNext(design({ webCount: 3 }), stopped).spec.servers.map(({ power }) => power)).toEqual([
      'stopped',
      'stopped',
      'stopped',
      'stopped',
      'running',
      'stopped',
    ]);
    const off = small({ vservers: { app: app({ power: 'stopped' }) } });
    expect(server(allocateNext(off, first(small({}))), 'app')?.power).toBe('stopped');
  });

  it('keeps the size that a type had when it was bought', () => {
    const catalog = {
      ...CATALOG,
      serverTypes: CATALOG.serverTypes.map((type) => ({
        ...type,
        memoryMiB: type.memoryMiB * 2,
        deprecated: true,
      })),
    };
    const same = allocateNext(design({ webCount: 2 }), before, { catalog });
    expect(server(same, 'web-1')?.memoryMiB).toBe(2048);
    expect(refusalOf(() => allocateNext(design({ webCount: 3 }), before, { catalog })).pointer).toBe(
      '/vservers/web/type',
    );
  });

  it('lets servers keep an image that is no longer offered, and gives it to no new ones', () => {
    const catalog = { ...CATALOG, images: CATALOG.images.map((image) => ({ ...image, deprecated: true })) };
    expect(allocateNext(design({ webCount: 2 }), before, { catalog }).spec.servers).toHaveLength(
      before.allocation.spec.servers.length,
    );
    const refusal = refusalOf(() => allocateNext(design({ webCount: 3 }), before, { catalog }));
    expect(refusal).toMatchObject({
      pointer: '/vservers/web/image',
      message: expect.stringContaining('no longer'),
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['another image', {}, { vservers: { app: app({ image: 'ubuntu-24.04' }) } }, '/vservers/app/image'],
    ['a smaller disk', { vdisks: { d: { size: 5 } } }, { vdisks: { d: { size: 4 } } }, '/vdisks/d/size'],
    ['another range', {}, { vnets: { lan: { cidr: '10.0.0.0/25' } } }, '/vnets/lan/cidr'],
  ])('refuses %s', (_, from, to, pointer) => {
    const error = refusalOf(() => allocateNext(small(to), first(small(from))));
    expect([error.code, error.pointer]).toEqual(['conflict', pointer]);
  });

  it('may change the range of a VNet that nobody lives in', () => {
    const lan = { lan: { cidr: '10.0.0.0/24' } };
    const old = first(small({ vnets: { ...lan, spare: { cidr: '10.1.0.0/24' } } }));
    const next = allocateNext(small({ vnets: { ...lan, spare: { cidr: '10.2.0.0/24' } } }), old);
    expect(next.spec.nets[1]).toEqual({ ...old.allocation.spec.nets[1], cidr: '10.2.0.0/24' });
  });

  it('makes a part anew when its kind changes', () => {
    const lb = { kind: 'load-balancer', nics: [{ vnet: 'lan' }], config: { listeners: [] } };
    const old = first(small({ efms: { x: { kind: 'firewall' } } }));
    const next = allocateNext(small({ efms: { x: lb } }), old);
    expect(server(next, 'x')?.id).toMatch(/S-0003$/);
  });

  it('keeps NICs of a VNet and numbers new ones beside those that go', () => {
    const vnets = { lan: { cidr: '10.0.0.0/24' }, b: { cidr: '10.1.0.0/24' }, c: { cidr: '10.2.0.0/24' } };
    const of = (...names: string[]) =>
      small({ vnets, vservers: { app: app({ nics: names.map((vnet) => ({ vnet })) }) } });
    const old = first(of('lan', 'b'));
    const next = allocateNext(of('c', 'b'), old);
    const [newNic, kept] = server(next, 'app')?.nics ?? [];
    expect(kept).toEqual(server(old.allocation, 'app')?.nics[1]);
    expect(newNic).toMatchObject({ device: 2, ipv4: '10.2.0.2' });
  });
});

describe('user data', () => {
  it('is cut without breaking characters', () => {
    const text = '€uro 😀 '.repeat(700);
    const chunks = chunksOf(text, 2048);
    expect(chunks.join('')).toBe(text);
    expect(Math.max(...chunks.map((chunk) => new TextEncoder().encode(chunk).length))).toBeLessThanOrEqual(
      2048,
    );
    expect(chunksOf('', 2048)).toEqual([]);
  });
});

describe('a redundant EFM', () => {
  const balancer = (changes: Record<string, unknown>) => ({
    kind: 'load-balancer',
    nics: [{ vnet: 'lan', address: '10.0.0.9' }],
    config: { listeners: [{ name: 'http', protocol: 'http', port: 80, publicIp: 'www', members: ['app'] }] },
    ...changes,
  });
  const of = (changes: Record<string, unknown>) =>
    small({
      publicIps: { www: {} },
      efms: { fw: { kind: 'firewall', ...changes }, lb: balancer(changes) },
    });
  const addresses = (allocation: Allocation) =>
    allocation.spec.servers.map(({ name, nics }) => [name, nics[0]?.ipv4, nics[0]?.alsoIpv4]);

  it('is two appliances that share the gateway or the fixed address', () => {
    expect(addresses(allocateNext(of({ redundant: true })))).toEqual([
      ['fw', '10.0.0.2', ['10.0.0.1', ANY_IPV4]],
      ['fw-2', '10.0.0.3', ['10.0.0.1', ANY_IPV4]],
      ['lb', '10.0.0.4', ['10.0.0.9']],
      ['lb-2', '10.0.0.5', ['10.0.0.9']],
      ['app', '10.0.0.6', undefined],
    ]);
  });

  it('may use its public addresses on both, and tells each of the other', () => {
    const { spec, efmConfigs } = allocateNext(of({ redundant: true }));
    const outside = spec.servers.map(({ nics }) => nics.find(({ net }) => net === 'external')?.alsoIpv4);
    expect(outside).toEqual([['203.0.113.1'], ['203.0.113.1'], undefined, undefined, undefined]);
    expect(efmConfigs.map(({ input }) => input.pair)).toEqual([
      { member: 1, zone: 'lan', peerAddress: '10.0.0.3', routerId: 1 },
      { member: 2, zone: 'lan', peerAddress: '10.0.0.2', routerId: 1 },
      { member: 1, zone: 'lan', peerAddress: '10.0.0.5', routerId: 2 },
      { member: 2, zone: 'lan', peerAddress: '10.0.0.4', routerId: 2 },
    ]);
  });

  it('stays where it was when it becomes a pair and when it is alone again', () => {
    const alone = first(of({}));
    const pair = {
      design: of({ redundant: true }),
      allocation: allocateNext(of({ redundant: true }), alone),
    };
    expect(addresses(pair.allocation).map(([name, , shared]) => [name, shared])).toEqual([
      ['fw', ['10.0.0.1', ANY_IPV4]],
      ['fw-2', ['10.0.0.1', ANY_IPV4]],
      ['lb', ['10.0.0.9']],
      ['lb-2', ['10.0.0.9']],
      ['app', undefined],
    ]);
    expect(addresses(allocateNext(of({}), pair))).toEqual([
      ['fw', '10.0.0.1', [ANY_IPV4]],
      ['lb', '10.0.0.9', undefined],
      ['app', '10.0.0.2', undefined],
    ]);
  });
});
