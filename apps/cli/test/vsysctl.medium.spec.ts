/** A session at the terminal, from the log-in to the bill, with the real program against everything it works with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

const THREE_TIER = join(import.meta.dirname, '../../../descriptors/three-tier.yaml');

describe('vsysctl at work', () => {
  const world = useCliWorld();
  const tenant = newUser();
  const provider = newUser();
  const { vsysctl } = tenant;
  const data = async (...args: string[]) => JSON.parse((await vsysctl([...args, '-o', 'json'])).out);
  const vmNames = (): unknown[] =>
    world()
      .sim.pool.db.rows('VM')
      .map((vm) => vm.get('name_label'));

  beforeAll(async () => {
    const { url, tenantToken, providerToken } = world();
    expect((await vsysctl(['login', '--url', url, '--token', tenantToken])).code).toBe(0);
    expect((await provider.vsysctl(['login', '--url', url, '--token', providerToken])).code).toBe(0);
  });

  it('knows who it is', async () => {
    expect(await data('whoami')).toMatchObject({ contract: 'DEMO0001', roles: ['org-admin'] });
    expect((await provider.vsysctl(['whoami'])).out).toContain('(provider)');
  });

  it('lists what can be ordered', async () => {
    expect((await vsysctl(['server-types', 'list'])).out).toMatch(/^NAME +KIND +VCPUS/);
    expect((await vsysctl(['images', 'list'])).out).toContain('debian-13');
    const prices = await vsysctl(['prices', 'list', '--limit', '1']);
    expect(prices.err).toContain('There are more');
    expect(await data('prices', 'list', '--limit', '2')).toHaveLength(2);
    expect((await vsysctl(['vdcs', 'list'])).out).toContain('main');
    expect((await vsysctl(['pools', 'list'])).code).toBe(3);
    expect((await provider.vsysctl(['pools', 'show', 'pool-1'])).out).toContain('served by');
  });

  it('checks, stores and shows descriptors', async () => {
    const text = readFileSync(THREE_TIER, 'utf8');
    const mine = text.replace('name: three-tier', 'name: mine');
    const stored = await vsysctl(['descriptors', 'create', '-f', '-'], { input: mine });
    expect(stored.code).toBe(0);
    expect((await vsysctl(['descriptors', 'list'])).out).toMatch(/^mine +1\.0\.0 +organization +/m);
    expect((await vsysctl(['descriptors', 'show', 'mine@1.0.0'])).out).toBe(`${mine.trimEnd()}\n`);

    const wrong = mine
      .replace('standard.medium, enum', 'standard.huge, enum')
      .replace('kind: firewall', 'kind: frewall');
    const checked = await vsysctl(['descriptors', 'validate', '-f', '-'], { input: wrong });
    expect(checked).toMatchObject({ code: 5, out: '' });
    expect(checked.err).toContain('at       /efms/fw/kind');
    expect(checked.err).toContain('request  ');
    expect((await vsysctl(['descriptors', 'show', 'nobody'])).code).toBe(4);
  });

  it('copies, shares and gives descriptors up', async () => {
    expect((await vsysctl(['descriptors', 'copy', 'three-tier@1.0.0', '--name', 'ours'])).code).toBe(0);
    expect((await vsysctl(['descriptors', 'copy', '--name', 'ours'])).code).toBe(2);
    const key = JSON.parse((await vsysctl(['descriptors', 'key', 'ours', '--set', '-o', 'json'])).out);
    expect((await vsysctl(['descriptors', 'key', 'ours'])).out).toContain(key.key);
    const shared = ['descriptors', 'list', '--search', 'three-TIER', '--visibility', 'shared', '-o', 'json'];
    expect(JSON.parse((await vsysctl(shared)).out)).toMatchObject([{ name: 'ours' }]);
    expect((await vsysctl(['descriptors', 'key', 'ours', '--withdraw'])).code).toBe(0);
    expect((await vsysctl(['descriptors', 'delete', 'ours'])).code).toBe(0);
    expect((await vsysctl(['descriptors', 'show', 'ours'])).code).toBe(4);
  });

  it('plans without doing anything', async () => {
    const plan = await vsysctl(['vsys', 'plan', '--descriptor', 'three-tier', '-p', 'webCount=3']);
    expect(plan).toMatchObject({ code: 0, err: '' });
    expect(plan.out).toMatch(/^ {2}\+ vserver +web-3  1 network card$/m);
    expect(plan.out).toMatch(/^Steps \(\d+ in \d+ waves, about /m);
    expect(plan.out).toMatch(/^an hour +0\.00 +\d+\.\d+ +EUR$/m);
    expect(plan.out).toContain('capacity: there is room');
    expect(await data('vsys', 'list')).toEqual([]);

    const wrong = await vsysctl(['vsys', 'plan', '--descriptor', 'three-tier', '-p', 'webCount=many']);
    expect(wrong.code).toBe(5);
    expect(wrong.err).toContain('/parameters/webCount');
  });

  it('creates a system and follows it to the end, line by line', async () => {
    const created = await vsysctl(
      ['vsys', 'create', '--descriptor', 'three-tier', '--name', 'shop', '--vdc', 'main'],
      { env: { CI: 'true' } },
    );
    expect(created).toMatchObject({ code: 0 });
    expect(created.err).toMatch(/^VSYS DEMO0001-\w{9} is accepted with \d+ parts\.$/m);
    expect(created.err).toMatch(/^vserver web-1 running$/m);
    expect(created.err).toMatch(/^vsys\.create succeeded \(\d+ of \d+ steps\)$/m);
    expect(created.out).toMatch(/^state +succeeded$/m);
  });

  it('captures it', async () => {
    const capture = ['descriptors', 'capture', 'shop', '--name', 'our-shop', '--image', 'web=ubuntu-24.04'];
    expect((await vsysctl(capture)).out).toMatch(/^version +1\.0\.0$/m);
    const { document } = JSON.parse((await vsysctl(['descriptors', 'show', 'our-shop', '-o', 'json'])).out);
    expect(document.vservers).toMatchObject({ web: { image: 'ubuntu-24.04' }, db: { image: 'debian-13' } });
    expect((await vsysctl(['descriptors', 'capture', 'shop', '--name', 'x', '--image', 'web'])).code).toBe(2);
  });

  it('shows it as a tree and as data', async () => {
    const shown = await vsysctl(['vsys', 'show', 'shop', '--watch']);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/^shop \(DEMO0001-\w{9}\) +ready$/m);
    expect(shown.out).toMatch(/^│ {2}└─ db-data +disk +20 GiB +attached$/m);
    const vsys = await data('vsys', 'show', 'shop');
    expect(vsys).toMatchObject({ name: 'shop', phase: 'ready' });
    expect(parse((await vsysctl(['vsys', 'show', vsys.id, '-o', 'yaml'])).out)).toEqual(vsys);
    const names = vsys.vservers.map(({ name }: { name: string }) => name).toSorted();
    expect(names).toEqual(['db', 'fw', 'lb', 'web-1', 'web-2']);
    expect(vmNames()).toEqual(expect.arrayContaining(vsys.vservers.map(({ id }: { id: string }) => id)));
  });

  it('draws a picture on a terminal', async () => {
    const restarted = await vsysctl(['vservers', 'restart', 'shop/web-1'], { terminal: true });
    expect(restarted.code).toBe(0);
    expect(restarted.err).toContain('█');
    expect(restarted.err).toContain('vserver.restart');
    expect(restarted.out).toContain('succeeded');
  });

  it('does a change once, however often it is repeated', async () => {
    const args = ['vservers', 'stop', 'shop/web-2', '--idempotency-key', 'stop-once', '-o', 'json'];
    const [first, second] = [await vsysctl(args), await vsysctl(args)];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(JSON.parse(second.out).operation.id).toBe(JSON.parse(first.out).operation.id);
    const other = await vsysctl(['vservers', 'start', 'shop/web-2', '--idempotency-key', 'stop-once']);
    expect(other.code).toBe(5);
    expect(other.err).toContain('idempotency-reused');
    expect((await vsysctl(['vservers', 'show', 'shop/web-2'])).out).toMatch(/^state +stopped$/m);
    expect((await vsysctl(['vservers', 'stop', 'shop/web-2'])).code).toBe(5);
  });

  it('changes a system after showing what that means', async () => {
    const wanted = ['vsys', 'change', 'shop', '-p', 'webCount=1'];
    const unattended = await vsysctl(wanted);
    expect(unattended.code).toBe(2);
    expect(unattended.err).toContain('--yes');
    const refused = await vsysctl(wanted, { answers: ['n'] });
    expect(refused.code).toBe(7);
    expect(refused.err).toMatch(/^ {2}- vserver +web-2  1 network card$/m);
    expect(await data('vservers', 'list', '--vsys', 'shop')).toHaveLength(5);
    expect(await vsysctl(wanted, { answers: ['y'] })).toMatchObject({ code: 0 });
    expect(await data('vservers', 'list', '--vsys', 'shop')).toHaveLength(4);
  });

  it('stops and starts a whole system', async () => {
    expect((await vsysctl(['vsys', 'stop', 'shop'])).code).toBe(0);
    const states = async () =>
      (await data('vservers', 'list', '--vsys', 'shop')).map(({ state }: { state: string }) => state);
    expect(new Set(await states())).toEqual(new Set(['stopped']));
    expect((await vsysctl(['vsys', 'start', 'shop'])).code).toBe(0);
    expect(new Set(await states())).toEqual(new Set(['running']));
    expect((await vsysctl(['vsys', 'start', 'shop'])).err).toContain('wanted running already');
  });

  it('scales a role and goes back to a former generation, asking when something is destroyed', async () => {
    expect((await vsysctl(['vsys', 'scale', 'shop', 'web', '2'])).code).toBe(0);
    const [newest] = await data('vsys', 'generations', 'shop', '--limit', '1');
    expect(newest.operation.kind).toBe('vsys.scale');
    const back = ['vsys', 'rollback', 'shop', String(newest.generation - 1)];
    const unattended = await vsysctl(back);
    expect(unattended).toMatchObject({ code: 2 });
    const lost = await vsysctl([...back, '--yes']);
    expect(lost.code).not.toBe(0);
    expect(lost.err).toContain('“web-2”');
    expect((await vsysctl([...back, '--yes', '--allow-data-loss'])).code).toBe(0);
    expect((await vsysctl(['vsys', 'generations', 'shop'])).out).toContain('vsys.rollback');
    expect((await vsysctl(['vsys', 'clone', 'shop', '--name', 'twin'])).code).toBe(0);
    expect((await vsysctl(['vsys', 'delete', 'twin', '--yes'])).code).toBe(0);
    expect((await vsysctl(['vsys', 'stop', 'shop'])).code).toBe(0);
    expect((await vsysctl(['vsys', 'start', 'shop'])).code).toBe(0);
  });

  it('protects, tags, leases and schedules a system, and finds it by that', async () => {
    const set = ['--protect', '--tag', 'env=prod', '--notes', 'Ask Jo', '--expires', '2099-01-01'];
    const settings = await data('vsys', 'settings', 'shop', ...set);
    expect(settings).toMatchObject({
      protected: true,
      tags: { env: 'prod' },
      lease: { expiresAt: '2099-01-01T00:00:00.000Z', action: 'stop' },
    });
    expect(await data('vsys', 'list', '--tag', 'env:prod', '--search', 'ask jo')).toHaveLength(1);
    expect(await data('vsys', 'list', '--tag', 'env:test')).toHaveLength(0);
    expect((await vsysctl(['vsys', 'delete', 'shop', '--yes'])).err).toContain('protected');
    const dry = await vsysctl(['vsys', 'delete', 'shop', '--dry-run']);
    expect(dry.out).toMatch(/^recycle bin +no: gone at once$/m);
    const none = await data('vsys', 'settings', 'shop', '--unprotect', '--untag', 'env', '--no-lease');
    expect(none).toMatchObject({ protected: false, tags: {}, lease: null, notes: 'Ask Jo' });
    const added = await data('vsys', 'schedules', 'add', 'shop', 'stop', '0 18 * * *');
    expect((await vsysctl(['vsys', 'schedules', 'list', 'shop'])).out).toContain('0 18 * * *');
    expect((await vsysctl(['vsys', 'schedules', 'remove', 'shop', added.id])).code).toBe(0);
    expect(await data('vsys', 'schedules', 'list', 'shop')).toHaveLength(0);
    expect(await data('vdcs', 'recycle-bin', 'main')).toMatchObject({ retentionHours: 0 });
  });

  it('shows operations with their steps', async () => {
    const [newest, ...others] = await data('operations', 'list', '--vsys', 'shop', '--all');
    expect(others.at(-1)).toMatchObject({ kind: 'vsys.create', state: 'succeeded' });
    expect(newest.kind).toBe('vsys.start');
    const shown = await vsysctl(['operations', 'show', others.at(-1).id]);
    expect(shown.out).toMatch(/^vserver\.clone +DEMO0001-\w{9}-S-\d{4} +1 +done/m);
    expect((await vsysctl(['operations', 'wait', newest.id])).code).toBe(0);
    expect((await vsysctl(['operations', 'cancel', newest.id])).code).toBe(5);
    expect((await vsysctl(['operations', 'show', '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11'])).code).toBe(4);
  });

  it('shows limits, tries a new one out, sets it, and meets it', async () => {
    const scope = ['--scope', 'vdc:main'];
    const before = await vsysctl(['quotas', 'show', ...scope]);
    const tried = await vsysctl(['quotas', 'set', ...scope, 'vservers=4', '--dry-run']);
    expect(tried.out).toMatch(/^vserver +\w+ +4 +4 +nothing can be added$/m);
    expect((await vsysctl(['quotas', 'show', ...scope])).out).toBe(before.out);
    const set = await vsysctl(['quotas', 'set', ...scope, 'vservers=4']);
    expect(set.out).toMatch(/^vserver +4 +4$/m);
    expect((await vsysctl(['quotas', 'usage', ...scope])).out).toMatch(/^vserver +4 +4 +0 +100 %$/m);

    const plan = await vsysctl(['vsys', 'plan', 'shop', '-p', 'webCount=3']);
    expect(plan.code).toBe(5);
    expect(plan.out).toMatch(/^vdc +vserver +4 +6 +4 +NO$/m);
    const changed = await vsysctl(['vsys', 'change', 'shop', '-p', 'webCount=3']);
    expect(changed.code).toBe(5);
    expect(changed.err).toContain('quota-exceeded');
    expect((await vsysctl(['quotas', 'set', ...scope, 'vservers=none'])).out).toMatch(/^vserver +none +4$/m);
  });

  it('asks for more, keeps a budget, and takes both back', async () => {
    const asked = await data('quotas', 'request', 'vsys=900', '--reason', 'sale');
    expect(asked).toMatchObject({
      state: 'open',
      scope: 'organization',
      limits: [{ resource: 'vsys', limit: 900 }],
    });
    expect(await data('quotas', 'requests', '--state', 'open')).toHaveLength(1);
    expect(await data('quotas', 'withdraw', asked.id, '--reason', 'mistake')).toMatchObject({
      state: 'withdrawn',
    });
    const budget = ['--scope', 'vsys:shop', '--amount', '200', '--mark', '80%', '--at-limit', 'stop-new'];
    const made = await data('budgets', 'create', 'shop', ...budget);
    expect(made).toMatchObject({
      scope: 'vsys',
      thresholds: [{ basis: 'spent', unit: 'percent', value: '80' }],
    });
    expect((await vsysctl(['budgets', 'list'])).out).toContain('200.0000 EUR');
    expect((await vsysctl(['budgets', 'show', made.id])).code).toBe(0);
    const changed = await data('budgets', 'change', made.id, '--amount', '300', '--mark', '100%@forecast');
    expect(changed).toMatchObject({
      name: 'shop',
      amount: '300',
      atLimit: 'stop-new',
      version: made.version + 1,
      thresholds: [{ basis: 'forecast', unit: 'percent', value: '100' }],
    });
    expect((await vsysctl(['budgets', 'change', made.id])).code).toBe(2);
    expect((await vsysctl(['budgets', 'change', made.id, '--mark', 'much'])).code).toBe(2);
    expect((await vsysctl(['budgets', 'delete', made.id])).code).toBe(0);
    expect(await data('budgets', 'list')).toHaveLength(0);
  });

  it('bills what was used', async () => {
    const usage = await vsysctl(['usage', '--vsys', 'shop', '--group-by', 'resource']);
    expect(usage.code).toBe(0);
    expect(usage.out).toMatch(/^total: \d+\.\d+ EUR$/m);
    const { items, totals } = await data('usage', '--vsys', 'shop', '--all');
    expect(items.length).toBeGreaterThan(5);
    expect(totals[0].currency).toBe('EUR');
  });

  it('lets the provider make a tenant that can act', async () => {
    const created = await provider.vsysctl([
      'tenants',
      'create',
      'ACME0001',
      '--name',
      'ACME',
      '--currency',
      'EUR',
    ]);
    expect(created.code).toBe(0);
    const organization = ['--organization', 'ACME0001'];
    expect((await provider.vsysctl(['vdcs', 'create', 'lab', ...organization])).code).toBe(0);
    const quotas = ['quotas', 'set', '--scope', 'organization:ACME0001', 'vservers=2'];
    expect((await provider.vsysctl(quotas)).code).toBe(0);
    const made = await provider.vsysctl([
      'tokens',
      'create',
      '--name',
      'ops',
      '--role',
      'org-admin',
      ...organization,
      '-o',
      'json',
    ]);
    const { token, id } = JSON.parse(made.out);
    const acme = newUser({ OPENVSYS_URL: world().url, OPENVSYS_TOKEN: token });
    expect((await acme.vsysctl(['vdcs', 'list', '-o', 'json'])).out).toContain('"lab"');
    expect((await acme.vsysctl(['vsys', 'show', 'shop'])).code).toBe(4);
    const full = await acme.vsysctl([
      'vsys',
      'create',
      '--descriptor',
      'three-tier',
      '--name',
      'big',
      '--no-wait',
    ]);
    expect(full.code).toBe(5);
    expect(full.err).toContain('quota-exceeded');
    expect((await provider.vsysctl(['tokens', 'revoke', id])).code).toBe(0);
    expect((await acme.vsysctl(['whoami'])).code).toBe(3);
    expect((await vsysctl(['tenants', 'create', 'EVIL0001', '--name', 'x'])).code).toBe(3);
  });

  it('creates from a file without waiting, and waits later', async () => {
    const file = join(tenant.folder, 'values.yaml');
    writeFileSync(file, 'webCount: 4\ndbDiskGiB: 7\n');
    const args = [
      'vsys',
      'create',
      '-f',
      THREE_TIER,
      '--parameter-file',
      file,
      '-p',
      'webCount=1',
      '--name',
      'lab',
    ];
    const accepted = await data(...args, '--no-wait');
    expect(accepted.operation.state).toBe('queued');
    expect((await vsysctl(['operations', 'wait', accepted.operation.id, '--timeout', '60'])).code).toBe(0);
    const lab = await data('vsys', 'show', 'lab');
    expect(lab.parameters).toMatchObject({ webCount: 1, dbDiskGiB: 7 });
  });

  it('tells why an operation failed, and what there is to do: resume', async () => {
    const { faults } = world().sim;
    faults.add({
      method: 'VM.provision',
      effect: { kind: 'error', code: 'SR_BACKEND_FAILURE_44', params: ['', 'full', ''] },
    });
    const create = ['vsys', 'create', '--descriptor', '1-tier', '--name', 'doomed', '-o', 'json'];
    const rolledBack = await vsysctl(create);
    expect(rolledBack.code).toBe(1);
    expect(JSON.parse(rolledBack.out).operation).toMatchObject({ state: 'failed' });
    expect(rolledBack.err).toMatch(/^error: .+ \(operation [\da-f-]{36}\)$/m);
    expect(rolledBack.err).toMatch(/^ {2}request {2}[\da-f-]{36}$/m);
    expect(await data('vsys', 'list', '--name', 'doomed')).toEqual([]);

    const kept = await vsysctl([...create, '--on-failure', 'keep']);
    expect(kept.code).toBe(1);
    expect((await vsysctl(['vsys', 'list', '--phase', 'needs-attention'])).out).toContain('doomed');
    faults.clear();
    const { id } = JSON.parse(kept.out).operation;
    expect((await vsysctl(['operations', 'resume', id])).code).toBe(0);
    expect((await vsysctl(['vsys', 'delete', 'doomed', '--yes'])).code).toBe(0);
    // Two operations that try again until they give up.
  }, 90_000);

  it('deletes only what was looked at, and leaves nothing', async () => {
    const unattended = await vsysctl(['vsys', 'delete', 'shop']);
    expect(unattended.code).toBe(2);
    expect(unattended.err).toContain('--yes');
    const kept = await vsysctl(['vsys', 'delete', 'shop'], { answers: [''] });
    expect(kept.code).toBe(7);
    expect(kept.err).toContain('Delete all of this, 4 servers and 1 data disks?');
    const { id } = await data('vsys', 'show', 'shop');
    expect((await vsysctl(['vsys', 'delete', 'shop'], { answers: ['yes'] })).code).toBe(0);
    expect((await vsysctl(['vsys', 'delete', 'lab', '--yes', '-q'])).err).toBe('');
    expect(vmNames().filter((name) => String(name).startsWith('DEMO0001'))).toEqual([]);
    expect(await data('vsys', 'list')).toEqual([]);
    expect((await vsysctl(['vsys', 'show', 'shop'])).code).toBe(4);
    expect((await vsysctl(['vsys', 'show', id])).out).toMatch(/ deleted$/m);
  });
});
