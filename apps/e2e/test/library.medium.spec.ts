/** Every practical descriptor of the library becomes a running system, all of them beside each other, and goes again. */
import { describe, expect, it, vi } from 'vitest';
import type { Cloud } from '../src/index.js';
import { expectExactly, expectNothingLeft, remove, useCloud } from './use-cloud.js';

interface Wish {
  readonly descriptor: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Servers and appliances together. */
  readonly machines: number;
}

const PASSWORD = 'correct-horse-1';
const LIBRARY: readonly Wish[] = [
  { descriptor: '1-tier', machines: 2 },
  { descriptor: '2-tier', parameters: { dbPassword: PASSWORD }, machines: 3 },
  { descriptor: 'three-tier', parameters: { webCount: 1 }, machines: 4 },
  { descriptor: 'web-farm', parameters: { count: 1 }, machines: 3 },
  { descriptor: 'wordpress', parameters: { dbPassword: PASSWORD }, machines: 3 },
  { descriptor: 'ha-web-farm', parameters: { webCount: 2 }, machines: 7 },
  {
    descriptor: 'ci-farm',
    parameters: { runnerCount: 1, runnerToken: 'a-token-of-some-length' },
    machines: 4,
  },
  {
    descriptor: 'bastion',
    parameters: { appCount: 1, sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLE staff@example.com' },
    machines: 3,
  },
  { descriptor: 'batch-cluster', parameters: { nodeCount: 1 }, machines: 4 },
  { descriptor: 'windows', parameters: { deskCount: 1, adminPassword: PASSWORD }, machines: 3 },
  { descriptor: '1-tier Skeleton', machines: 1 },
  { descriptor: '2-tier Skeleton', machines: 1 },
  { descriptor: '3-tier Skeleton', machines: 1 },
];

async function deployed(cloud: Cloud, { descriptor, parameters = {}, machines }: Wish): Promise<string> {
  const name = `of ${descriptor}`;
  const { vsysId, operation } = await cloud.tenant.create({ name, descriptor, parameters });
  const outcome = await cloud.tenant.ended(operation.id, 40_000);
  expect({ descriptor, ...outcome }).toMatchObject({ descriptor, state: 'succeeded', error: null });
  const { vservers } = await cloud.tenant.get(vsysId);
  expect({ descriptor, machines: vservers.length }).toEqual({ descriptor, machines });
  return vsysId;
}

describe('the library', () => {
  const cloud = useCloud({ simulator: { XCP_SIM_TIME_SCALE: '60' } });

  it('is deployed as a whole and leaves nothing behind', { timeout: 90_000 }, async () => {
    const vsysIds = await Promise.all(LIBRARY.map(async (wish) => deployed(cloud(), wish)));
    // Drives for the first boot go a moment later, once the guests have read them.
    await vi.waitFor(async () => expectExactly(cloud(), ...vsysIds), { timeout: 30_000, interval: 500 });

    const desks = (await Promise.all(vsysIds.map(async (id) => cloud().tenant.get(id))))
      .flatMap(({ vservers }) => vservers)
      .filter(({ name }) => name === 'desk-1')
      .map(({ id }) => id);
    const fullyVirtual = (await cloud().simulator.table('VM'))
      .filter((vm) => vm['HVM_boot_policy'] === 'BIOS order' && vm['is_a_template'] !== true)
      .map((vm) => String(vm['name_label']));
    expect(desks).toHaveLength(1);
    expect(fullyVirtual).toEqual(expect.arrayContaining(desks));

    await Promise.all(vsysIds.map(async (id) => remove(cloud(), id)));
    await expectNothingLeft(cloud());
  });
});
