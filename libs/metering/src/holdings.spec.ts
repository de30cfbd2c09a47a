import {
  contractId,
  PART_STATES,
  publicIpIdOf,
  snapshotIdOf,
  srUuid,
  vdiskIdOf,
  vserverIdOf,
  vsysIdOf,
  type PartState,
  type PartStatus,
  type ServerKind,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { holdingsOf, holdingsOfParts, holdingsWhenReached } from './holdings.js';
import type { Price } from './price.js';
import { runningPriceOf } from './running-price.js';

const vsys = vsysIdOf(contractId('TEST0001'), 'AAAAAAAAA');
const server = (n: number, over: Partial<VServerSpec> = {}): VServerSpec => ({
  id: vserverIdOf(vsys, n),
  name: `web-${n}`,
  role: 'web',
  kind: 'server',
  type: 'standard.small',
  vcpus: 1,
  memoryMiB: 2048,
  image: 'debian-13',
  systemDiskGiB: 4,
  power: 'running',
  restarts: 0,
  startOrder: 1,
  nics: [],
  guestData: {},
  ...over,
});
const disk = {
  id: vdiskIdOf(vsys, 1),
  name: 'data',
  sizeGiB: 20,
  sr: srUuid('00000000-0000-4000-8000-00000000005a'),
  server: null,
};
const publicIp = { id: publicIpIdOf(vsys, 1), name: 'web', address: '203.0.113.1', server: null };
const spec: VsysSpec = {
  vsysId: vsys,
  name: 'shop',
  generation: 1,
  presence: 'present',
  nets: [],
  servers: [
    server(1),
    server(2, { kind: 'firewall', type: 'efm.small', systemDiskGiB: 2 }),
    server(3, { power: 'stopped' }),
  ],
  disks: [disk],
  publicIps: [publicIp],
};
const MACHINE = { dimension: 'vserver-running', product: 'standard.small', quantity: 1 };
const STOPPED = { dimension: 'vserver-stopped', product: 'standard.small', quantity: 1 };
const VCPU = { dimension: 'vcpu', product: 'vcpu', quantity: 1 };
const MEMORY = { dimension: 'memory-mib', product: 'memory', quantity: 2048 };
const SYSTEM_DISK = { dimension: 'system-disk-gib', product: 'storage.standard', quantity: 4 };

describe('holdingsOf', () => {
  const cases: Record<PartState, 'nothing' | 'disk' | 'stopped and disk' | 'machine and disk' | 'unknown'> = {
    planned: 'nothing',
    creating: 'nothing',
    ready: 'disk',
    stopped: 'stopped and disk',
    starting: 'disk',
    running: 'machine and disk',
    stopping: 'machine and disk',
    restarting: 'machine and disk',
    paused: 'machine and disk',
    suspended: 'stopped and disk',
    attached: 'disk',
    detached: 'disk',
    deleting: 'disk',
    gone: 'nothing',
    error: 'unknown',
  };
  it.each(PART_STATES)('a server that is %s', (state) => {
    const expected = {
      nothing: [],
      disk: [SYSTEM_DISK],
      'stopped and disk': [STOPPED, SYSTEM_DISK],
      'machine and disk': [MACHINE, VCPU, MEMORY, SYSTEM_DISK],
      unknown: undefined,
    };
    expect(holdingsOf(server(1), state)).toEqual(expected[cases[state]]);
  });

  it.each<ServerKind>(['firewall', 'load-balancer'])('meters a running %s as an EFM', (kind) => {
    expect(holdingsOf(server(1, { kind, type: 'efm.small' }), 'running')).toContainEqual({
      dimension: 'efm-running',
      product: `${kind}/efm.small`,
      quantity: 1,
    });
  });

  it('meters a disk while it exists and an address from its allocation', () => {
    expect(holdingsOf(disk, 'creating')).toEqual([]);
    expect(holdingsOf(disk, 'detached')).toEqual([
      { dimension: 'vdisk-gib', product: 'storage.standard', quantity: 20 },
    ]);
    expect(holdingsOf(publicIp, 'planned')).toEqual([
      { dimension: 'public-ip', product: 'ip.public', quantity: 1 },
    ]);
    expect(holdingsOf(publicIp, 'gone')).toEqual([]);
  });

  it('meters a snapshot by the space that the pool told, while it exists', () => {
    const snapshot = {
      id: snapshotIdOf(vsys, 1),
      name: 'before',
      servers: [server(1).id],
      withMemory: false,
    };
    const item = { dimension: 'snapshot-gib', product: 'snapshot', quantity: 3 };
    expect(holdingsOf(snapshot, 'creating', 3)).toEqual([]);
    expect(holdingsOf(snapshot, 'ready', 3)).toEqual([item]);
    expect(holdingsOf(snapshot, 'deleting', 3)).toEqual([item]);
    expect(holdingsOf(snapshot, 'deleting')).toBeUndefined();
    expect(holdingsOf(snapshot, 'gone', 3)).toEqual([]);
  });

  it('needs the licences of its image while it runs, for the machine or for each vCPU', () => {
    const windows = { product: 'windows-server', unit: 'vcpu' } as const;
    const large = server(1, { vcpus: 4, licence: windows });
    const licence = { dimension: 'licence', product: 'windows-server', quantity: 4 };
    for (const state of ['running', 'stopping', 'restarting', 'paused'] as const)
      expect(holdingsOf(large, state)).toContainEqual(licence);
    for (const state of ['stopped', 'suspended', 'creating', 'starting'] as const)
      expect(holdingsOf(large, state)?.map(({ dimension }) => dimension)).not.toContain('licence');
    const perServer = { ...large, licence: { ...windows, unit: 'server' } } as const;
    expect(holdingsOf(perServer, 'running')).toContainEqual({ ...licence, quantity: 1 });
    expect(holdingsOf(server(1), 'running')?.map(({ dimension }) => dimension)).not.toContain('licence');
  });

  it('sells disks by their class', () => {
    expect(holdingsOf({ ...disk, diskClass: 'fast' }, 'attached')).toMatchObject([
      { product: 'storage.fast' },
    ]);
    expect(holdingsOf(server(1, { systemDiskClass: 'fast' }), 'ready')).toMatchObject([
      { dimension: 'system-disk-gib', product: 'storage.fast' },
    ]);
  });

  it('says nothing of a part that it does not know, unless it is gone', () => {
    expect(holdingsOf(undefined, 'stopping')).toBeUndefined();
    expect(holdingsOf(undefined, 'gone')).toEqual([]);
  });
});

describe('holdingsOfParts', () => {
  const status = (part: PartStatus['part'], state: PartState): PartStatus => ({
    part,
    state,
    host: null,
    reason: null,
  });

  it('takes a part from the newest spec that has it', () => {
    const newer: VsysSpec = { ...spec, servers: [server(1, { type: 'standard.large' })] };
    const holdings = holdingsOfParts(
      [newer, spec],
      [status(server(1).id, 'running'), status(server(2).id, 'running')],
    );
    expect(holdings.map(({ items }) => items[0]?.product)).toEqual(['standard.large', 'firewall/efm.small']);
  });

  it('leaves out what it cannot tell', () => {
    const unknown = vserverIdOf(vsys, 99);
    expect(holdingsOfParts([spec], [status(unknown, 'running'), status(server(1).id, 'error')])).toEqual([]);
    expect(holdingsOfParts([spec], [status(unknown, 'gone')])).toEqual([{ resource: unknown, items: [] }]);
  });
});

describe('the running price', () => {
  const at = new Date('2026-03-01T00:00:00Z');
  const price = (product: string, dimension: string, amount: string): Price => ({
    id: `${product} ${dimension}`,
    product,
    dimension,
    amount,
    organizationId: null,
    minimum: 'second',
    tiers: [],
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validTo: null,
  });
  const prices = [
    price('standard.small', 'vserver-running', '0.015'),
    price('firewall/efm.small', 'efm-running', '0.01'),
    price('storage.standard', 'system-disk-gib', '0.0001'),
    price('storage.standard', 'vdisk-gib', '0.0002'),
  ];

  it('adds up what is held once the spec is reached', () => {
    const result = runningPriceOf(spec, prices, at);
    // 1 running server, 1 firewall, 4 + 2 + 4 GiB of system disks, 20 GiB of data; the address has no price.
    expect(result.perHour).toBe('0.0300000000');
    expect(result.perMonth).toBe('21.9');
    expect(result.unpriced).toEqual(['ip.public']);
  });

  it('sells memory by the GiB and gives away what has no price and needs none', () => {
    const [memory] = runningPriceOf(spec, [price('memory', 'memory-mib', '0.004')], at).lines.filter(
      ({ dimension }) => dimension === 'memory-mib',
    );
    expect(memory).toMatchObject({ quantity: 2048, perHour: '0.0080000000' });
    expect(runningPriceOf(spec, [], at).unpriced).not.toContain('vcpu');
  });

  it('is nothing for a VSYS that shall be absent, or before prices begin', () => {
    expect(runningPriceOf({ ...spec, presence: 'absent' }, prices, at).lines).toEqual([]);
    expect(runningPriceOf(spec, prices, new Date('2025-01-01T00:00:00Z')).perHour).toBe('0.0000000000');
    expect(holdingsWhenReached({ ...spec, presence: 'absent' })).toEqual([]);
  });
});
