/** What is moved beside the calls, on the releases that people have. */
import { describe, expect, it } from 'vitest';
import { disksOf, getImage } from '../../src/actions/images.js';
import { downloadRawDisk } from '../../src/content/disk-transfer.js';
import { allOf } from '../all-of.js';
import { NO_LIMIT, openPool, ourTasks } from './pool-under-test.js';

const MIB = 2 ** 20;

describe.each(['xcp-1.6', 'xcp-ng-8.2', 'xcp-ng-8.3', 'newest'] as const)('a pool of %s', (personality) => {
  it('takes images and gives them back', async () => {
    const bench = await openPool({ personality });
    try {
      const content = Buffer.alloc(8 * MIB);
      content.fill('image', 3 * MIB, 4 * MIB);
      const { images } = bench.hypervisor;
      const sr = bench.hypervisor.capacity().srs[0]!.uuid;
      const source = {
        bytes: content.length,
        async *open() {
          yield content;
        },
      };
      const request = { importId: 'older', sr, source, signal: NO_LIMIT };
      await images.importImage({ ...request, name: 'tiny', format: 'raw' });
      const xva = Buffer.concat(await allOf(images.exportImage({ name: 'tiny', sr }, { signal: NO_LIMIT })));
      const again = {
        bytes: xva.length,
        async *open() {
          yield xva;
        },
      };
      await images.importImage({ ...request, name: 'again', format: 'xva', source: again });
      for (const name of ['tiny', 'again']) {
        const [disk] = disksOf(bench.pool.cache, getImage(bench.pool.cache, name).ref);
        const raw = downloadRawDisk(bench.pool, disk!.ref, 'raw', { signal: NO_LIMIT });
        expect(Buffer.concat(await allOf(raw)).equals(content)).toBe(true);
      }
      await expect.poll(() => ourTasks(bench)).toEqual([]);
    } finally {
      await bench.close();
    }
  });

  it('tells its figures', async () => {
    const bench = await openPool({ personality });
    try {
      const stop = new AbortController();
      const heard = [];
      for await (const batch of bench.hypervisor.metrics.follow({ stepSeconds: 5, signal: stop.signal })) {
        heard.push(batch.problem);
        if (heard.length === 3) stop.abort();
      }
      expect(heard).toEqual([undefined, undefined, undefined]);
    } finally {
      await bench.close();
    }
  });
});
