import { afterEach, describe, expect, it } from 'vitest';
import { type VsysSpec } from '@openvsys/vsys';
import { converge, liveObjects, openBench, summaryOf, WIRES, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

describe.each(WIRES)('a whole life over %s', (wire) => {
  let bench: Bench;
  afterEach(async () => bench.close());

  const srOf = (): string => bench.hypervisor.capacity().srs[0]!.uuid;

  it('reaches the spec and leaves nothing after the deletion', async () => {
    bench = await openBench(wire);
    const before = liveObjects(bench.sim);
    const spec: VsysSpec = sampleSpec(srOf());
    const done = await converge(bench.hypervisor, spec);
    expect(summaryOf(bench.hypervisor.observe(VSYS))).toEqual({ nets: 2, running: 4, disks: 1, nics: 5 });
    expect(done.filter((action) => action.kind === 'vserver.clone')).toHaveLength(4);
    await converge(bench.hypervisor, { ...spec, presence: 'absent', generation: 2 });
    expect(liveObjects(bench.sim)).toEqual(before);
    expect(bench.hypervisor.inventory()).toEqual([]);
    expect(bench.sim.crashes).toEqual([]);
  });
});
