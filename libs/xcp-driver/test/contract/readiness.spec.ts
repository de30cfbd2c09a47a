/** Waiting for a server: what tells that it is ready, when that is given up, and how long the note about it holds. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  nextActions,
  vserverIdOf,
  type ActionContext,
  type ReadinessSpec,
  type ServiceProbe,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import type { FaultEffect } from '@openvsys/xcp-sim';
import { contextFor, converge, openBench, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const WEB = vserverIdOf(VSYS, 2);
const READY: ReadinessSpec = {
  gate: { kind: 'guest-agent' },
  timeoutSeconds: 600,
  delaySeconds: 0,
  onTimeout: 'fail',
};
let bench: Bench;
afterEach(async () => bench.close());

const vm = () => bench.sim.db.rows('VM').find((each) => each.text('name_label') === WEB)!;
const seen = () => bench.hypervisor.observe(VSYS).servers.find(({ id }) => id === WEB)!;
const base = (): VsysSpec => sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
const changed = (spec: VsysSpec, change: Partial<VServerSpec>): VsysSpec => ({
  ...spec,
  servers: spec.servers.map((server) => (server.id === WEB ? { ...server, ...change } : server)),
});
const waiting = (more: Partial<ReadinessSpec> = {}): VsysSpec =>
  changed(base(), { ready: { ...READY, ...more } });
const kinds = async (spec: VsysSpec): Promise<string[]> =>
  (await converge(bench.hypervisor, spec)).map(({ kind }) => kind);
const now = (): number => bench.clock.now().getTime();
const NEVER = { kind: 'guest', fault: 'no-agent' } as const;

/** Its guest behaves so at its next start. */
const faultAtStart = (effect: FaultEffect): void => {
  bench.sim.faults.add({ method: 'Async.VM.start_on', nth: 1, count: 4, effect });
};

