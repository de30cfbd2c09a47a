import { afterEach, describe, expect, it } from 'vitest';
import type { VsysSpec } from '@openvsys/vsys';
import { convergeReliably, liveObjects, openBench, summaryOf, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

/** Every message with an effect that bringing up, changing, stopping and deleting the sample needs. */
const METHODS = [
  'network.create',
  'pool.create_VLAN_from_PIF',
  'VM.clone',
  'VM.set_name_description',
  'VM.set_memory_limits',
  'VM.set_VCPUs_max',
  'VM.set_VCPUs_at_startup',
  'VM.set_xenstore_data',
  'VM.set_other_config',
  'VDI.set_other_config',
  'VM.provision',
  'VDI.create',
  'VDI.add_to_other_config',
  'VDI.resize',
  'VBD.create',
  'VBD.destroy',
  'VIF.create',
  'VM.start_on',
  'VM.clean_reboot',
  'VM.hard_reboot',
  'VM.clean_shutdown',
  'VM.hard_shutdown',
  'VM.destroy',
  'VDI.destroy',
  'VLAN.destroy',
  'network.destroy',
] as const;

const EFFECTS = ['lose-answer', 'lose-request', 'http-500'] as const;
const CASES = METHODS.flatMap((method) => EFFECTS.map((effect) => ({ method, effect })));

describe('one lost answer', () => {
  let bench: Bench;
  afterEach(async () => bench.close());

  /** Up, restart, larger and detached disk, down and gone: all kinds of actions. */
  async function liveThrough(spec: VsysSpec): Promise<void> {
    const { hypervisor, sim } = bench;
    await convergeReliably(bench, spec);
    expect(summaryOf(hypervisor.observe(VSYS))).toEqual({ nets: 2, running: 4, disks: 1, nics: 5 });
    const restarted = spec.servers.map((server) =>
      server.name === 'web-1' ? { ...server, restarts: 1 } : server,
    );
    const [disk] = spec.disks;
    const grown = { ...disk!, sizeGiB: 20 };
    const boots = sim.nextDomid;
    await convergeReliably(bench, { ...spec, generation: 2, servers: restarted, disks: [grown] });
    // One restart that was asked for, one for the disk that grows.
    expect(sim.nextDomid - boots).toBe(2);
    const loose = { ...grown, server: null };
    await convergeReliably(bench, { ...spec, generation: 3, servers: restarted, disks: [loose] });
    expect(sim.db.rows('VM').filter((vm) => vm.map('other_config')['openvsys-vsys'] === VSYS)).toHaveLength(
      4,
    );
    const stopped = restarted.map((server) =>
      server.name === 'db' ? server : { ...server, power: 'stopped' as const },
    );
    await convergeReliably(bench, { ...spec, generation: 4, servers: stopped, disks: [loose] });
    await convergeReliably(bench, { ...spec, generation: 5, presence: 'absent' });
  }

  it.each(CASES)(
    'of $method ($effect) neither doubles nor loses anything (D62)',
    async ({ method, effect }) => {
      bench = await openBench('in-process');
      const before = liveObjects(bench.sim);
      bench.sim.faults.add({ method, nth: 1, count: 1, effect: { kind: effect } });
      if (method === 'VM.hard_reboot') {
        bench.sim.faults.add({
          method: 'VM.clean_reboot',
          effect: { kind: 'error', code: 'VM_LACKS_FEATURE' },
        });
      }
      await liveThrough(sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid));
      expect(bench.sim.faults.list()[0]?.hits, 'the fault was never met').toBe(1);
      expect(liveObjects(bench.sim)).toEqual(before);
      expect(bench.sim.crashes).toEqual([]);
    },
  );

  it('of every hundredth call or so, seeded, still ends well', async () => {
    bench = await openBench('in-process', { seed: 7 });
    const before = liveObjects(bench.sim);
    for (const method of METHODS) {
      bench.sim.faults.add({ method, probability: 0.05, effect: { kind: 'lose-answer' } });
      bench.sim.faults.add({ method, probability: 0.05, effect: { kind: 'lose-request' } });
    }
    await liveThrough(sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid));
    expect(liveObjects(bench.sim)).toEqual(before);
  });
});
