/** Prices and bills at the terminal, with everything behind it for real. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

const LIST = `currency: EUR
validFrom: 2031-01-01T00:00:00Z
note: Prices of 2031
prices:
  - { product: standard.small, dimension: vserver-running, amount: '0.02' }
  - { product: storage.standard, dimension: vdisk-gib, amount: '0.0001', tiers: [{ from: '1000', amount: '0.00008' }] }
`;

describe('vsysctl and money', { timeout: 60_000 }, () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();
  const provider = newUser();
  const month = new Date().toISOString().slice(0, 7);
  let folder: string;

  beforeAll(async () => {
    const { url, tenantToken, providerToken } = world();
    folder = await mkdtemp(join(tmpdir(), 'openvsys-money-'));
    await vsysctl(['login', '--url', url, '--token', tenantToken]);
    await provider.vsysctl(['login', '--url', url, '--token', providerToken]);
    const created = await vsysctl(['vsys', 'create', '--descriptor', '1-tier', '--name', 'shop'], {
      env: { CI: 'true' },
    });
    expect(created.code).toBe(0);
  }, 90_000);
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it('shows what a list changes, publishes it and takes it back', async () => {
    const publish = async (...args: string[]) =>
      provider.vsysctl(['prices', 'publish', '-f', '-', ...args], { input: LIST });
    const dry = await publish('--dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.out).toMatch(/^standard\.small +vserver-running +changed +0\.015 +0\.02$/m);
    expect(dry.out).not.toContain('is published');
    expect((await vsysctl(['prices', 'publish', '-f', '-', '--dry-run'], { input: LIST })).code).toBe(3);
    const published = await publish('-o', 'json', '--reason', 'decided in November');
    const { version } = JSON.parse(published.out);
    expect((await vsysctl(['prices', 'versions'])).out).toContain('Prices of 2031');
    const at = ['--at', '2031-06-01T00:00:00Z'];
    expect((await vsysctl(['prices', 'effective', ...at])).out).toMatch(
      /^standard\.small +vserver-running +0\.02 /m,
    );
    expect((await vsysctl(['prices', 'show', version.id])).out).toContain('storage.standard');
    expect((await provider.vsysctl(['prices', 'withdraw', version.id])).out).toContain('is withdrawn');
    expect((await vsysctl(['prices', 'list'])).out).toMatch(/^standard\.small +vserver-running +0\.015 /m);
  });

  it('shows the bill as it is, explains each of its lines and says what the system costs', async () => {
    const shown = await vsysctl(['statements', 'show', month]);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/^state +draft$/m);
    expect(shown.out).toContain('✗ The month has not ended yet.');
    // In the first second of its life a server has cost nothing yet.
    const running = await vi.waitFor(async () => {
      const { lines } = JSON.parse((await vsysctl(['statements', 'show', month, '-o', 'json'])).out);
      const found = lines.find(({ dimension }: { dimension: string }) => dimension === 'vserver-running');
      expect(found).toBeDefined();
      return found;
    }, 10_000);
    const explained = await vsysctl(['statements', 'explain', month, String(running.position)]);
    expect(explained.out).toContain('held second by second');
    expect(explained.out).toMatch(/vserver\.running/);
    expect((await vsysctl(['statements', 'explain', month, '999'])).code).toBe(4);
    expect((await vsysctl(['statements', 'show', 'march'])).code).toBe(2);
    const cost = await vsysctl(['vsys', 'cost', 'shop']);
    expect(cost.out).toMatch(/^an hour as it is +0\.0296 EUR$/m);
  });

  it('writes the bill as a file', async () => {
    const file = join(folder, 'focus.csv');
    expect(await vsysctl(['statements', 'export', month, '--format', 'focus', '--file', file])).toMatchObject(
      { code: 0, out: '' },
    );
    expect(await readFile(file, 'utf8')).toMatch(/^BilledCost,BillingAccountId,/);
    const json = await vsysctl(['statements', 'export', month, '--format', 'json']);
    expect(JSON.parse(json.out)).toMatchObject({ contract: 'DEMO0001', state: 'draft' });
  });

  it('adds adjustments, and closes no month that has not ended', async () => {
    const whose = ['--organization', 'DEMO0001'];
    const added = await provider.vsysctl([
      'adjustments',
      'add',
      ...whose,
      '--amount=-2.50',
      '--for',
      'Outage',
    ]);
    expect(added).toMatchObject({ code: 0 });
    expect((await vsysctl(['adjustments', 'list'])).out).toMatch(/-2\.50 +EUR +Outage/);
    expect((await vsysctl(['statements', 'show', month])).out).toMatch(/Outage .*-2\.50$/m);
    const dry = await provider.vsysctl(['statements', 'close', month, ...whose, '--dry-run']);
    expect(dry).toMatchObject({ code: 0 });
    const closed = await provider.vsysctl([
      'statements',
      'close',
      month,
      ...whose,
      '--yes',
      '--reason',
      'at once',
    ]);
    expect(closed).toMatchObject({ code: 5, out: '' });
    expect(closed.err).toContain('The month has not ended yet.');
    expect((await vsysctl(['statements', 'list', '-o', 'json'])).out.trim()).toBe('[]');
    expect((await provider.vsysctl(['usage', 'parked', '-o', 'json'])).out.trim()).toBe('[]');
  });
});
