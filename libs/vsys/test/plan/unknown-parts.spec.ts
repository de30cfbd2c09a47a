/** A database that is older than the pool: what it has never heard of is left alone. */
import { describe, expect, it } from 'vitest';
import {
  EMPTY_OBSERVED,
  hostUuid,
  isNeverGivenOut,
  nextActions,
  nicIdOf,
  NO_NUMBERS,
  snapshotIdOf,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  withoutUnknown,
  type ObservedVsys,
  type VsysSpec,
} from '@openvsys/vsys';
import { VSYS } from './arbitrary-world.js';

const NET = vnetIdOf(VSYS, 'young');
const YOUNG = vserverIdOf(VSYS, 3);
const NUMBERS = { ...NO_NUMBERS, server: 2, disk: 1 };
const NOTHING_WANTED: VsysSpec = {
  vsysId: VSYS,
  name: 'shop',
  generation: 1,
  presence: 'present',
  nets: [],
  servers: [],
  disks: [],
  publicIps: [],
};

const server = (n: number): ObservedVsys['servers'][number] => ({
  id: vserverIdOf(VSYS, n),
  stage: 'configured',
  power: 'running',
  host: hostUuid('00000000-0000-4000-8000-00000000000a'),
  vcpus: 1,
  memoryMiB: 1024,
  guestData: {},
  restarts: 0,
  guestReady: true,
});

const SEEN: ObservedVsys = {
  ...EMPTY_OBSERVED,
  servers: [server(2), server(3)],
  nics: [{ id: nicIdOf(YOUNG, 0), server: YOUNG, net: NET, mac: '02:00:00:00:00:03', ipv4: '10.0.0.3' }],
  nets: [{ id: NET, vlan: 100 }],
  snapshots: [{ id: snapshotIdOf(VSYS, 1), servers: [YOUNG] }],
};

describe('parts that were never given out', () => {
  it('are those with higher numbers of the same system', () => {
    expect(isNeverGivenOut(VSYS, YOUNG, NUMBERS)).toBe(true);
    expect(isNeverGivenOut(VSYS, vserverIdOf(VSYS, 2), NUMBERS)).toBe(false);
    expect(isNeverGivenOut(VSYS, vdiskIdOf(VSYS, 2), NUMBERS)).toBe(true);
    expect(isNeverGivenOut(VSYS, NET, NUMBERS)).toBe(false);
    expect(isNeverGivenOut(VSYS, 'ACME0001-ANOTHER01-S-0099', NUMBERS)).toBe(false);
  });

  it('are not removed, nor what they are connected to, while known ones are', () => {
    const removals = (seen: ObservedVsys) => nextActions(NOTHING_WANTED, seen).map(({ part }) => part);
    expect(removals(SEEN)).toContain(YOUNG);
    expect(new Set(removals(withoutUnknown(NOTHING_WANTED, SEEN, NUMBERS)))).toEqual(
      new Set([vserverIdOf(VSYS, 2)]),
    );
    const absent = { ...NOTHING_WANTED, presence: 'absent' as const };
    expect(nextActions(absent, withoutUnknown(absent, SEEN, { ...NO_NUMBERS }))).toEqual([]);
  });

  it('change nothing when there are none', () => {
    expect(withoutUnknown(NOTHING_WANTED, SEEN, { ...NUMBERS, server: 3, snapshot: 1 })).toBe(SEEN);
  });
});
