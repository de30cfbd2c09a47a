import { createHash, randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageImport, ImageSource, SrUuid } from '@openvsys/vsys';
import { disksOf, getImage } from '../../src/actions/images.js';
import { downloadRawDisk } from '../../src/content/disk-transfer.js';
import { workNameOf } from '../../src/images/image-tags.js';
import { NO_LIMIT, openPool, ourTasks, type PoolUnderTest } from './pool-under-test.js';
import { allOf } from '../all-of.js';

const MIB = 2 ** 20;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const sourceOf = (content: Uint8Array, bytes: number | null = content.length): ImageSource => ({
  bytes,
  async *open() {
    for (let at = 0; at < content.length; at += 70_000) yield content.subarray(at, at + 70_000);
  },
});

describe('XVA, out of a pool and in again (D57)', () => {
  let bench: PoolUnderTest;
  let sr: SrUuid;
  let content: Buffer;
  let xva: Buffer;
  let imports = 0;
  let before: Record<string, number>;

  const count = (): Record<string, number> =>
    Object.fromEntries(['VM', 'VDI', 'VBD'].map((cls) => [cls, bench.server.pool.db.rows(cls).length]));
  const importing = (source: ImageSource, more: Partial<ImageImport> = {}): ImageImport => {
    imports += 1;
    return { importId: `x-${imports}`, name: 'again', sr, format: 'xva', source, signal: NO_LIMIT, ...more };
  };

  beforeEach(async () => {
    bench = await openPool();
    sr = bench.hypervisor.capacity().srs[0]!.uuid;
    content = Buffer.alloc(6 * MIB);
    randomBytes(2 * MIB).copy(content, 3 * MIB);
    const { images } = bench.hypervisor;
    await images.importImage(importing(sourceOf(content), { format: 'raw', name: 'first' }));
    const pieces = images.exportImage({ name: 'first', sr }, { signal: NO_LIMIT });
    xva = Buffer.concat(await allOf(pieces));
    before = count();
  });
  afterEach(async () => {
    await expect.poll(() => ourTasks(bench)).toEqual([]);
    await bench.close();
  });

  const rpc = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    return (await fetch(`${bench.server.hosts[0]!.url}/jsonrpc`, { method: 'POST', body })).json();
  };

  async function expectNothingLeft(): Promise<void> {
    await expect.poll(count).toEqual(before);
  }

  it.each([
    ['as it is', (bytes: Buffer) => sourceOf(bytes)],
    ['gzipped', (bytes: Buffer) => sourceOf(gzipSync(bytes))],
    ['with Zstandard', (bytes: Buffer) => sourceOf(zstdCompressSync(bytes))],
    ['of unknown length', (bytes: Buffer) => sourceOf(bytes, null)],
  ])('comes back %s with the same bytes and another uuid', async (_, source) => {
    const image = await bench.hypervisor.images.importImage(importing(source(xva)));
    expect(image).toMatchObject({ name: 'again', sr, disks: 1, ours: true });
    const first = getImage(bench.pool.cache, 'first');
    const again = getImage(bench.pool.cache, 'again');
    expect(again.record.uuid).not.toBe(first.record.uuid);
    const [disk] = disksOf(bench.pool.cache, again.ref);
    const raw = downloadRawDisk(bench.pool, disk!.ref, 'raw', { signal: NO_LIMIT });
    expect(sha256(Buffer.concat(await allOf(raw)))).toBe(sha256(content));
    expect(bench.hypervisor.images.listImages().filter(({ ours }) => ours)).toHaveLength(2);
  });

  it('of a machine that slept becomes an image that boots, without its memory', async () => {
    const { call, server } = bench;
    const vm = await call<string>('VM.clone', getImage(bench.pool.cache, 'first').ref, 'sleeper');
    await call('VM.set_is_a_template', vm, false);
    await call('VM.start', vm, false, false);
    await call('VM.suspend', vm);
    const { result: session } = (await rpc('session.login_with_password', ['root', 'secret'])) as {
      result: string;
    };
    const url = `${server.hosts[0]!.url}/export?ref=${vm}&session_id=${session}`;
    const asleep = Buffer.from(await (await fetch(url)).arrayBuffer());
    await call('VM.hard_shutdown', vm);
    const memories = (): number =>
      server.pool.db.rows('VDI').filter((vdi) => vdi.text('type') === 'suspend').length;
    expect(memories()).toBe(0);
    const image = await bench.hypervisor.images.importImage(importing(sourceOf(asleep)));
    expect(image).toMatchObject({ name: 'again', disks: 1, ours: true });
    const again = server.pool.db.get('VM', getImage(bench.pool.cache, 'again').ref);
    expect([again.text('power_state'), again.bool('is_a_template')]).toEqual(['Halted', true]);
    expect(memories()).toBe(0);
    server.faults.add({
      method: 'Async.VM.hard_shutdown',
      effect: { kind: 'error', code: 'INTERNAL_ERROR', params: ['x'] },
    });
    const failed = bench.hypervisor.images.importImage(importing(sourceOf(asleep), { name: 'third' }));
    await expect(failed).rejects.toThrow();
    expect(memories()).toBe(0);
  });

  it('leaves nothing behind when it is damaged, truncated or not the expected one', async () => {
    const damaged = Buffer.from(xva);
    const chunk = damaged.indexOf(content.subarray(3 * MIB + 100, 3 * MIB + 200));
    damaged[chunk] = (damaged[chunk] ?? 0) ^ 1;
    const cases: [ImageImport, RegExp][] = [
      [importing(sourceOf(damaged)), /checksum|damaged/],
      [importing(sourceOf(xva.subarray(0, xva.length / 2))), /XVA|ends/],
      [importing(sourceOf(xva, xva.length + 10_240)), /ends after/],
      [importing(sourceOf(xva), { sha256: '0'.repeat(64) }), /SHA-256/],
    ];
    for (const [request, message] of cases) {
      const failed = await bench.hypervisor.images.importImage(request).catch((error: unknown) => error);
      expect(failed).toMatchObject({
        code: 'invalid-parameter',
        message: expect.stringMatching(message) as string,
      });
      await expectNothingLeft();
    }
  });

  it('is given up in the middle without a trace', async () => {
    const stop = new AbortController();
    const slow: ImageSource = {
      bytes: xva.length,
      async *open() {
        for (let at = 0; at < xva.length; at += MIB) {
          yield xva.subarray(at, at + MIB);
          if (at > 0) stop.abort();
        }
      },
    };
    const given = bench.hypervisor.images.importImage(importing(slow, { signal: stop.signal }));
    await expect(given).rejects.toMatchObject({ code: 'cancelled' });
    await expectNothingLeft();
  });

  it('that the pool has taken, but nobody marked, is found by its task', async () => {
    const task = await bench.call<string>('task.create', workNameOf('crashed'), 'OpenVSYS');
    await bench.pool.connection.withSession(NO_LIMIT, async ({ session: ref, transportTo, coordinator }) => {
      const answer = await transportTo(coordinator).handlers!.put({
        path: `/import?${new URLSearchParams({ task_id: task, sr_uuid: sr }).toString()}`,
        session: ref,
        signal: NO_LIMIT,
        bytes: xva.length,
        body: sourceOf(xva).open(NO_LIMIT),
      });
      await expect.poll(() => bench.call('task.get_status', task)).toBe('success');
      answer.discard();
    });
    expect(count()).not.toEqual(before);
    await expect
      .poll(async () => {
        await bench.hypervisor.images.sweepImports(new Set(), NO_LIMIT);
        return count();
      })
      .toEqual(before);
  });
});
