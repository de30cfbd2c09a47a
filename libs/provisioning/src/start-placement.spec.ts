import { hostUuid, vserverIdOf, type HostCapacity, type Slot, type VServerStart } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { VSYS } from '../test/fakes/fixtures.js';
import type { Bid } from './limits.js';
import { StartPlacement } from './start-placement.js';

const HOST_A = hostUuid('00000000-0000-4000-8000-00000000000a');
const HOST_B = hostUuid('00000000-0000-4000-8000-00000000000b');

function host(
  uuid: HostCapacity['uuid'],
  freeMemoryMiB: number,
  roles: readonly string[] = [],
): HostCapacity {
  return { uuid, name: uuid, available: true, cpus: 8, memoryMiB: 65_536, freeMemoryMiB, roles };
}

function placementOn(hosts: readonly HostCapacity[]): StartPlacement {
  return new StartPlacement({
    capacity: () => ({ hosts, srs: [], images: [] }),
    slots: (_action, uuid): readonly Slot[] => [{ name: `host:${uuid}`, capacity: 1 }],
  });
}

const start = (n: number, memoryMiB = 1024): { vsysId: typeof VSYS; action: VServerStart; exclude: [] } => ({
  vsysId: VSYS,
  action: { kind: 'vserver.start', part: vserverIdOf(VSYS, n), role: 'web', memoryMiB, vcpus: 1 },
  exclude: [],
});
const everywhere = { hasRoom: () => true };
const notOn = (uuid: string) => ({ hasRoom: (slots: readonly Slot[]) => slots[0]?.name !== `host:${uuid}` });
const hostOf = (bid: Bid) => (bid.is === 'slots' ? bid.host : bid.is);
const take = (bid: Bid) => (bid.is === 'slots' ? bid.taken?.() : undefined);

describe('where a server starts', () => {
  it('spreads a role, counting starts that are under way', () => {
    const placement = placementOn([host(HOST_A, 9_000), host(HOST_B, 8_000)]);
    const first = placement.bid(start(1), everywhere);
    expect(hostOf(first)).toBe(HOST_A);
    take(first);
    expect(hostOf(placement.bid(start(2), everywhere))).toBe(HOST_B);
  });

  it('is another host that is as good when the best one has no start slot', () => {
    const placement = placementOn([host(HOST_A, 9_000), host(HOST_B, 8_000)]);
    expect(hostOf(placement.bid(start(1), notOn(HOST_A)))).toBe(HOST_B);
  });

  it('is waited for rather than putting two of a role together', () => {
    const placement = placementOn([host(HOST_A, 9_000), host(HOST_B, 8_000, [`${VSYS}/web`])]);
    expect(hostOf(placement.bid(start(1), notOn(HOST_A)))).toBe('wait');
  });

  it('is waited for rather than leaving those that it shall be near to, or meeting those that it shall not', () => {
    const placement = placementOn([
      host(HOST_A, 9_000, [`${VSYS}/cache`]),
      host(HOST_B, 8_000, [`${VSYS}/db`]),
    ]);
    const wishing = (affinity: NonNullable<VServerStart['affinity']>) => {
      const demand = start(1);
      return { ...demand, action: { ...demand.action, affinity } };
    };
    expect(hostOf(placement.bid(wishing({ nearTo: ['db'] }), everywhere))).toBe(HOST_B);
    expect(hostOf(placement.bid(wishing({ nearTo: ['db'] }), notOn(HOST_B)))).toBe('wait');
    expect(hostOf(placement.bid(wishing({ apartFrom: ['db'] }), notOn(HOST_A)))).toBe('wait');
    expect(hostOf(placement.bid(wishing({ apartFrom: ['web'] }), notOn(HOST_A)))).toBe(HOST_B);
  });

  it('is the host of those that it shares a private network with, also while they are starting', () => {
    const placement = placementOn([host(HOST_A, 9_000), host(HOST_B, 8_000)]);
    const joined = (n: number, role: string, other: string) => {
      const demand = start(n);
      return { ...demand, action: { ...demand.action, role, together: [other] } };
    };
    take(placement.bid(joined(1, 'app', 'db'), everywhere));
    expect(hostOf(placement.bid(joined(2, 'db', 'app'), everywhere))).toBe(HOST_A);
    expect(hostOf(placement.bid(joined(2, 'db', 'app'), notOn(HOST_A)))).toBe('wait');
  });

  it('is waited for when memory is only short because a start is counted twice', () => {
    const placement = placementOn([host(HOST_A, 3_000)]);
    const giveBack = take(placement.bid(start(1, 2_000), everywhere));
    expect(hostOf(placement.bid(start(2, 2_000), everywhere))).toBe('wait');
    giveBack?.();
    expect(hostOf(placement.bid(start(2, 2_000), everywhere))).toBe(HOST_A);
  });

  it('is nowhere when no host has the memory', () => {
    const placement = placementOn([host(HOST_A, 3_000), host(HOST_B, 1_000)]);
    expect(() => placement.bid(start(1, 4_000), everywhere)).toThrow(/None of 2 hosts/);
  });
});
