import { createHash, randomBytes } from 'node:crypto';
import { WorldEvents } from '@openvsys/xcp-sim';
import { afterEach, describe, expect, it } from 'vitest';
import { buildConfigDrive } from '../../src/content/config-drive.js';
import { downloadRawDisk, handlersOf, rawContent, uploadRawDisk } from '../../src/content/disk-transfer.js';
import { makeDisk, NO_LIMIT, openPool, ourTasks, type PoolUnderTest } from './pool-under-test.js';

const MIB = 2 ** 20;

async function contentOf(bench: PoolUnderTest, vdi: never): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of downloadRawDisk(bench.pool, vdi, 'raw', { signal: NO_LIMIT })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the content of disks', () => {
  let bench: PoolUnderTest;
  afterEach(async () => bench.close());

  it('is downloaded as it was uploaded, with progress and without a task left (D44)', async () => {
    bench = await openPool();
    const vdi = await makeDisk(bench, 4 * MIB);
    const drive = buildConfigDrive({ 'user-data': '#cloud-config\n', 'meta-data': 'instance-id: i-1\n' });
    const seen: number[] = [];
    await uploadRawDisk(bench.pool, vdi, rawContent(drive), {
      signal: NO_LIMIT,
      onProgress: ({ bytes }) => seen.push(bytes),
    });
    expect(seen.at(-1)).toBe(drive.length);
    const back = await contentOf(bench, vdi as never);
    expect(back.length).toBe(4 * MIB);
    expect(back.subarray(0, drive.length).equals(drive)).toBe(true);
    expect(back.subarray(drive.length).every((byte) => byte === 0)).toBe(true);
    await expect.poll(() => ourTasks(bench)).toEqual([]);
  });

  it('survives a session that has ended', async () => {
    bench = await openPool();
    const vdi = await makeDisk(bench, 4 * MIB);
    const bytes = randomBytes(3 * MIB);
    await uploadRawDisk(bench.pool, vdi, rawContent(bytes), { signal: NO_LIMIT });
    new WorldEvents(bench.server.pool).dropSessions();
    const answer = await handlersOf(bench.pool).get({
      path: '/export_raw_vdi',
      query: { vdi, format: 'raw' },
      signal: NO_LIMIT,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
    expect(digest(Buffer.concat(chunks).subarray(0, bytes.length))).toBe(digest(bytes));
  });

  it('is refused with the reason of the pool when it is larger than the disk', async () => {
    bench = await openPool();
    const vdi = await makeDisk(bench, 2 * MIB);
    const upload = uploadRawDisk(bench.pool, vdi, rawContent(randomBytes(6 * MIB)), { signal: NO_LIMIT });
    await expect(upload).rejects.toMatchObject({ code: 'VDI_IO_ERROR' });
    await expect.poll(() => ourTasks(bench)).toEqual([]);
  });

  it('can be given up in the middle; the task is gone', async () => {
    bench = await openPool();
    const vdi = await makeDisk(bench, 64 * MIB);
    const stop = new AbortController();
    const content = {
      format: 'raw' as const,
      bytes: 64 * MIB,
      async *open() {
        for (let part = 0; part < 64; part += 1) {
          if (part === 3) stop.abort();
          yield Buffer.alloc(MIB, part);
        }
      },
    };
    await expect(uploadRawDisk(bench.pool, vdi, content, { signal: stop.signal })).rejects.toMatchObject({
      name: 'TransportError',
    });
    await expect.poll(() => ourTasks(bench)).toEqual([]);
  });
});
