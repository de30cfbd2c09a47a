/** Single parts of a system from the terminal, with the real program against everything it works with. */
import { beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

describe('parts of a system', () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await vsysctl(args);
    expect(`${code} ${err}`).toMatch(/^0 /);
    return out;
  };

  /** Uuid in the pool of the disk that a server boots from. */
  const systemDiskOf = (server: string): string => {
    const { db } = world().sim.pool;
    const vm = db.rows('VM').find((row) => row.text('name_label') === server && !row.bool('is_a_template'));
    const vbd = db.rows('VBD').find((row) => row.link('VM') === vm?.ref && row.text('userdevice') === '0');
    return vbd?.link('VDI') ?? 'none';
  };

  beforeAll(async () => {
    const { url, tenantToken } = world();
    await ok('login', '--url', url, '--token', tenantToken);
    await ok('vsys', 'create', '--descriptor', 'three-tier', '--name', 'shop', '--vdc', 'main');
  }, 60_000);

  it('are made anew with their addresses, and say why they do not run', async () => {
    const before = JSON.parse(await ok('vservers', 'show', 'shop/db', '-o', 'json'));
    expect((await vsysctl(['vservers', 'rebuild', 'shop/db'])).code).toBe(2);
    const systemDisk = () => systemDiskOf(before.id);
    const old = systemDisk();
    await ok('vservers', 'rebuild', 'shop/db', '--image', 'ubuntu-24.04', '--new-password', '--yes');
    const after = JSON.parse(await ok('vservers', 'show', 'shop/db', '-o', 'json'));
    expect(after).toMatchObject({
      id: before.id,
      nics: before.nics,
      image: 'ubuntu-24.04',
      state: 'running',
    });
    expect(systemDisk()).not.toBe(old);
    expect(await ok('vservers', 'password', 'shop/db')).toMatch(/password +[A-Za-z2-9]{20}/);
    expect((await vsysctl(['vservers', 'password', 'shop/db'])).err).toContain('shown already');
    expect(await ok('vservers', 'why', 'shop/db')).toContain('as-wanted');
    await ok('vservers', 'rebuild', 'shop/db', '--yes');
  }, 60_000);

  it('run another system for a while, and their own again', async () => {
    const shown = async () => JSON.parse(await ok('vservers', 'show', 'shop/db', '-o', 'json'));
    const before = await shown();
    const own = systemDiskOf(before.id);
    expect((await vsysctl(['vservers', 'end-rescue', 'shop/db', '--yes'])).err).toContain('not in rescue');
    expect((await vsysctl(['vservers', 'rescue', 'shop/db', '--image', 'none', '--yes'])).err).toContain(
      'none',
    );
    expect((await vsysctl(['vservers', 'rescue', 'shop/db', '--image', 'debian-13'])).code).toBe(2);
    await ok('vservers', 'rescue', 'shop/db', '--image', 'debian-13', '--yes');
    expect(await shown()).toEqual({ ...before, rescue: 'debian-13' });
    expect(systemDiskOf(before.id)).not.toBe(own);
    for (const refused of [
      ['vservers', 'rescue', 'shop/db', '--image', 'debian-13', '--yes'],
      ['vservers', 'rebuild', 'shop/db', '--yes'],
      ['snapshots', 'create', 'shop', '--name', 'now'],
    ])
      expect((await vsysctl(refused)).err).toContain('in rescue');
    await ok('vservers', 'stop', 'shop/db');
    await ok('vservers', 'end-rescue', 'shop/db', '--yes');
    expect(await shown()).toEqual(before);
    expect(systemDiskOf(before.id)).toBe(own);
  }, 60_000);

  it('grow within their headroom without a restart', async () => {
    const shown = async () => JSON.parse(await ok('vservers', 'show', 'shop/db', '-o', 'json'));
    expect((await vsysctl(['vservers', 'change', 'shop/db', '--headroom', 'much', '--yes'])).code).toBe(2);
    const before = await shown();
    const [most, memory] = [before.vcpus * 4, before.memoryMiB * 4];
    const small = ['vservers', 'change', 'shop/db', '--headroom', `${most}:${memory * 2}`, '--yes'];
    expect((await vsysctl(small)).err).toContain('headroom');
    await ok('vservers', 'change', 'shop/db', '--headroom', `${most}:${memory}`, '--yes');
    const vm = world()
      .sim.pool.db.rows('VM')
      .find((row) => row.text('name_label') === before.id && !row.bool('is_a_template'))!;
    await expect.poll(() => vm.link('guest_metrics'), { timeout: 30_000 }).not.toBe('OpaqueRef:NULL');
    const domain = vm.int('domid');
    // Nothing that hurts is planned, so nobody is asked.
    await ok('vservers', 'change', 'shop/db', '--type', 'standard.large');
    const after = await shown();
    expect(after).toMatchObject({ type: 'standard.large', headroomVcpus: most, headroomMemoryMiB: memory });
    expect([vm.int('VCPUs_at_startup'), vm.int('memory_dynamic_max') / 2 ** 20]).toEqual([
      after.vcpus,
      after.memoryMiB,
    ]);
    expect(vm.int('domid')).toBe(domain);
  }, 60_000);

  it('come, change and go while the rest runs', async () => {
    const server = ['--type', 'standard.small', '--image', 'debian-13', '--network', 'app'];
    await ok('vservers', 'create', 'shop', '--name', 'job', '--count', '2', ...server, '--disk', 'data:2');
    await ok('vservers', 'stop', 'shop/job-2', '--force');
    await ok('networks', 'create', 'shop', '--name', 'back', '--cidr', '10.0.9.0/24');
    await ok('vservers', 'add-nic', 'shop/job-1', 'shop/back', '--address', '10.0.9.9');
    await ok('disks', 'create', 'shop', '--name', 'extra', '--size', '3', '--attach', 'shop/job-1');
    // The storage of this world is no block storage, so nothing would come of it.
    const refused = await vsysctl(['disks', 'prioritize', 'shop/extra', '0']);
    expect(refused.code).not.toBe(0);
    expect(`${refused.out}${refused.err}`).toContain('honours no priorities');
    expect((await vsysctl(['disks', 'prioritize', 'shop/extra', '8'])).code).toBe(2);
    await ok('disks', 'detach', 'shop/extra');
    await ok('disks', 'grow', 'shop/extra', '4', '--yes');
    await ok('disks', 'attach', 'shop/extra', 'shop/job-2');
    const disks = JSON.parse(await ok('disks', 'list', '--vsys', 'shop', '-o', 'json'));
    expect(disks.find(({ name }: { name: string }) => name === 'extra')).toMatchObject({
      sizeGiB: 4,
      state: 'attached',
    });
    expect((await vsysctl(['vservers', 'delete', 'shop/job-1'])).code).toBe(2);
    await ok('vservers', 'delete', 'shop/job-1', '--yes');
    expect(await ok('networks', 'addresses', 'shop/back')).toMatch(/^10\.0\.9\.9 +resting +job-1/m);
    await ok('networks', 'reserve', 'shop/back', '10.0.9.50', '10.0.9.59', '--note', 'printers');
    expect(await ok('networks', 'addresses', 'shop/back')).toMatch(
      /reserved: 10\.0\.9\.50 to 10\.0\.9\.59 printers/,
    );
    await ok('networks', 'delete', 'shop/back', '--yes');
    const shown = await ok('vsys', 'show', 'shop');
    expect(shown).toMatch(/job-2 .* stopped/);
    expect(shown).toMatch(/job-1-data .* detached/);
    expect(shown).not.toMatch(/job-1 |back /);
  }, 60_000);
});
