/** Disks beyond the usual way: classes of storages, growth under a running server, disks that dom0 or half a plug holds. */
import { afterEach, describe, expect, it } from 'vitest';
import { openBench, type Bench } from './sim-harness.js';

let bench: Bench;
afterEach(async () => bench.close());

describe('a storage', () => {
  it('is of the class that the provider gave it', async () => {
    bench = await openBench('in-process');
    const [first] = bench.hypervisor.capacity().srs;
    expect(first).not.toHaveProperty('diskClass');
    const sr = bench.sim.db.rows('SR').find((row) => row.text('uuid') === first!.uuid)!;
    bench.sim.db.update(sr, { other_config: { 'openvsys-disk-class': 'fast' } });
    await expect
      .poll(() => bench.hypervisor.capacity().srs.find(({ uuid }) => uuid === first!.uuid)?.diskClass)
      .toBe('fast');
  });
});
