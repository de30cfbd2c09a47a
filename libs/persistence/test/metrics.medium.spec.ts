/** Figures over time: stored once, rolled up as an oracle does it, gaps kept, old ones dropped. */
import { hostUuid, vserverId, vsysId, type VServerId, type VServerSample } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  listServerMetrics,
  listSystemMetrics,
  METRIC_TABLES,
  MetricStore,
  type MetricPoint,
  type MetricStepSeconds,
} from '../src/index.js';
import { useWorld } from './persistence-fixture.js';

const HOST = hostUuid('00000000-0000-4000-8000-000000000001');
const START = Date.UTC(2026, 4, 1, 0, 0, 0);
const MINUTE = 60_000;

describe('metrics', () => {
  const world = useWorld();
  const store = (): MetricStore => new MetricStore(world().database);
  const servers = ['DEMO0001-AAAAAAAAA-S-0001', 'DEMO0001-AAAAAAAAA-S-0002'].map(vserverId);

  /** Deterministic, with gaps: nothing in every seventh minute, no guest agent in every third. */
  const sampleOf = (server: VServerId, minute: number): VServerSample | undefined => {
    if (minute % 7 === 0) return undefined;
    const scale = server.endsWith('1') ? 1 : 2;
    return {
      server,
      at: new Date(START + minute * MINUTE),
      stepSeconds: 60,
      cpuUse: (minute % 10) / 10,
      memoryBytes: 1_000 * scale,
      memoryFreeBytes: minute % 3 === 0 ? null : 100 * scale,
      disks: [1, 2].map((n) => ({
        device: `xvd${n}`,
        disk: null,
        readBytesPerSecond: minute * scale,
        writeBytesPerSecond: n === 1 ? 5 : null,
        readsPerSecond: 1,
        writesPerSecond: 2,
      })),
      nics: [],
    };
  };
  const samplesUntil = (minutes: number): VServerSample[] =>
    Array.from({ length: minutes }, (_, index) => index + 1)
      .flatMap((minute) => servers.map((server) => sampleOf(server, minute)))
      .filter((sample) => sample !== undefined);
  const deliver = async (samples: readonly VServerSample[], until: Date | null = null): Promise<void> =>
    store().store({ poolId: world().poolId, host: HOST, until, samples });
  const read = async (
    stepSeconds: MetricStepSeconds,
    server = servers[0]!,
  ): Promise<readonly MetricPoint[]> => {
    const period = { from: new Date(START), to: new Date(START + 3 * 86_400_000), stepSeconds };
    const page = await world().database.session(async (session) =>
      listServerMetrics(session, server, period, { limit: 5_000 }),
    );
    return page.items;
  };
  const rowsOf = async (table: string): Promise<number> =>
    (await world().database.session(async (session) =>
      session.first<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`),
    ))!.n;

  const minutes = 1_500;
  beforeAll(async () => {
    await deliver(samplesUntil(minutes), new Date(START + minutes * MINUTE));
  });

  it('are stored once, however often they come', async () => {
    const before = await rowsOf('metric_1m');
    await deliver(samplesUntil(minutes));
    expect(await rowsOf('metric_1m')).toBe(before);
    expect(before).toBe(samplesUntil(minutes).length);
    expect(await store().readProgress(world().poolId)).toEqual(
      new Map([[HOST, new Date(START + minutes * MINUTE)]]),
    );
  });

  it('are rolled up to what an oracle finds, and rolling up again changes nothing', async () => {
    const now = new Date(START + minutes * MINUTE + 2 * MINUTE);
    expect(await store().rollUp(now)).toBeGreaterThan(150);
    for (const seconds of [600, 3_600, 86_400] as const) expect(await read(seconds)).toEqual(oracle(seconds));
    expect(await store().rollUp(now)).toBe(0);
  });

  it('take up what comes late', async () => {
    const late = { ...sampleOf(servers[0]!, 8)!, at: new Date(START + 7 * MINUTE), cpuUse: 1 };
    await deliver([late]);
    await store().rollUp(new Date(START + (minutes + 10) * MINUTE));
    const [first] = await read(600);
    expect(first).toMatchObject({ seconds: 600, cpuUseMax: 1 });
    const [hour] = await read(3_600);
    expect(hour?.seconds).toBe(oracle(3_600)[0]!.seconds + 60);
  });

  it('keep gaps: no row for a minute that nobody measured, null for what nobody told', async () => {
    const points = await read(60);
    const ats = new Set(points.map(({ at }) => (at.getTime() - START) / MINUTE));
    expect([ats.has(6), ats.has(8), ats.has(14)]).toEqual([true, true, false]);
    expect(points.every(({ netSentBytes }) => netSentBytes === null)).toBe(true);
    expect(points.find(({ at }) => at.getTime() === START + 3 * MINUTE)?.memoryFreeBytes).toBeNull();
    expect(points.find(({ at }) => at.getTime() === START + 4 * MINUTE)?.diskWriteBytes).toBe(5);
  });

  it('are read in pages, by key', async () => {
    const period = { from: new Date(START), to: new Date(START + 60 * MINUTE), stepSeconds: 60 } as const;
    const all: MetricPoint[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await world().database.session(async (session) =>
        listServerMetrics(session, servers[1]!, period, { limit: 7, cursor: cursor ?? undefined }),
      );
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(all).toHaveLength(60 - 8);
    expect(all.map(({ at }) => at.getTime())).toEqual(
      all.map(({ at }) => at.getTime()).toSorted((a, b) => a - b),
    );
  });

  it('of nobody’s servers are not added up', async () => {
    const period = { from: new Date(START), to: new Date(START + 60 * MINUTE), stepSeconds: 60 } as const;
    const page = await world().database.session(async (session) =>
      listSystemMetrics(session, vsysId('DEMO0001-AAAAAAAAA'), period, { limit: 10 }),
    );
    expect(page.items).toEqual([]);
  });

  it('go with their partition when their time is over, step by step', async () => {
    const [fine, middle] = METRIC_TABLES;
    const after = (days: number): Date => new Date(START + days * 86_400_000);
    await store().dropOld(after(fine.keepDays));
    expect(await rowsOf('metric_1m')).toBeGreaterThan(0);
    await store().dropOld(after(fine.keepDays + 3));
    expect(await rowsOf('metric_1m')).toBe(0);
    expect(await rowsOf('metric_10m')).toBeGreaterThan(0);
    await store().dropOld(after(middle.keepDays + 2 * middle.partitionDays));
    expect(await rowsOf('metric_10m')).toBe(0);
    expect(await rowsOf('metric_1h')).toBeGreaterThan(0);
  });

  /** The same from the samples themselves, without SQL. */
  function oracle(seconds: number): MetricPoint[] {
    const steps = Map.groupBy(
      samplesUntil(minutes).filter(({ server }) => server === servers[0]),
      ({ at }) => Math.ceil(at.getTime() / (seconds * 1_000)) * seconds * 1_000,
    );
    const settled = START + minutes * MINUTE + 30_000;
    return [...steps]
      .filter(([end]) => end <= settled)
      .map(([end, samples]) => {
        const mean = (value: (sample: VServerSample) => number | null): unknown => {
          const known = samples.map(value).filter((each) => each !== null);
          return known.length === 0 ? null : close(known.reduce((sum, each) => sum + each, 0) / known.length);
        };
        return {
          at: new Date(end),
          seconds: samples.length * 60,
          cpuUse: mean(({ cpuUse }) => cpuUse),
          cpuUseMax: Math.max(...samples.map(({ cpuUse }) => cpuUse ?? 0)),
          memoryBytes: mean(({ memoryBytes }) => memoryBytes),
          memoryFreeBytes: mean(({ memoryFreeBytes }) => memoryFreeBytes),
          diskReadBytes: mean(({ disks }) => (disks[0]?.readBytesPerSecond ?? 0) * 2),
          diskWriteBytes: mean(() => 5),
          diskReads: mean(() => 2),
          diskWrites: mean(() => 4),
          netReceivedBytes: null,
          netSentBytes: null,
          netReceivedPackets: null,
          netSentPackets: null,
        } as MetricPoint;
      });
  }

  const close = (value: number): number => expect.closeTo(value, 9) as number;
});
