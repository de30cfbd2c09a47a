/** Images from the terminal, with the real program against everything it works with. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

describe('vsysctl images', () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'openvsys-cli-images-'));
    const { url, tenantToken } = world();
    expect((await vsysctl(['login', '--url', url, '--token', tenantToken])).code).toBe(0);
  });
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it('uploads a file in pieces, shows it, changes it, takes it out and removes it', async () => {
    const content = Buffer.alloc(5 * 2 ** 20);
    randomBytes(4096).copy(content, 2 ** 20);
    const file = join(folder, 'web-base.img');
    await writeFile(file, content);
    const sent = await vsysctl(['images', 'upload', file, '--title', 'Ours', '--piece', '2']);
    expect([sent.code, sent.err]).toEqual([0, expect.stringContaining('sent 40 %')]);
    expect(sent.out).toMatch(/image\.import.*succeeded/);

    const shown = JSON.parse((await vsysctl(['images', 'show', 'web-base', '-o', 'json'])).out);
    expect(shown).toMatchObject({ reference: 'web-base:1', state: 'available', visibility: 'private' });
    expect((await vsysctl(['images', 'list'])).out).toMatch(/web-base\s+1\s+private\s+available/);
    expect((await vsysctl(['images', 'places', 'web-base'])).code).toBe(0);
    const dated = ['images', 'deprecate', 'web-base', '--from', '2099-01-01', '--instead', 'debian-13'];
    expect((await vsysctl(dated)).out).toContain('2099-01-01');

    const to = join(folder, 'back.img');
    const taken = await vsysctl(['images', 'export', 'web-base', '--format', 'raw', '--to', to]);
    expect([taken.code, taken.err]).toEqual([0, expect.stringContaining('written to')]);
    const back = await readFile(to);
    expect(back.subarray(0, content.length).equals(content)).toBe(true);
    expect((await vsysctl(['images', 'export', 'web-base', '--to', to])).code).toBe(2);

    const key = JSON.parse((await vsysctl(['images', 'share', 'web-base', '-o', 'json'])).out).key;
    expect(key).toMatch(/^ovi_/);
    expect((await vsysctl(['images', 'accept', key])).code).not.toBe(0);
    expect((await vsysctl(['images', 'unshare', 'web-base'])).code).toBe(0);

    const removed = await vsysctl(['images', 'remove', 'web-base']);
    expect([removed.code, removed.out]).toEqual([0, expect.stringMatching(/image\.remove.*succeeded/)]);
    expect((await vsysctl(['images', 'show', 'web-base'])).code).toBe(4);
    expect((await vsysctl(['images', 'operations'])).out).toMatch(/image\.export/);
  }, 60_000);

  it('says why a file does not become an image', async () => {
    const file = join(folder, 'broken.vhd');
    await writeFile(file, randomBytes(10_000));
    const sent = await vsysctl(['images', 'upload', file]);
    expect(sent.code).not.toBe(0);
    expect(sent.err).toContain('VHD');
    expect((await vsysctl(['images', 'upload', join(folder, 'nothing.raw')])).code).toBe(2);
    expect((await vsysctl(['images', 'upload', file, '--name', 'Big Name'])).code).not.toBe(0);
  }, 60_000);
});