describe('a server that is waited for', () => {
  it('is ready when its agent has reported, once for each boot', async () => {
    bench = await openBench('in-process');
    const spec = waiting();
    expect(await kinds(spec)).toContain('vserver.await');
    expect(vm().link('guest_metrics')).not.toBe('OpaqueRef:NULL');
    expect(seen()).toMatchObject({ power: 'running', readiness: 'in-time' });
    expect(nextActions(spec, bench.hypervisor.observe(VSYS))).toEqual([]);
    const restarted = changed(spec, { restarts: 1 });
    expect(await kinds(restarted)).toEqual(['vserver.restart', 'vserver.await']);
    expect(await kinds(changed(restarted, { power: 'stopped' }))).toEqual(['vserver.stop']);
    expect(seen()).not.toHaveProperty('readiness');
    expect(await kinds(restarted)).toEqual(['vserver.start', 'vserver.await']);
  });

  it('stays ready while it is paused, not when it slept', async () => {
    bench = await openBench('in-process');
    const spec = waiting();
    await converge(bench.hypervisor, spec);
    expect(await kinds(changed(spec, { power: 'paused' }))).toEqual(['vserver.pause']);
    expect(await kinds(spec)).toEqual(['vserver.start']);
    expect(await kinds(changed(spec, { power: 'suspended' }))).toEqual(['vserver.suspend']);
    expect(await kinds(spec)).toEqual(['vserver.start', 'vserver.await']);
  });

  it('is given a pause after that, or only a pause', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, base());
    const before = now();
    expect(await kinds(waiting({ delaySeconds: 120 }))).toEqual(['vserver.await']);
    expect(now() - before).toBeGreaterThanOrEqual(120_000);
    const { gate: _gate, ...only } = READY;
    const paused = changed(base(), { ready: { ...only, delaySeconds: 60 }, restarts: 1 });
    const again = now();
    expect(await kinds(paused)).toEqual(['vserver.restart', 'vserver.await']);
    expect(now() - again).toBeGreaterThanOrEqual(60_000);
  });

  describe('with a port that an appliance asks', () => {
    const PROBE: ServiceProbe = { appliances: [vserverIdOf(VSYS, 1)], address: '10.2.0.12', port: 5432 };
    const port = { gate: { kind: 'tcp', port: 5432 } } as const;
    const attempt = async (more: Partial<ReadinessSpec>, answered: ActionContext['answered']) => {
      bench = await openBench('in-process');
      await converge(bench.hypervisor, base());
      const [action] = nextActions(waiting({ ...port, ...more }), bench.hypervisor.observe(VSYS));
      expect(action).toMatchObject({ kind: 'vserver.await', probe: PROBE });
      return {
        end: bench.hypervisor.perform(action!, {
          ...contextFor(bench.hypervisor, action!),
          ...(answered === undefined ? {} : { answered }),
        }),
      };
    };
    /** Never answers; ends when nobody waits any more. */
    const silence = async (_probe: ServiceProbe, signal: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
      });

    it('is ready when that answers, whatever its agent says', async () => {
      const asked: ServiceProbe[] = [];
      const { end } = await attempt({}, async (probe) => void asked.push(probe));
      await end;
      expect(asked).toEqual([PROBE]);
      expect(seen()).toMatchObject({ readiness: 'in-time' });
    });

    it('is late or fails when that stays silent, and nobody asks on', async () => {
      let asking: AbortSignal | undefined;
      const { end } = await attempt({ onTimeout: 'continue' }, async (probe, signal) => {
        asking = signal;
        return silence(probe, signal);
      });
      await end;
      expect(seen()).toMatchObject({ readiness: 'late' });
      expect(asking?.aborted).toBe(true);
      await bench.close();
      const failing = await attempt({ onTimeout: 'fail' }, silence);
      await expect(failing.end).rejects.toMatchObject({ code: 'conflict', retry: 'after-change' });
    });

    it('ends the wait when it goes down', async () => {
      const { end } = await attempt({ timeoutSeconds: 3_600 }, silence);
      const given = end.catch((error: unknown) => error);
      await converge(bench.hypervisor, changed(base(), { power: 'stopped' }));
      expect(await given).toMatchObject({ code: 'pool-busy', retry: 'same' });
    });

    it('is waited for by its agent where nobody can ask', async () => {
      const { end } = await attempt({}, undefined);
      await end;
      expect(seen()).toMatchObject({ readiness: 'in-time' });
    });
  });

  it('is not waited for longer than it may take: the rest goes on, and that is noted', async () => {
    bench = await openBench('in-process');
    faultAtStart(NEVER);
    const before = now();
    expect(await kinds(waiting({ timeoutSeconds: 300, onTimeout: 'continue' }))).toContain('vserver.await');
    expect(now() - before).toBeGreaterThanOrEqual(300_000);
    expect(seen()).toMatchObject({ power: 'running', readiness: 'late' });
  });

  it('fails when it must be ready in time and is not', async () => {
    bench = await openBench('in-process');
    faultAtStart(NEVER);
    await expect(converge(bench.hypervisor, waiting({ timeoutSeconds: 30 }))).rejects.toMatchObject({
      code: 'conflict',
      retry: 'after-change',
      message: expect.stringContaining('within 30 s') as unknown,
    });
    expect(seen()).not.toHaveProperty('readiness');
  });

  it('is found to be not waited for after a crash of the worker, and waited for by the next', async () => {
    bench = await openBench('in-process');
    const spec = waiting();
    await converge(bench.hypervisor, base());
    const [action] = nextActions(spec, bench.hypervisor.observe(VSYS));
    const lease = new AbortController();
    bench.sim.db.update(vm(), { guest_metrics: 'OpaqueRef:NULL' });
    const attempt = bench.hypervisor.perform(action!, contextFor(bench.hypervisor, action!, lease.signal));
    lease.abort(new Error('the worker died'));
    await expect(attempt).rejects.toThrow();
    const next = bench.another();
    await next.open(new AbortController().signal);
    expect(await next.settle(action!, contextFor(next, action!))).toEqual({ is: 'absent' });
    await next.perform(
      { ...action!, ready: { ...READY, timeoutSeconds: 5, onTimeout: 'continue' } } as typeof action & object,
      contextFor(next, action!),
    );
    expect(await next.settle(action!, contextFor(next, action!))).toEqual({ is: 'done' });
    await next.close();
  });

  it('ends the wait when it goes down', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, base());
    const spec = waiting({ delaySeconds: 3_000 });
    const [action] = nextActions(spec, bench.hypervisor.observe(VSYS));
    const wait = bench.hypervisor.perform(action!, contextFor(bench.hypervisor, action!));
    const before = now();
    const stopped = changed(spec, { power: 'stopped' });
    await converge(bench.hypervisor, stopped);
    await expect(wait).rejects.toMatchObject({ code: 'pool-busy', retry: 'same' });
    expect(now() - before).toBeLessThan(3_000_000);
  });

  it('is started without the note of before, which a rebooted host could make true by chance', async () => {
    bench = await openBench('in-process');
    const spec = waiting();
    await converge(bench.hypervisor, spec);
    await converge(bench.hypervisor, changed(spec, { power: 'stopped' }));
    expect(vm().map('other_config')).toHaveProperty('openvsys-readiness');
    const [start] = nextActions(spec, bench.hypervisor.observe(VSYS));
    expect(start!.kind).toBe('vserver.start');
    await bench.hypervisor.perform(start!, contextFor(bench.hypervisor, start!));
    expect(vm().map('other_config')).not.toHaveProperty('openvsys-readiness');
    expect(seen()).not.toHaveProperty('readiness');
  });
});
