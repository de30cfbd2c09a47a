/** Snapshots from the terminal, with the real program against everything it works with. */
import { beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

describe('vsysctl snapshots', () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();

  beforeAll(async () => {
    const { url, tenantToken } = world();
    expect((await vsysctl(['login', '--url', url, '--token', tenantToken])).code).toBe(0);
    expect(
      (await vsysctl(['vsys', 'create', '--descriptor', 'three-tier', '--name', 'shop', '--vdc', 'main']))
        .code,
    ).toBe(0);
  }, 60_000);

  it('takes, lists, foretells and goes back to a snapshot, and gives it up', async () => {
    expect(await vsysctl(['snapshots', 'create', 'shop', '--name', 'before'])).toMatchObject({ code: 0 });
    const listed = await vsysctl(['snapshots', 'list', 'shop', '-o', 'json']);
    const [snapshot] = JSON.parse(listed.out);
    expect(snapshot).toMatchObject({ name: 'before', state: 'ready' });
    expect(snapshot.servers).toHaveLength(3);
    const { id } = snapshot;

    const plan = await vsysctl(['snapshots', 'revert', id, '--server', 'shop/db', '--dry-run']);
    expect(plan.code).toBe(0);
    expect(plan.out).toMatch(/Start VServer db/);
    expect((await vsysctl(['snapshots', 'revert', id])).code).not.toBe(0);
    expect((await vsysctl(['snapshots', 'revert', id, '--server', 'shop/db', '--yes'])).code).toBe(0);
    expect((await vsysctl(['snapshots', 'revert', 'shop', '--yes'])).err).toContain(
      'not the id of a snapshot',
    );

    expect((await vsysctl(['snapshots', 'delete', id, '--yes'])).code).toBe(0);
    expect((await vsysctl(['snapshots', 'list', 'shop'])).out).not.toContain(id);
    expect((await vsysctl(['snapshots', 'delete', id, '--yes'])).code).toBe(4);
  }, 60_000);
});
