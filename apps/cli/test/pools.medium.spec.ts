/** `vsysctl pools` against a running API, a worker and simulated pools. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

const FIXTURES = join(import.meta.dirname, '../../../libs/xcp-driver/test/fixtures');
const pem = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');
const FINGERPRINT = new X509Certificate(pem('pool-cert.pem')).fingerprint256
  .replaceAll(':', '')
  .toLowerCase();

describe('the provider at the terminal', () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();
  let second: SimServer;
  beforeAll(async () => {
    const tls = Array.from({ length: 3 }, () => ({ key: pem('pool-key.pem'), cert: pem('pool-cert.pem') }));
    second = await startSimServer({ seed: 21, tls });
    const { url, providerToken } = world();
    expect((await vsysctl(['login', '--url', url, '--token', providerToken])).code).toBe(0);
  });
  afterAll(async () => second.close());

  const registering = () => [
    'pools',
    'register',
    '--name',
    'second',
    '--address',
    second.hosts[1]!.url,
    '--password',
    '-',
  ];

  it('registers a pool after having compared its certificate', async () => {
    const unattended = await vsysctl(registering(), { input: 'secret\n' });
    expect(unattended).toMatchObject({ code: 2, out: '' });
    expect(unattended.err).toContain(FINGERPRINT);
    const refused = await vsysctl(registering(), { input: 'secret\n', answers: ['n'] });
    expect(refused.code).toBe(7);
    const wrong = await vsysctl([...registering(), '--fingerprint', FINGERPRINT], { input: 'guess' });
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('refused our account');
    const other = [...registering(), '--fingerprint', 'ab'.repeat(32), '--yes'];
    const another = await vsysctl(other, { input: 'secret' });
    expect(another.code).toBe(1);
    expect(another.err).toContain('not trusted');
    expect(another.err).toContain('Compare the fingerprint');
    expect((await vsysctl(['pools', 'list'])).out).not.toContain('second');
    const done = await vsysctl(registering(), { input: 'secret\n', answers: ['y'] });
    expect(done.code).toBe(0);
    expect(done.out).toContain('succeeded');
    const twice = await vsysctl([...registering(), '--fingerprint', FINGERPRINT], { input: 'secret' });
    expect(twice).toMatchObject({ code: 5 });
    const shown = await vsysctl(['pools', 'show', 'second']);
    expect(shown.out).toContain('coordinator');
    expect(shown.out).toContain('live-migration');
  });

  it('changes, drains and switches it', async () => {
    expect((await vsysctl(['pools', 'change', 'second'])).code).toBe(2);
    const renamed = await vsysctl(['pools', 'change', 'second', '--name', 'renamed']);
    expect([renamed.code, renamed.err]).toEqual([0, expect.any(String)]);
    expect((await vsysctl(['pools', 'drain', 'renamed'])).code).toBe(0);
    expect((await vsysctl(['pools', 'list'])).out).toMatch(/renamed +[^\n]*draining/);
    expect((await vsysctl(['pools', 'reopen', 'renamed'])).code).toBe(0);
    expect((await vsysctl(['pools', 'disable', 'renamed'])).code).toBe(0);
    expect((await vsysctl(['pools', 'list'])).out).toMatch(/renamed +disabled/);
  });

  it('empties a host and takes it back', async () => {
    const name = world().sim.pool.db.rows('host')[1]!.text('name_label');
    const plan = await vsysctl(['pools', 'maintain', 'pool-1', name, '--plan']);
    expect(plan.code).toBe(0);
    expect(plan.err).not.toContain('coordinator');
    const leader = world().sim.pool.master.text('name_label');
    const ofLeader = await vsysctl(['pools', 'maintain', 'pool-1', leader, '--plan']);
    expect(ofLeader.err).toContain('is made coordinator first');
    const done = await vsysctl(['pools', 'maintain', 'pool-1', name, '--concurrency', '4']);
    expect([done.code, done.err]).toEqual([0, '']);
    expect((await vsysctl(['pools', 'show', 'pool-1'])).out).toContain('in maintenance');
    expect((await vsysctl(['pools', 'return', 'pool-1', name])).code).toBe(0);
    expect((await vsysctl(['pools', 'show', 'pool-1'])).out).not.toContain('in maintenance');
    expect((await vsysctl(['pools', 'maintain', 'pool-1', 'nobody'])).code).toBe(4);
  });

  it('looks for what lies about', async () => {
    expect((await vsysctl(['pools', 'orphans', 'pool-1', '--fresh'])).code).toBe(0);
    expect((await vsysctl(['pools', 'drift', 'pool-1'])).code).toBe(0);
    const uuid = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11';
    expect((await vsysctl(['pools', 'remove-orphan', 'pool-1', uuid])).code).toBe(2);
    expect((await vsysctl(['pools', 'remove-orphan', 'pool-1', uuid, '--yes'])).code).toBe(4);
  });
});
