/** Planning is asked for after every finished action, so it must not be felt: 200 servers with 600 NICs and 200 disks. */
import { describe, expect, it } from 'vitest';
import {
  EMPTY_OBSERVED,
  nextActions,
  nicIdOf,
  predict,
  preview,
  srUuid,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import { VSYS } from './arbitrary-world.js';

function bigSpec(count: number): VsysSpec {
  const nets = [0, 1, 2].map((n) => ({
    id: vnetIdOf(VSYS, `n${n}`),
    name: `n${n}`,
    vlan: 100 + n,
    cidr: `10.${n}.0.0/16`,
  }));
  const servers = Array.from({ length: count }, (_, n): VServerSpec => {
    const id = vserverIdOf(VSYS, n + 1);
    return {
      id,
      name: `web-${n}`,
      role: 'web',
      kind: 'server',
      type: 't',
      vcpus: 1,
      memoryMiB: 1024,
      image: 'debian-13',
      systemDiskGiB: 4,
      power: 'running',
      restarts: 0,
      startOrder: n % 4,
      guestData: { hostname: `web-${n}`, gateway: '10.0.0.1' },
      nics: nets.map((net, device) => ({
        id: nicIdOf(id, device),
        device,
        net: net.id,
        mac: `02:${n}:${device}`,
        ipv4: `10.${device}.0.${n}`,
      })),
    };
  });
  const sr = srUuid('00000000-0000-4000-8000-000000000001');
  const disks = servers.map(({ id }, n) => ({
    id: vdiskIdOf(VSYS, n + 1),
    name: `d${n}`,
    sizeGiB: 10,
    sr,
    server: id,
  }));
  return {
    vsysId: VSYS,
    name: 'big',
    generation: 1,
    presence: 'present',
    nets,
    servers,
    disks,
    publicIps: [],
  };
}

/** The best of many runs: what the code needs when nobody else takes the processor. */
function bestMs(work: () => unknown): number {
  const times = Array.from({ length: 40 }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return Math.min(...times);
}

describe('speed', () => {
  const spec = bigSpec(200);
  const plan = preview(spec, EMPTY_OBSERVED);
  const worlds = [EMPTY_OBSERVED];
  for (const { action } of plan.steps) worlds.push(predict(worlds.at(-1)!, action));

  it.each([
    ['nothing is there', 0],
    ['half is done', 0.5],
    ['all is done', 1],
  ])('decides in well under 5 ms when %s', (_, part) => {
    const world = worlds[Math.floor((worlds.length - 1) * part)]!;
    expect(bestMs(() => nextActions(spec, world))).toBeLessThan(3);
  });

  it('grows with the number of servers, not with its square', () => {
    const cost = (count: number): number => {
      const sized = bigSpec(count);
      return bestMs(() => nextActions(sized, EMPTY_OBSERVED));
    };
    cost(100);
    expect(cost(1_600) / cost(100)).toBeLessThan(16 * 4);
  });
});
