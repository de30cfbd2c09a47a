import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostUuid, poolId, srUuid } from '../ids.js';
import { choosePool, type PlacementDemand, type PoolCandidate } from './choose-pool.js';
import { fitServers } from './fit-servers.js';
import { hasRoomBeside, isSmallDemand, SMALL_DEMAND } from './room-beside.js';

const POOL = poolId('00000000-0000-7000-8000-000000000001');
const SR = srUuid('00000000-0000-4000-8000-000000000002');
const IMAGE = 'debian-13';

function pool(freeMiB: readonly number[], freeGiB = 100_000, freeVlans = 1_000): PoolCandidate {
  const hosts = freeMiB.map((freeMemoryMiB, n) => ({
    uuid: hostUuid(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
    name: `host-${n}`,
    available: true,
    cpus: 16,
    memoryMiB: freeMemoryMiB,
    freeMemoryMiB,
    roles: [],
  }));
  const srs = [{ uuid: SR, name: 'nfs', type: 'nfs', shared: true, sizeGiB: freeGiB, freeGiB }];
  const capacity = { hosts, srs, images: [{ name: IMAGE, sr: SR, systemDiskGiB: 4 }] };
  return { poolId: POOL, name: 'pool', capacity, freeVlans, held: { servers: [], disks: [] } };
}

const demandOf = (...memoryMiB: readonly number[]): PlacementDemand => ({
  servers: memoryMiB.map((size) => ({ memoryMiB: size, vcpus: 2, image: IMAGE, systemDiskGiB: 4 })),
  disks: [],
  vlans: 1,
});

function isRoomBeside(demand: PlacementDemand, candidate: PoolCandidate, others: number): boolean {
  return hasRoomBeside(demand, choosePool(demand, [candidate]), candidate, others);
}

const server = fc.integer({ min: 256, max: 31_000 });
const smallDemand = fc
  .array(server, { minLength: 1, maxLength: 12 })
  .map((sizes) => demandOf(...sizes))
  .filter(isSmallDemand);

describe('room beside others', () => {
  it('is room for all of them, whatever small demands they are and in whatever order they come', () => {
    let roomy = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 1, maxLength: 6 }),
        smallDemand,
        fc.array(smallDemand, { maxLength: 6 }),
        (freeMiB, own, others) => {
          const candidate = pool(freeMiB);
          const fit = fitServers(candidate.capacity.hosts, own.servers);
          fc.pre(fit.tooLittleMemory === 0);
          if (!isRoomBeside(own, candidate, others.length)) return;
          roomy += 1;
          // One by one, each server to the first host that has room.
          const left = pool(fit.freeByHost.map(({ freeMiB: free }) => free)).capacity.hosts;
          const all = others.flatMap(({ servers }) => servers);
          expect(fitServers(left, all).tooLittleMemory).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
    expect(roomy).toBeGreaterThan(20);
  });

  it('is no matter for whoever is alone: what fits, fits', () => {
    expect(isRoomBeside(demandOf(1_000), pool([1_100], 4, 1), 0)).toBe(true);
  });

  it('ends with memory, with storage, and with VLANs', () => {
    const { memoryMiB, serverMiB, diskGiB, vlans } = SMALL_DEMAND;
    const enough = memoryMiB + serverMiB + 2_000;
    expect(isRoomBeside(demandOf(1_000), pool([enough]), 1)).toBe(true);
    expect(isRoomBeside(demandOf(1_000), pool([enough - 2_000]), 1)).toBe(false);
    expect(isRoomBeside(demandOf(1_000), pool([enough], diskGiB + 4), 1)).toBe(true);
    expect(isRoomBeside(demandOf(1_000), pool([enough], diskGiB + 3), 1)).toBe(false);
    expect(isRoomBeside(demandOf(1_000), pool([enough], diskGiB + 4, vlans + 1), 1)).toBe(true);
    expect(isRoomBeside(demandOf(1_000), pool([enough], diskGiB + 4, vlans), 1)).toBe(false);
  });

  it('is only for small demands: of memory as a whole and on one host, of CPUs, of disks and of VLANs', () => {
    const { memoryMiB, serverMiB, vcpus, diskGiB, vlans } = SMALL_DEMAND;
    const own = demandOf(1_000);
    const [one] = own.servers;
    expect(isSmallDemand(own)).toBe(true);
    expect(isSmallDemand(demandOf(serverMiB))).toBe(false);
    expect(isSmallDemand(demandOf(...Array.from({ length: 3 }, () => memoryMiB / 3)))).toBe(false);
    const together = demandOf(20_000, 20_000).servers.map((each) => ({ ...each, together: 1 }));
    expect(isSmallDemand({ ...own, servers: together })).toBe(false);
    expect(isSmallDemand({ ...own, servers: one === undefined ? [] : [{ ...one, vcpus: vcpus + 1 }] })).toBe(
      false,
    );
    expect(isSmallDemand({ ...own, disks: [{ sizeGiB: diskGiB }] })).toBe(false);
    expect(isSmallDemand({ ...own, vlans: vlans + 1 })).toBe(false);
  });
});
