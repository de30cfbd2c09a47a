import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DomainError,
  chooseHost,
  choosePool,
  fitServers,
  hostUuid,
  memoryNeededMiB,
  poolId,
  refusalOf,
  srUuid,
  vsysId,
  type AffinitySpec,
  type HostCapacity,
  type PlacementDemand,
  type PoolCandidate,
  type SrCapacity,
} from '@openvsys/vsys';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const VSYS = vsysId('ACME0001-7K2M9QXPA');

function host(n: number, more: Partial<HostCapacity> = {}): HostCapacity {
  const freeMemoryMiB = more.freeMemoryMiB ?? 16_000;
  return {
    uuid: hostUuid(uuid(n)),
    name: `h${n}`,
    available: true,
    cpus: 8,
    memoryMiB: 64_000,
    freeMemoryMiB,
    roles: [],
    ...more,
  };
}
function sr(n: number, more: Partial<SrCapacity> = {}): SrCapacity {
  return {
    uuid: srUuid(uuid(n)),
    name: `sr${n}`,
    type: 'nfs',
    shared: true,
    sizeGiB: 1_000,
    freeGiB: 500,
    ...more,
  };
}
const WEB = { vsysId: VSYS, role: 'web', memoryMiB: 2_048, vcpus: 1 };

/** The DomainError that the work throws. */
function errorOf(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('memoryNeededMiB', () => {
  it.each([
    // guest, vCPUs, 2 + shadow (v + m/128) + 38 pages a vCPU rounded up
    [1_024, 1, 1_024 + 2 + 9 + 1],
    [2_048, 1, 2_048 + 2 + 17 + 1],
    [4_096, 2, 4_096 + 2 + 34 + 1],
    [32_768, 4, 32_768 + 2 + 260 + 1],
  ])('of %i MiB with %i vCPU is %i', (memory, vcpus, needed) => {
    expect(memoryNeededMiB(memory, vcpus)).toBe(needed);
  });
});

describe('chooseHost', () => {
  it('takes the host with the fewest of the same role before the one with most memory', () => {
    const hosts = [
      host(1, { freeMemoryMiB: 30_000, roles: [`${VSYS}/web`] }),
      host(2, { freeMemoryMiB: 5_000, roles: [`${VSYS}/db`, 'OTHER001-7K2M9QXPA/web'] }),
      host(3, { freeMemoryMiB: 9_000 }),
    ];
    expect(chooseHost(hosts, WEB).name).toBe('h3');
    expect(chooseHost(hosts, { ...WEB, role: 'db' }).name).toBe('h1');
  });

  it('keeps away from what it shall be apart from, and goes to what it shall be near to', () => {
    const hosts = [
      host(1, { freeMemoryMiB: 30_000, roles: [`${VSYS}/db`] }),
      host(2, { freeMemoryMiB: 20_000, roles: ['OTHER001-7K2M9QXPA/cache'] }),
      host(3, { freeMemoryMiB: 9_000, roles: [`${VSYS}/cache`] }),
      host(4, { freeMemoryMiB: 8_000, roles: [`${VSYS}/cache`, `${VSYS}/db`] }),
    ];
    const choice = (affinity: AffinitySpec) => chooseHost(hosts, { ...WEB, affinity }).name;
    expect(choice({})).toBe('h1');
    expect(choice({ apartFrom: ['db'] })).toBe('h2');
    expect(choice({ nearTo: ['cache'] })).toBe('h3');
    expect(choice({ apartFrom: ['cache'], nearTo: ['db'] })).toBe('h1');
    // Only wishes: where nothing fits them it starts all the same.
    expect(choice({ apartFrom: ['db', 'cache'], nearTo: ['nobody'] })).toBe('h2');
    expect(chooseHost(hosts.slice(3), { ...WEB, affinity: { apartFrom: ['db'] } }).name).toBe('h4');
  });

  it('counts what is reserved for starts under way and leaves excluded hosts out', () => {
    const hosts = [host(1, { freeMemoryMiB: 10_000 }), host(2, { freeMemoryMiB: 9_000 })];
    const [first, second] = hosts.map((each) => each.uuid) as [HostCapacity['uuid'], HostCapacity['uuid']];
    expect(chooseHost(hosts, WEB, { reserved: new Map([[first, 2_000]]) }).uuid).toBe(second);
    expect(chooseHost(hosts, WEB, { exclude: [first] }).uuid).toBe(second);
    expect(refusalOf(hosts[0]!, WEB, { reserved: new Map([[first, 9_000]]) })).toBe('too-little-memory');
  });

  it('needs room for the overhead too', () => {
    expect(() => chooseHost([host(1, { freeMemoryMiB: 2_048 })], WEB)).toThrow(/too little free memory/);
    expect(chooseHost([host(1, { freeMemoryMiB: memoryNeededMiB(2_048, 1) })], WEB).name).toBe('h1');
  });

  it('says how many hosts refuse for which reason', () => {
    const hosts = [
      host(1, { available: false }),
      host(2, { freeMemoryMiB: 10 }),
      host(3, { cpus: 0 }),
      host(4),
      host(5, { freeMemoryMiB: 20 }),
    ];
    const error = errorOf(() => chooseHost(hosts, WEB, { exclude: [hosts[3]!.uuid] }));
    expect(error).toMatchObject({ code: 'no-capacity', retry: 'elsewhere' });
    expect(error.details['refusals']).toEqual({
      excluded: 1,
      'not-available': 1,
      'too-few-cpus': 1,
      'too-little-memory': 2,
    });
    expect(error.message).toBe(
      'None of 5 hosts can take a server with 1 vCPU and 2068 MiB: 1 refused it before, 1 not available, 1 with too few CPUs, 2 with too little free memory.',
    );
    expect(errorOf(() => chooseHost([], WEB)).message).toContain('None of 0 hosts');
  });

  it('gives the same host whatever the order of the list', () => {
    const many = fc.array(
      fc.record({ free: fc.constantFrom(4_000, 8_000), roles: fc.constantFrom([], [`${VSYS}/web`]) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(many, fc.infiniteStream(fc.nat()), (rows, order) => {
        const hosts = rows.map(({ free, roles }, n) => host(n, { freeMemoryMiB: free, roles }));
        const shuffled = hosts
          .map((each) => ({ each, at: order.next().value }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ each }) => each);
        expect(chooseHost(shuffled, WEB)).toEqual(chooseHost(hosts, WEB));
      }),
    );
  });
});

describe('fitServers', () => {
  const sizes = (...memory: number[]) => memory.map((memoryMiB) => ({ memoryMiB, vcpus: 1 }));

  it('does not count memory that lies on different hosts as one', () => {
    const hosts = [host(1, { freeMemoryMiB: 4_200 }), host(2, { freeMemoryMiB: 4_200 })];
    expect(fitServers(hosts, sizes(6_000))).toMatchObject({ placed: 0, tooLittleMemory: 1 });
    expect(fitServers(hosts, sizes(4_096, 4_096))).toMatchObject({ placed: 2, tooLittleMemory: 0 });
  });

  it('never puts more on the hosts than they have, and never refuses what one host alone could take', () => {
    const memory = fc.array(fc.integer({ min: 128, max: 8_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(memory, memory, memory, (free, asked, heldSizes) => {
        const hosts = free.map((freeMemoryMiB, n) => host(n, { freeMemoryMiB }));
        const fit = fitServers(hosts, sizes(...asked), sizes(...heldSizes));
        expect(fit.placed + fit.tooLittleMemory + fit.tooFewCpus).toBe(asked.length);
        expect(fit.freeMiB).toBeGreaterThanOrEqual(0);
        const total = (list: number[]): number => list.reduce((sum, mib) => sum + memoryNeededMiB(mib, 1), 0);
        if (total([...asked, ...heldSizes]) <= Math.max(0, ...free)) expect(fit.placed).toBe(asked.length);
        if (heldSizes.length === 0 && fit.placed === asked.length) {
          expect(fit.freeMiB).toBe(free.reduce((sum, mib) => sum + mib, 0) - total(asked));
        }
      }),
    );
  });
});

describe('choosePool', () => {
  const IMAGE_SR = sr(100, { freeGiB: 100 });
  const DATA_SR = sr(101, { freeGiB: 300 });
  const demand: PlacementDemand = {
    servers: [1, 2].map(() => ({ memoryMiB: 2_048, vcpus: 1, image: 'debian-13', systemDiskGiB: 4 })),
    disks: [{ sizeGiB: 20 }, { sizeGiB: 30 }],
    vlans: 2,
  };
  function pool(
    n: number,
    more: Partial<PoolCandidate['capacity']> & { freeVlans?: number; held?: PoolCandidate['held'] } = {},
  ): PoolCandidate {
    const { freeVlans = 10, held = { servers: [], disks: [] }, ...capacity } = more;
    return {
      poolId: poolId(uuid(n)),
      name: `p${n}`,
      freeVlans,
      held,
      capacity: {
        hosts: [host(1), host(2)],
        srs: [IMAGE_SR, DATA_SR],
        images: [{ name: 'debian-13', sr: IMAGE_SR.uuid, systemDiskGiB: 4 }],
        ...capacity,
      },
    };
  }
  const reasonsOf = (candidate: PoolCandidate, asked = demand): unknown => {
    const error = errorOf(() => choosePool(asked, [candidate]));
    expect(error.code).toBe('no-capacity');
    return (error.details['pools'] as { reasons: unknown }[])[0]!.reasons;
  };

  it('takes the pool with most memory left and its emptiest storage', () => {
    const choice = choosePool(demand, [pool(1), pool(2, { hosts: [host(1), host(2), host(3)] })]);
    expect(choice).toMatchObject({ poolId: uuid(2), sr: DATA_SR.uuid });
    expect(choosePool({ ...demand, disks: [] }, [pool(1)])).toMatchObject({ poolId: uuid(1), sr: null });
    expect(choosePool(demand, [pool(3), pool(1)])).toEqual(choosePool(demand, [pool(1), pool(3)]));
  });

  it.each<[string, PoolCandidate, unknown]>([
    ['hosts', pool(1, { hosts: [host(1, { available: false })] }), { 'no-host': 1 }],
    ['memory', pool(1, { hosts: [host(1, { freeMemoryMiB: 3_000 })] }), { 'too-little-memory': 1 }],
    ['CPUs', pool(1, { hosts: [host(1, { cpus: 0 })] }), { 'too-few-cpus': 2 }],
    ['images', pool(1, { images: [] }), { 'image-missing': 1 }],
    ['VLANs', pool(1, { freeVlans: 1 }), { 'vlans-exhausted': 1 }],
    ['image storage', pool(1, { srs: [sr(100, { freeGiB: 7 }), DATA_SR] }), { 'image-storage-full': 1 }],
    [
      'data storage',
      pool(1, { srs: [sr(100, { freeGiB: 57 }), sr(101, { freeGiB: 49 })] }),
      { 'storage-too-small': 2 },
    ],
    [
      'shared storage',
      pool(1, { srs: [sr(100, { shared: false }), sr(101, { type: 'iso' })] }),
      { 'storage-too-small': 1 },
    ],
    [
      'memory that is promised',
      pool(1, {
        held: { servers: [15_000, 15_000].map((memoryMiB) => ({ memoryMiB, vcpus: 1 })), disks: [] },
      }),
      { 'too-little-memory': 2 },
    ],
    [
      'space that is promised',
      pool(1, {
        srs: [IMAGE_SR, DATA_SR],
        held: {
          servers: [],
          disks: [
            { sr: DATA_SR.uuid, sizeGiB: 260 },
            { sr: IMAGE_SR.uuid, sizeGiB: 50 },
          ],
        },
      }),
      { 'storage-too-small': 2 },
    ],
  ])('counts missing %s', (_, candidate, reasons) => {
    expect(reasonsOf(candidate)).toEqual(reasons);
  });

  it('lets a pool of one host use its own storage', () => {
    const own = pool(1, { hosts: [host(1)], srs: [IMAGE_SR, sr(101, { shared: false, type: 'ext' })] });
    expect(choosePool(demand, [own]).sr).toBe(DATA_SR.uuid);
  });

  describe('with disk classes', () => {
    const FAST = sr(102, { diskClass: 'fast', freeGiB: 200 });
    const ISCSI = sr(103, { type: 'lvmoiscsi', freeGiB: 60 });
    const classed = pool(1, { srs: [IMAGE_SR, DATA_SR, FAST, ISCSI] });
    const [web] = demand.servers;
    const asked = (more: Partial<PlacementDemand>): PlacementDemand => ({
      servers: [],
      disks: [],
      vlans: 0,
      ...more,
    });

    it('takes for each class its own storage, by the name given to it or else by its kind', () => {
      const disks = ['fast', 'lvmoiscsi', 'nfs'].map((diskClass) => ({ sizeGiB: 10, diskClass }));
      const choice = choosePool(asked({ disks: [...disks, { sizeGiB: 10 }] }), [classed]);
      expect(Object.fromEntries(choice.srs)).toEqual({
        fast: FAST.uuid,
        lvmoiscsi: ISCSI.uuid,
        nfs: DATA_SR.uuid,
        standard: DATA_SR.uuid,
      });
    });

    it('gives nobody a dear storage by chance, and says when a class is full or not there', () => {
      const large = { sizeGiB: 301 };
      const roomy = pool(1, { srs: [IMAGE_SR, sr(102, { diskClass: 'fast', freeGiB: 900 })] });
      expect(reasonsOf(roomy, asked({ disks: [large] }))).toEqual({ 'storage-too-small': 1 });
      const fast = { sizeGiB: 201, diskClass: 'fast' };
      expect(reasonsOf(classed, asked({ disks: [fast] }))).toEqual({ 'storage-too-small': 1 });
      const odd = { sizeGiB: 1, diskClass: 'odd' };
      expect(reasonsOf(classed, asked({ disks: [odd] }))).toEqual({ 'class-missing': 1 });
    });

    it('makes system disks of another class elsewhere than their image, together with data disks', () => {
      const server = { ...web!, systemDiskGiB: 100, systemDiskClass: 'fast' };
      const disk = { sizeGiB: 100, diskClass: 'fast' };
      expect(choosePool(asked({ servers: [server], disks: [disk] }), [classed]).systemPlaces).toEqual([
        { image: 'debian-13', diskClass: 'fast', sr: FAST.uuid },
      ]);
      const more = asked({ servers: [server, server], disks: [disk] });
      expect(reasonsOf(classed, more)).toEqual({ 'storage-too-small': 1 });
      const atHome = asked({ servers: [{ ...server, systemDiskClass: 'standard' }] });
      expect(choosePool(atHome, [classed]).systemPlaces).toEqual([]);
    });

    it('makes system disks of an image that is at several places where most room is', () => {
      const images = [IMAGE_SR, ISCSI].map(({ uuid: place }) => ({
        name: 'debian-13',
        sr: place,
        systemDiskGiB: 4,
      }));
      const both = { ...classed, capacity: { ...classed.capacity, images } };
      const small = { ...web!, systemDiskGiB: 1 };
      const roomiest = IMAGE_SR.freeGiB >= ISCSI.freeGiB ? IMAGE_SR : ISCSI;
      expect(choosePool(asked({ servers: [small, small] }), [both]).systemPlaces).toEqual([
        { image: 'debian-13', sr: roomiest.uuid },
      ]);
      const other = roomiest === ISCSI ? IMAGE_SR : ISCSI;
      const full = new Map([[roomiest.uuid, roomiest.freeGiB]]);
      const held = { servers: [], disks: [...full].map(([at, sizeGiB]) => ({ sr: at, sizeGiB })) };
      expect(choosePool(asked({ servers: [small] }), [{ ...both, held }]).systemPlaces).toEqual([
        { image: 'debian-13', sr: other.uuid },
      ]);
    });

    it('lets a disk grow only where it is', () => {
      const grows = (sizeGiB: number): PlacementDemand => asked({ disks: [{ sizeGiB, sr: ISCSI.uuid }] });
      expect(choosePool(grows(60), [classed]).sr).toBeNull();
      expect(reasonsOf(classed, grows(61))).toEqual({ 'image-storage-full': 1 });
    });
  });

  it('says what each pool lacks and what was asked for', () => {
    const error = errorOf(() =>
      choosePool(demand, [pool(1, { images: [], freeVlans: 0 }), pool(2, { freeVlans: 1 })]),
    );
    expect(error.message).toBe(
      'No pool can take the system: 1 images are not in the pool (1 of 2 pools); 1 VLANs are missing (2 of 2 pools).',
    );
    expect(error.retry).toBe('after-change');
    expect(error.details).toMatchObject({
      demand: { servers: 2, memoryMiB: 4_096, dataGiB: 50, vlans: 2 },
      pools: [
        {
          poolId: uuid(1),
          missingImages: ['debian-13'],
          reasons: { 'image-missing': 1, 'vlans-exhausted': 2 },
        },
        { poolId: uuid(2), missingImages: [], reasons: { 'vlans-exhausted': 1 } },
      ],
    });
    expect(errorOf(() => choosePool(demand, [])).message).toBe('There is no pool to place the system in.');
  });
});
