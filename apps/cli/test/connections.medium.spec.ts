/** Firewalls, public addresses and connections given to running systems from the terminal, with everything behind it for real. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

/** One server in one network, and nothing else. */
const descriptorOf = (name: string, cidr: string): string => `
apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: ${name}, version: 1.0.0 }
vnets: { app: { cidr: ${cidr} } }
vservers: { web: { type: standard.tiny, image: debian-13, nics: [{ vnet: app }] } }
`;

describe('vsysctl connections', { timeout: 90_000 }, () => {
  const world = useCliWorld();
  const tenant = newUser();
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await tenant.vsysctl(args, { env: { CI: 'true' } });
    expect(`${code} ${err}`).toMatch(/^0 /);
    return out;
  };
  const folder = mkdtempSync(join(tmpdir(), 'openvsys-cli-'));

  beforeAll(async () => {
    const { url, tenantToken } = world();
    await ok('login', '--url', url, '--token', tenantToken);
    for (const [name, cidr] of [
      ['left', '10.31.0.0/24'],
      ['right', '10.32.0.0/24'],
    ] as const) {
      const file = join(folder, `${name}.yaml`);
      writeFileSync(file, descriptorOf(name, cidr));
      await ok('vsys', 'create', '-f', file, '--name', name, '--wait');
    }
  }, 90_000);

  it('join two systems that got their firewalls while they ran, as far as the rules of both say', async () => {
    const early = await tenant.vsysctl([
      'connections',
      'create',
      'left/app',
      'right/app',
      '--name',
      'partner',
      '--yes',
    ]);
    expect([early.code, early.err]).toEqual([5, expect.stringContaining('Add a firewall')]);
    for (const name of ['left', 'right'])
      await ok('efms', 'create', name, '--name', 'fw', '--kind', 'firewall', '--yes');
    const shown = await ok('connections', 'create', 'left/app', 'right/app', '--name', 'partner', '--yes');
    expect(shown).toMatch(/^state +established$/m);
    const id = /^id +(\S+)$/m.exec(shown)?.[1] ?? 'none';

    const reach = async () =>
      (await tenant.vsysctl(['efms', 'reach', 'left', 'web', 'right/web', '--port', '80'])).code;
    expect(await reach()).toBe(5);
    await ok('efms', 'add-rule', 'left/fw', '{from: app, to: partner, protocol: tcp, ports: [80]}');
    expect(await reach()).toBe(5);
    await ok('efms', 'add-rule', 'right/fw', '{from: partner, to: app, protocol: tcp, ports: [80]}');
    expect(await reach()).toBe(0);

    expect(await ok('connections', 'list', 'right')).toContain(id);
    const plan = await ok('vsys', 'delete', 'right', '--purge', '--dry-run');
    expect(plan).toContain(id);
    await ok('connections', 'delete', id, '--yes');
    expect(await reach()).toBe(5);
    expect(await ok('connections', 'list', 'left')).not.toContain(id);
  });

  it('give a running system a public address of its own, and take it back', async () => {
    await ok('ips', 'add', 'left', 'mail', '--yes');
    expect(await ok('public-ips', 'used', '--vsys', 'left')).toMatch(/mail +203\.0\.113\.\d+ +ready +no/);
    await ok('ips', 'remove', 'left/mail', '--yes');
    expect(await ok('ips', 'used', '--vsys', 'left')).not.toContain('mail');
    const plan = await tenant.vsysctl(['efms', 'delete', 'left/fw', '--yes']);
    expect(plan.code).toBe(0);
  });

  it('propose to somebody else by id and key', async () => {
    const proposed = await ok('connections', 'propose', 'right/app', '--name', 'friend');
    const id = /^id +(\S+)$/m.exec(proposed)?.[1] ?? 'none';
    expect(proposed).toMatch(/^key +\S{20,}$/m);
    expect(await ok('connections', 'show', id)).toMatch(/^to +nobody yet$/m);
    const wrong = await tenant.vsysctl(['connections', 'attach', id, '--yes']);
    expect([wrong.code, wrong.err]).toEqual([5, expect.stringContaining('not accepted yet')]);
    const guessed = await tenant.vsysctl([
      'connections',
      'accept',
      id,
      'left/app',
      '--name',
      'friend',
      '--key',
      'x',
    ]);
    expect(guessed.code).toBe(4);
    await ok('connections', 'delete', id, '--yes');
  });
});
