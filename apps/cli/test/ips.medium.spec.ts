/** Public addresses and networks of a VDC from the terminal, with everything behind it for real. */
import { beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

describe('vsysctl ips', { timeout: 60_000 }, () => {
  const world = useCliWorld();
  const tenant = newUser();
  const provider = newUser();
  const ok = async (user: typeof tenant, ...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await user.vsysctl(args, { env: { CI: 'true' } });
    expect(`${code} ${err}`).toMatch(/^0 /);
    return out;
  };

  beforeAll(async () => {
    const { url, tenantToken, providerToken } = world();
    await ok(tenant, 'login', '--url', url, '--token', tenantToken);
    await ok(provider, 'login', '--url', url, '--token', providerToken);
    for (const name of ['one', 'two'])
      await ok(tenant, 'vsys', 'create', '--descriptor', '1-tier', '--name', name);
  }, 90_000);

  it('move an address of the VDC from one running system to another, and give it back', async () => {
    const made = await ok(tenant, 'ips', 'allocate', 'front');
    const address = /^address +(\S+)$/m.exec(made)?.[1] ?? 'none';
    await ok(tenant, 'ips', 'attach', 'front', 'one', 'main', '--yes');
    expect(await ok(tenant, 'vsys', 'show', 'one')).toContain(address);
    expect(await ok(tenant, 'ips', 'list')).toMatch(new RegExp(`front +${address} +\\S+-P-\\d+`));
    expect((await tenant.vsysctl(['ips', 'free', address, '--yes'])).err).toContain('is used by');
    await ok(tenant, 'ips', 'detach', address, '--replacement', 'new', '--yes');
    await ok(tenant, 'ips', 'attach', address, 'two', 'main', '--yes');
    expect(await ok(tenant, 'vsys', 'show', 'one')).not.toContain(address);
    expect(await ok(tenant, 'vsys', 'show', 'two')).toContain(address);
    await ok(tenant, 'vsys', 'delete', 'two', '--yes');
    expect(await ok(tenant, 'ips', 'list')).toMatch(new RegExp(`front +${address} +–$`, 'm'));
    expect((await tenant.vsysctl(['ips', 'free', 'front'], { env: { CI: 'true' } })).code).toBe(2);
    await ok(tenant, 'ips', 'free', 'front', '--yes');
    expect(await ok(tenant, 'ips', 'list')).not.toContain(address);
  });

  it('ask whether a server of one system reaches another system', async () => {
    await ok(
      tenant,
      'vsys',
      'create',
      '--descriptor',
      '1-tier',
      '--name',
      'three',
      '-p',
      'sshFrom=203.0.113.0/24',
    );
    const way = await tenant.vsysctl(['efms', 'reach', 'one', 'server', 'three/main', '--port', '22']);
    expect([way.code, way.out]).toEqual([0, expect.stringContaining('“server” reaches “')]);
    const shut = await tenant.vsysctl(['efms', 'reach', 'one', 'server', 'three/main', '--port', '80']);
    expect([shut.code, shut.out]).toEqual([5, expect.stringContaining('does not reach')]);
  });

  it('let the provider see and change the ranges of a zone', async () => {
    const zones = JSON.parse(await ok(provider, 'zones', 'list', '-o', 'json'));
    const zone = zones[0].name as string;
    expect(await ok(provider, 'ips', 'ranges', zone)).toMatch(/^203\.0\.113\.1 +203\.0\.113\./m);
    expect(await ok(provider, 'ips', 'add-range', zone, '198.51.100.1', '198.51.100.9')).toMatch(
      /^198\.51\.100\.1 +198\.51\.100\.9 +9 +9 +0 +0$/m,
    );
    expect(await ok(provider, 'ips', 'remove-range', zone, '198.51.100.1', '198.51.100.9')).not.toContain(
      '198.51',
    );
    expect((await tenant.vsysctl(['ips', 'ranges', zone])).code).not.toBe(0);
  });

  it('keep the address space of the VDC', async () => {
    expect(await ok(tenant, 'networks', 'settings')).toMatch(/^space +10\.0\.0\.0\/8$/m);
    const changed = await ok(
      tenant,
      'networks',
      'settings',
      '--space',
      '10.50.0.0/16',
      '--reuse-minutes',
      '0',
    );
    expect(changed).toMatch(/^reuse minutes +0$/m);
    await ok(tenant, 'networks', 'create', 'one', '--name', 'back', '--cidr', 'auto/26', '--kind', 'private');
    const list = await ok(tenant, 'networks', 'list', '--vsys', 'one');
    expect(list).toMatch(/back +10\.50\.0\.0\/26 +private +ready/);
  });
});
