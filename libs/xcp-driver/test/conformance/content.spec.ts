/** Bytes into a pool and out of it: disks, images, first-boot drives. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { disksOf, getImage } from '../../src/actions/images.js';
import { buildConfigDrive } from '../../src/content/config-drive.js';
import { downloadRawDisk, rawContent, uploadRawDisk } from '../../src/content/disk-transfer.js';
import type { Ref } from '../../src/generated/records.js';
import { TAG } from '../../src/ownership-tags.js';
import { allOf } from '../all-of.js';
import { NO_LIMIT, ourTasks } from '../contract/pool-under-test.js';
import { notHere, row } from './row.js';
import { openTarget, type Target } from './target.js';
import { tinyDisk } from './tiny-image.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget(2);
}, 300_000);
afterAll(async () => target.close(), 300_000);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const contentOf = async (vdi: Ref<'VDI'>): Promise<Buffer> =>
  Buffer.concat(await allOf(downloadRawDisk(target.pool, vdi, 'raw', { signal: NO_LIMIT })));

describe('content of disks', () => {
  row('D44', 'a first-boot drive comes back as it went in', async () => {
    const drive = rawContent(
      buildConfigDrive({ 'meta-data': 'instance-id: x\n', 'user-data': '#cloud-config\n' }),
    );
    const [sr] = [...target.pool.cache.all('SR')].find(([, { uuid }]) => uuid === target.sr)!;
    const vdi = await target.call<Ref<'VDI'>>('VDI.create', {
      name_label: `${target.vsys}-drive`,
      name_description: '',
      SR: sr,
      virtual_size: drive.bytes,
      type: 'user',
      sharable: false,
      read_only: false,
      other_config: { [TAG.vsys]: target.vsys },
      xenstore_data: {},
      sm_config: {},
      tags: [],
    });
    await target.pool.cache.when(() => target.pool.cache.find('VDI', vdi), AbortSignal.timeout(10_000));
    await uploadRawDisk(target.pool, vdi, drive, { signal: NO_LIMIT });
    const sent = Buffer.concat(await allOf(drive.open()));
    expect((await contentOf(vdi)).subarray(0, sent.length).equals(sent)).toBe(true);
    await target.call('VDI.destroy', vdi);
    await expect.poll(async () => ourTasks(target as never)).toEqual([]);
  });

  row('D57', 'an image comes out as XVA and in again with the same bytes and another uuid', async () => {
    const { images } = target.hypervisor;
    const name = `${target.image}-again`;
    const xva = Buffer.concat(
      await allOf(images.exportImage({ name: target.image, sr: target.sr }, { signal: NO_LIMIT })),
    );
    const source = {
      bytes: xva.length,
      async *open() {
        for (let at = 0; at < xva.length; at += 2 ** 20) yield xva.subarray(at, at + 2 ** 20);
      },
    };
    const importId = `conformance-${Date.now()}`;
    await images.importImage({ importId, name, sr: target.sr, format: 'xva', source, signal: NO_LIMIT });
    const [first, again] = [target.image, name].map((each) => getImage(target.pool.cache, each));
    expect(again!.record.uuid).not.toBe(first!.record.uuid);
    const [disk] = disksOf(target.pool.cache, again!.ref);
    expect(sha256(await contentOf(disk!.ref))).toBe(sha256(tinyDisk()));
    await images.removeImage({ name, sr: target.sr }, NO_LIMIT);
    expect(images.listImages().filter((image) => image.name === name)).toEqual([]);
  });

  row('D26', 'an image is copied to another storage, as a whole', async (context) => {
    const other = target.hypervisor
      .capacity()
      .srs.find(({ uuid, freeGiB }) => uuid !== target.sr && freeGiB > 1);
    if (other === undefined) return notHere(context, 'there is one storage only');
    const { images } = target.hypervisor;
    const told: number[] = [];
    const copy = await images.prefetchImage(target.image, other.uuid, {
      signal: NO_LIMIT,
      onProgress: ({ bytes }) => told.push(bytes),
    });
    expect(copy).toMatchObject({ name: target.image, sr: other.uuid, ours: true });
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    await images.removeImage({ name: target.image, sr: other.uuid }, NO_LIMIT);
  });
});
