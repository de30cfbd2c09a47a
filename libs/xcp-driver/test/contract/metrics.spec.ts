import { afterEach, describe, expect, it } from 'vitest';
import type { HostUuid, MetricsBatch } from '@openvsys/vsys';
import { handlersOf } from '../../src/content/disk-transfer.js';
import { parseRrdJson, parseRrdXml, type RrdUpdates } from '../../src/metrics/rrd-updates.js';
import { findVm } from '../../src/actions/find-parts.js';
import { clockOf, converge } from './sim-harness.js';
import { sampleSpec } from './sample-spec.js';
import { NO_LIMIT, openPool, type PoolUnderTest } from './pool-under-test.js';
import { allOf } from '../all-of.js';

async function running(bench: PoolUnderTest) {
  const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
  await converge(bench.hypervisor, spec);
  return spec;
}

/** Batches until `enough` says so. */
async function follow(
  bench: PoolUnderTest,
  since: Date,
  enough: (batches: readonly MetricsBatch[]) => boolean,
): Promise<MetricsBatch[]> {
  const stop = AbortSignal.timeout(15_000);
  const hosts = bench.hypervisor.capacity().hosts.map(({ uuid }) => uuid);
  const batches: MetricsBatch[] = [];
  const from = new Map(hosts.map((uuid): [HostUuid, Date] => [uuid, since]));
  for await (const batch of bench.hypervisor.metrics.follow({ stepSeconds: 5, since: from, signal: stop })) {
    batches.push(batch);
    if (enough(batches)) break;
  }
  return batches;
}

const samplesOf = (batches: readonly MetricsBatch[]) => batches.flatMap(({ samples }) => samples);

describe('figures of servers', () => {
  let bench: PoolUnderTest;
  afterEach(async () => bench.close());

  it('come once for each step of each running server, from the host it runs on (D59)', async () => {
    bench = await openPool();
    const spec = await running(bench);
    const ids = spec.servers.map(({ id }) => id).toSorted();
    const batches = await follow(bench, new Date(Date.now() - 60_000), (seen) => {
      const told = new Set(samplesOf(seen).map(({ server }) => server));
      return told.size === ids.length;
    });
    const samples = samplesOf(batches);
    expect([...new Set(samples.map(({ server }) => server))].toSorted()).toEqual(ids);
    const keys = samples.map(({ server, at }) => `${server} ${at.getTime()}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const sample of samples) {
      expect(sample.at.getTime() % 5_000).toBe(0);
      expect(sample.cpuUse === null || (sample.cpuUse >= 0 && sample.cpuUse <= 1)).toBe(true);
    }
    const withNic = samples.find(({ nics }) => nics.length > 0);
    expect(withNic?.nics[0]?.nic).toBe(`${withNic?.server}-E-${withNic?.nics[0]?.device}`);
    const dataDisk = samples.flatMap(({ disks }) => disks).find(({ disk }) => disk !== null);
    expect(spec.disks.map(({ id }) => id)).toContain(dataDisk?.disk);
  });

  it('say which host could not be asked, and go on with the others', async () => {
    bench = await openPool();
    await running(bench);
    const lost = bench.server.hosts[2]!;
    bench.server.pool.hostAt(2).reachable = false;
    const batches = await follow(bench, new Date(Date.now() - 60_000), (seen) => seen.length >= 3);
    const problem = batches.find(({ host }) => host === lost.uuid);
    expect(problem).toMatchObject({ samples: [], until: null });
    expect(problem?.problem).toMatch(/pool/i);
    expect(batches.filter(({ problem: none }) => none === undefined).length).toBe(2);
  });
});

describe('figures over time', () => {
  it('go on without a step twice when servers move and a host is lost for a while', async () => {
    const bench = await openPool({ clock: { mode: 'scaled', speed: 20 } }, (server) => ({
      clock: clockOf(server.clock),
    }));
    try {
      const spec = await running(bench);
      const moving = findVm(bench.pool.cache, spec.servers[0]!.id)!;
      const told = new Map<string, number[]>();
      const hostsOfMoving = new Set<string>();
      const stop = new AbortController();
      let problems = 0;
      let turns = 0;
      for await (const batch of bench.hypervisor.metrics.follow({ stepSeconds: 5, signal: stop.signal })) {
        turns += 1;
        if (batch.problem !== undefined) problems += 1;
        for (const { server, at } of batch.samples) {
          told.set(server, [...(told.get(server) ?? []), at.getTime()]);
          if (server === spec.servers[0]!.id) hostsOfMoving.add(batch.host);
        }
        if (turns === 9) {
          const here = bench.pool.cache.find('VM', moving.ref)!.resident_on;
          const there = [...bench.pool.cache.all('host')].find(([ref]) => ref !== here)![0];
          await bench.call('VM.pool_migrate', moving.ref, there, { live: 'true' });
        }
        if (turns === 15) bench.server.pool.hostAt(2).reachable = false;
        if (turns === 21) bench.server.pool.hostAt(2).reachable = true;
        if (turns >= 24 && hostsOfMoving.size === 2 && problems > 0) stop.abort();
        if (turns > 200) break;
      }
      expect(hostsOfMoving.size).toBe(2);
      expect(problems).toBeGreaterThan(0);
      expect(told.size).toBe(spec.servers.length);
      for (const times of told.values()) {
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(new Set(times).size).toBe(times.length);
      }
    } finally {
      await bench.close();
    }
  });
});

describe('the two forms of figures', () => {
  it('say the same about a running pool', async () => {
    const bench = await openPool();
    try {
      await running(bench);
      const start = String(Math.floor(Date.now() / 1000) - 60);
      const ask = async (form: Record<string, string>): Promise<string> => {
        const { body } = await handlersOf(bench.pool).get({
          path: '/rrd_updates',
          query: { start, cf: 'AVERAGE', interval: '5', ...form },
          signal: NO_LIMIT,
        });
        return Buffer.concat(await allOf(body)).toString('utf8');
      };
      const json = parseRrdJson(await ask({ json: 'true' }));
      const xml = parseRrdXml(await ask({}));
      expect(json.legend.length).toBeGreaterThan(0);
      expect(xml.legend).toEqual(json.legend);
      const shared = (updates: RrdUpdates) => updates.rows.filter(({ t }) => t <= json.end && t <= xml.end);
      expect(shared(xml)).toEqual(shared(json));
    } finally {
      await bench.close();
    }
  });
});
