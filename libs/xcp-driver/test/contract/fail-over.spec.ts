/** The coordinator goes away: loudly, in silence, or by becoming a pool of its own (D23, D24). */
import { afterEach, describe, expect, it } from 'vitest';
import { WorldEvents } from '@openvsys/xcp-sim';
import type { Hypervisor } from '@openvsys/vsys';
import { InProcessTransport, type CallOptions, type Transport } from '../../src/index.js';
import { TransportError } from '../../src/transport/transport.js';
import { contextFor, converge, openBench, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const noLimit = new AbortController().signal;

/** A way to a host that may fall silent: connections stay open, nothing is answered any more. */
class MutableWay implements Transport {
  private readonly inner: InProcessTransport;
  private readonly cut = new AbortController();

  constructor(
    readonly url: string,
    private readonly bench: Bench,
    private readonly silent: ReadonlySet<string>,
  ) {
    const index = bench.urls.indexOf(url);
    this.inner = new InProcessTransport(url, async (method, params, signal) => {
      const given = signal === undefined ? {} : { signal };
      return structuredClone((await bench.sim.dispatch(index, { method, params, ...given })).value);
    });
  }

  async call(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    if (!this.silent.has(this.url)) {
      try {
        const answer = await this.inner.call(method, params, options);
        if (!this.silent.has(this.url)) return answer;
      } catch (error) {
        if (!this.silent.has(this.url)) throw error;
      }
    }
    const ends = [this.cut.signal, ...(options.signal === undefined ? [] : [options.signal])];
    await this.bench.clock.sleep(options.timeoutMs, AbortSignal.any(ends)).catch(() => undefined);
    throw new TransportError('lost', `${this.url} is silent.`);
  }

  async close(): Promise<void> {
    this.cut.abort();
    await Promise.resolve();
  }
}

describe('when the coordinator dies', () => {
  let bench: Bench;
  const drivers: Hypervisor[] = [];
  afterEach(async () => {
    for (const driver of drivers.splice(0)) await driver.close();
    await bench.close();
  });

  async function openOverSilentWays(): Promise<{ driver: Hypervisor; silent: Set<string> }> {
    bench = await openBench('in-process');
    const silent = new Set<string>();
    const driver = bench.another({ transportFor: (url) => new MutableWay(url, bench, silent) });
    drivers.push(driver);
    await driver.open(noLimit);
    return { driver, silent };
  }

  const secondsUntil = async (isSo: () => boolean): Promise<number> => {
    const begin = bench.clock.now().getTime();
    while (!isSo()) {
      await bench.clock.sleep(100);
      if (bench.clock.now().getTime() - begin > 600_000) throw new Error('never came true');
    }
    return (bench.clock.now().getTime() - begin) / 1_000;
  };

  it('in silence, another one is found within half a minute, and nothing is lost or doubled (D23)', async () => {
    const { driver, silent } = await openOverSilentWays();
    const spec = sampleSpec(driver.capacity().srs[0]!.uuid);
    await converge(driver, spec);
    silent.add(bench.urls[0]!);
    const world = new WorldEvents(bench.sim);
    world.changeMaster(1);
    const vm = bench.sim.db.rows('VM').find((row) => row.text('name_description') === 'web-1')!;
    world.switchVm(vm, 'Halted');
    const stopped = (): boolean => driver.observe(VSYS).servers.some((server) => server.power === 'halted');
    expect(await secondsUntil(stopped)).toBeLessThanOrEqual(30);
    await converge(driver, spec);
    expect(driver.observe(VSYS).servers.map(({ power }) => power)).toEqual(Array(4).fill('running'));
    expect(bench.sim.db.rows('VM').filter((row) => row.text('name_label').startsWith(VSYS))).toHaveLength(4);
  });

  it('in silence, a call under way learns of it as soon as another one leads', async () => {
    const { driver, silent } = await openOverSilentWays();
    const [net] = sampleSpec(driver.capacity().srs[0]!.uuid).nets;
    silent.add(bench.urls[0]!);
    new WorldEvents(bench.sim).changeMaster(2);
    const action = { kind: 'vnet.create', part: net!.id, net: net! } as const;
    let ended = '';
    driver.perform(action, contextFor(driver, action)).then(
      () => (ended = 'done'),
      (error: { code: string }) => (ended = error.code),
    );
    expect(await secondsUntil(() => ended !== '')).toBeLessThanOrEqual(30);
    expect(ended).toBe('uncertain');
    expect(await driver.settle(action, contextFor(driver, action))).toEqual({ is: 'absent' });
  });

  it('and the pool has none for a while, the new one is found within 30 s of its election', async () => {
    const { driver, silent } = await openOverSilentWays();
    for (const url of bench.urls) silent.add(url);
    await bench.clock.sleep(300_000);
    expect(driver.health().connected).toBe(false);
    new WorldEvents(bench.sim).changeMaster(1);
    silent.delete(bench.urls[1]!);
    expect(await secondsUntil(() => driver.health().connected)).toBeLessThanOrEqual(30);
  });

  it('a member that was slow, not dead, goes on with the session it had', async () => {
    const { driver, silent } = await openOverSilentWays();
    const logins = (): number =>
      bench.sim.log.list(0, 100_000).filter(({ method }) => method === 'session.login_with_password').length;
    const before = logins();
    silent.add(bench.urls[0]!);
    await bench.clock.sleep(12_000);
    silent.delete(bench.urls[0]!);
    await bench.clock.sleep(60_000);
    expect(driver.health().connected).toBe(true);
    // The slaves were asked and said who leads; nobody got a second session.
    expect(
      bench.sim.db.rows('session').filter((row) => row.text('originator') === 'test-driver').length,
    ).toBe(2);
    expect(logins() - before).toBeLessThanOrEqual(2);
  });
});
