/** Firewalls and load balancers at the terminal, with everything behind it for real; the appliance itself is not there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

const SSH = '{name: ssh, from: internet, to: dmz, protocol: tcp, ports: [22], destinations: [lb]}';

describe('vsysctl efms', { timeout: 60_000 }, () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();
  let folder: string;
  const done = async (...args: string[]) => {
    const ran = await vsysctl(['efms', ...args], { env: { CI: 'true' } });
    expect(ran).toMatchObject({ code: 0 });
    return ran.out;
  };

  beforeAll(async () => {
    const { url, tenantToken } = world();
    folder = await mkdtemp(join(tmpdir(), 'openvsys-efms-'));
    await vsysctl(['login', '--url', url, '--token', tenantToken]);
    const create = ['vsys', 'create', '--descriptor', 'three-tier', '--name', 'shop'];
    expect((await vsysctl(create, { env: { CI: 'true' } })).code).toBe(0);
  }, 90_000);
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it('adds a rule after a look at what it would do, until the system is there', async () => {
    const dry = await done('add-rule', 'shop/fw', SSH, '--position', '1', '--dry-run');
    expect(dry).toMatch(/^\+.*r-ssh/m);
    const closing = '{from: internet, to: dmz, protocol: tcp, action: deny}';
    const warned = await done('add-rule', 'shop/fw', closing, '--position', '1', '--dry-run');
    expect(warned).toMatch(/\(internet\) → \S+ tcp 80: passes → denied {2}Rule 1 denies it\./);
    expect(warned).toMatch(/^! \/config\/rules\/1: Rule 2 never decides/m);
    expect(await done('rules', 'shop/fw')).not.toContain('r-ssh');
    expect(await done('add-rule', 'shop/fw', SSH, '--position', '1')).toMatch(/^state +succeeded$/m);
    expect((await done('rules', 'shop/fw')).split('\n')[1]).toMatch(/^ *0 +r-ssh /);
    await done('change-rule', 'shop/fw', 'r-ssh', '{log: true}');
    await done('remove-rule', 'shop/fw', 'r-ssh');
    const gone = await vsysctl(['efms', 'remove-rule', 'shop/fw', 'r-ssh']);
    expect(gone).toMatchObject({ code: 4, err: expect.stringContaining('no rule') });
  });

  it('prints a configuration, takes it back changed, and goes back in time', async () => {
    const file = join(folder, 'fw.yaml');
    await writeFile(file, `${await done('config', 'shop/fw')}\nlogDenied: false\n`);
    await done('apply', 'shop/fw', '-f', file);
    expect(await done('config', 'shop/fw')).toContain('logDenied: false');
    expect(await done('versions', 'shop/fw')).toMatch(/^ *\d+ +yes /m);
    await done('restore', 'shop/fw', '1');
    expect(await done('config', 'shop/fw')).not.toContain('logDenied');
    await writeFile(file, 'rules: [{ from: nowhere, to: dmz, protocol: tcp }]');
    const wrong = await vsysctl(['efms', 'apply', 'shop/fw', '-f', file]);
    expect(wrong).toMatchObject({ code: 5, err: expect.stringContaining('/config/rules/0/from') });
  });

  it('drains members and says who reaches whom', async () => {
    await done('member', 'shop/lb', 'web', '--state', 'drain');
    const closed = await vsysctl(['efms', 'reach', 'shop', 'internet', 'www', '--port', '80']);
    expect(closed).toMatchObject({ code: 5, out: expect.stringContaining('no member is in service') });
    await done('member', 'shop/lb', 'web', '--state', 'ready');
    expect(await done('reach', 'shop', 'internet', 'www', '--port', '80')).toMatch(/^lb +yes /m);
    expect((await vsysctl(['efms', 'member', 'shop/lb', 'web'])).code).toBe(2);
    expect(await done('list', '--vsys', 'shop')).toMatch(/fw +firewall +running +\d+ +silent/);
    for (const verb of ['certificates', 'counters', 'logs']) await done(verb, 'shop/lb');
  });
});
