import { afterEach, describe, expect, it } from 'vitest';
import { vserverIdOf, type Action, type ActionContext } from '@openvsys/vsys';
import {
  administrator,
  contextFor,
  converge,
  convergeReliably,
  liveObjects,
  openBench,
  settleFully,
  type Bench,
} from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const SERVER = vserverIdOf(VSYS, 1);
const CLONE: Action = { kind: 'vserver.clone', part: SERVER, image: 'debian-13' };

describe('a driver that dies in the middle', () => {
  let bench: Bench;
  afterEach(async () => bench.close());
  const srOf = (): string => bench.hypervisor.capacity().srs[0]!.uuid;
  const vmsNamed = (name: string) => bench.sim.db.rows('VM').filter((vm) => vm.text('name_label') === name);

  it('leaves a clone that nobody sees; its successor waits for it instead of making another (D56)', async () => {
    bench = await openBench('http', { profile: 'default-nfs' });
    const death = new AbortController();
    const context = contextFor(bench.hypervisor, CLONE, death.signal);
    const dying = bench.hypervisor.perform(CLONE, context);
    await expect.poll(() => bench.sim.db.count('task')).toBeGreaterThan(0);
    death.abort();
    await expect(dying).rejects.toMatchObject({ code: 'uncertain' });
    expect(vmsNamed(SERVER)).toHaveLength(0);

    const successor = bench.another();
    await successor.open(new AbortController().signal);
    const again: ActionContext = { ...context, signal: new AbortController().signal };
    expect(await successor.settle(CLONE, again)).toEqual({ is: 'running' });
    expect(await settleFully(successor, CLONE, again)).toBe('done');
    await successor.perform(CLONE, again);
    expect(vmsNamed(SERVER)).toHaveLength(1);
    await successor.close();
  });

  it('is told apart from one that never began', async () => {
    bench = await openBench('in-process');
    const context = contextFor(bench.hypervisor, CLONE);
    expect(await bench.hypervisor.settle(CLONE, context)).toEqual({ is: 'absent' });
  });

  it('keeps the twin that was worked on and removes the one that never ran', async () => {
    bench = await openBench('in-process');
    const spec = sampleSpec(srOf());
    await converge(bench.hypervisor, spec);
    const counts = liveObjects(bench.sim);
    const { call } = await administrator(bench);
    const template = bench.sim.db.rows('VM').find((vm) => vm.text('name_label') === 'debian-13')!;
    await call('VM.clone', template.ref, SERVER);
    const context = contextFor(bench.hypervisor, CLONE);
    expect(await settleFully(bench.hypervisor, CLONE, context)).toBe('done');
    expect(liveObjects(bench.sim)).toEqual(counts);
    const [server] = bench.hypervisor.observe(VSYS).servers.filter(({ id }) => id === SERVER);
    expect(server).toMatchObject({ stage: 'configured', power: 'running' });
  });

  it('never takes a copy of its server for the server, and leaves it alone', async () => {
    bench = await openBench('in-process');
    const spec = sampleSpec(srOf());
    await converge(bench.hypervisor, spec);
    const { call } = await administrator(bench);
    const db = vserverIdOf(VSYS, 4);
    const vm = bench.sim.db.rows('VM').find((row) => row.text('name_label') === db)!;
    const snapshot = (await call('VM.snapshot', vm.ref, db)) as string;
    const copy = (await call('VM.clone', snapshot, db)) as string;
    await call('VM.provision', copy);
    expect(bench.hypervisor.observe(VSYS).servers).toHaveLength(4);
    await converge(bench.hypervisor, { ...spec, presence: 'absent', generation: 2 });
    const left = bench.sim.db.rows('VM').map((row) => row.ref);
    expect(left).toContain(snapshot);
    expect(left).toContain(copy);
    const inventory = bench.hypervisor.inventory();
    expect(inventory.length).toBeGreaterThan(0);
    expect(
      inventory.every((object) => !object.genuine || object.class === 'VIF' || object.class === 'VBD'),
    ).toBe(true);
  });

  it('works through a restart of the toolstack in the middle of everything, which forgets all tasks (D15)', async () => {
    bench = await openBench('in-process', { seed: 3 });
    const before = liveObjects(bench.sim);
    const { WorldEvents } = await import('@openvsys/xcp-sim');
    const world = new WorldEvents(bench.sim);
    const spec = sampleSpec(srOf());
    const start = bench.clock.now().getTime();
    bench.sim.clock.schedule(2_500, () => world.restartToolstack());
    bench.sim.clock.schedule(60_000, () => world.dropSessions());
    await convergeReliably(bench, spec);
    expect(bench.clock.now().getTime() - start).toBeGreaterThan(2_500);
    await convergeReliably(bench, { ...spec, presence: 'absent', generation: 2 });
    expect(liveObjects(bench.sim)).toEqual(before);
  });
});

describe('tasks of other servers', () => {
  let bench: Bench;
  afterEach(async () => bench.close());

  it('are not taken for those of the action that is settled', async () => {
    bench = await openBench('http', { profile: 'default-nfs', clock: { mode: 'scaled', speed: 10 } });
    const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
    await converge(bench.hypervisor, spec);
    const restart = (n: number): Action => ({
      kind: 'vserver.restart',
      part: vserverIdOf(VSYS, n),
      restarts: 1,
    });
    const { call } = await administrator(bench);
    const busy = bench.sim.db.rows('VM').find((row) => row.text('name_label') === vserverIdOf(VSYS, 2))!;
    await expect.poll(() => busy.link('guest_metrics'), { timeout: 15_000 }).not.toBe('OpaqueRef:NULL');
    await call('Async.VM.clean_reboot', busy.ref);
    await expect.poll(() => Object.keys(busy.map('current_operations'))).toHaveLength(1);
    await expect.poll(() => bench.hypervisor.observe(VSYS).servers).toHaveLength(4);
    const settle = (action: Action) => bench.hypervisor.settle(action, contextFor(bench.hypervisor, action));
    expect(await settle(restart(2))).toEqual({ is: 'running' });
    await expect.poll(() => settle(restart(3))).toEqual({ is: 'absent' });
    expect(Object.keys(busy.map('current_operations'))).toHaveLength(1);
  });
});
