/** Back-ups from the terminal, with the real program against everything it works with. */
import { beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

describe('vsysctl backups', () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();

  beforeAll(async () => {
    const { url, tenantToken } = world();
    expect((await vsysctl(['login', '--url', url, '--token', tenantToken])).code).toBe(0);
    const create = ['vsys', 'create', '--descriptor', 'three-tier', '--name', 'shop', '--vdc', 'main'];
    const made = await vsysctl(create);
    expect(made.code).toBe(0);
  }, 60_000);

  it('takes, lists and restores back-ups, gives keys, and deletes them', async () => {
    const taken = await vsysctl(['backups', 'create', 'shop/db', '--name', 'before', '--outlives']);
    expect(taken).toMatchObject({ code: 0 });
    const listed = await vsysctl(['backups', 'list', '--vsys', 'shop', '-o', 'json']);
    const [backup] = JSON.parse(listed.out);
    expect(backup).toMatchObject({ name: 'before', sourceName: 'db', state: 'ready', outlives: true });
    const { id } = backup;

    const plan = await vsysctl(['backups', 'restore', id, '--stop-server', '--dry-run']);
    expect(plan.out).toMatch(/Restore db from back-up before/);
    expect((await vsysctl(['backups', 'restore', id, '--stop-server'])).code).not.toBe(0);
    expect((await vsysctl(['backups', 'restore', id, '--stop-server', '--yes'])).code).toBe(0);
    const disk = ['backups', 'restore', id, '--new-disk', 'restored', '--server', 'shop/db'];
    expect((await vsysctl(disk)).code).toBe(0);
    expect((await vsysctl(['backups', 'restore', 'shop', '--yes'])).err).toContain('not the id of a back-up');

    expect((await vsysctl(['backups', 'key', id])).code).toBe(4);
    const key = JSON.parse(
      (await vsysctl(['backups', 'key', id, '--set', '--for', 'DEMO0002', '-o', 'json'])).out,
    );
    expect(key).toMatchObject({ contracts: ['DEMO0002'] });
    expect((await vsysctl(['backups', 'key', id])).out).toContain(key.key);
    expect((await vsysctl(['backups', 'key', id, '--withdraw'])).code).toBe(0);

    expect((await vsysctl(['backups', 'delete', id, '--yes'])).code).toBe(0);
    expect((await vsysctl(['backups', 'list'])).out).not.toContain(id);
  }, 60_000);

  it('adds, lists and removes policies', async () => {
    const add = ['backups', 'add-policy', 'shop', '--name', 'nightly', '--cron', '30 2 * * *'];
    const zone = ['--zone', 'Europe/Berlin', '--disk', 'db'];
    expect((await vsysctl([...add, ...zone, '--keep', 'forever'])).err).toContain('is not a rule');
    const added = await vsysctl([...add, ...zone, '--keep', 'daily=7', '--keep', 'weekly=4', '-o', 'json']);
    const { id } = JSON.parse(added.out);
    expect((await vsysctl(['backups', 'policies', 'shop'])).out).toMatch(/nightly.*daily 7, weekly 4/);
    expect((await vsysctl(['backups', 'remove-policy', 'shop', id])).code).toBe(0);
    expect((await vsysctl(['backups', 'policies', 'shop'])).out).not.toContain('nightly');
  }, 60_000);
});
