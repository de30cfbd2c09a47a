/** Figures of servers and systems over time, for who may see them. */
import { MetricStore } from '@openvsys/persistence';
import { hostUuid, vserverId, type VServerSample } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const MINUTE = 60_000;
const HOST = hostUuid('00000000-0000-4000-8000-000000000001');

describe('metrics', () => {
  const world = useApi();
  const demo = () => world().as(world().demoToken);
  const end = Math.floor(Date.now() / (10 * MINUTE)) * 10 * MINUTE - 10 * MINUTE;
  let vsys = '';
  let servers: readonly string[] = [];

  const sampleOf = (server: string, minute: number): VServerSample => ({
    server: vserverId(server),
    at: new Date(end - minute * MINUTE),
    stepSeconds: 60,
    cpuUse: server === servers[0] ? 0.25 : 0.75,
    memoryBytes: 1_000,
    memoryFreeBytes: null,
    disks: [],
    nics: [
      {
        device: 0,
        nic: null,
        receivedBytesPerSecond: 10,
        sentBytesPerSecond: 20,
        receivedPacketsPerSecond: null,
        sentPacketsPerSecond: null,
      },
    ],
  });

  beforeAll(async () => {
    const request = { name: newName('m'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
    const made = await demo().post('/v1/vsys').send(request).expect(202);
    vsys = made.body.vsysId;
    const listed = await demo().get(`/v1/vservers?vsys=${vsys}`).expect(200);
    servers = listed.body.items.slice(0, 2).map(({ id }: { id: string }) => id);
    const store = new MetricStore(world().database);
    const minutes = Array.from({ length: 30 }, (_, minute) => minute).filter((minute) => minute !== 5);
    const samples = minutes.flatMap((minute) => servers.map((server) => sampleOf(server, minute)));
    await store.store({ poolId: world().demo.poolId, host: HOST, until: new Date(end), samples });
    await store.rollUp(new Date());
  });
  const period = () => `from=${new Date(end - 30 * MINUTE).toISOString()}&to=${new Date(end).toISOString()}`;

  it('of a server come in the finest fitting step, gaps left out', async () => {
    const { body } = await demo().get(`/v1/vservers/${servers[0]}/metrics?${period()}`).expect(200);
    expect(body).toMatchObject({ stepSeconds: 60, nextCursor: null });
    expect(body.items).toHaveLength(29);
    expect(body.items.at(-1)).toEqual({
      at: new Date(end).toISOString(),
      seconds: 60,
      cpuUse: 0.25,
      cpuUseMax: 0.25,
      memoryBytes: 1_000,
      memoryFreeBytes: null,
      diskReadBytes: null,
      diskWriteBytes: null,
      diskReads: null,
      diskWrites: null,
      netReceivedBytes: 10,
      netSentBytes: 20,
      netReceivedPackets: null,
      netSentPackets: null,
    });
  });

  it('of a system are added up, and tell who had most to do', async () => {
    const { body } = await demo().get(`/v1/vsys/${vsys}/metrics?${period()}&step=10m`).expect(200);
    expect(body.items).toHaveLength(3);
    expect(body.items[0]).toMatchObject({
      seconds: 600,
      servers: 2,
      cpuUse: 0.5,
      cpuUseMax: 0.75,
      worstServer: servers[1],
      memoryBytes: 2_000,
      netSentBytes: 40,
      diskReads: null,
    });
    expect(body.items[2].seconds).toBe(540);
  });

  it('come in pages, in coarser steps for long periods, and with clear refusals', async () => {
    const path = `/v1/vservers/${servers[0]}/metrics`;
    const first = await demo().get(`${path}?${period()}&limit=20`).expect(200);
    const rest = await demo().get(`${path}?${period()}&limit=20&cursor=${first.body.nextCursor}`).expect(200);
    expect([first.body.items.length, rest.body.items.length]).toEqual([20, 9]);
    const year = new Date(end - 365 * 86_400_000).toISOString();
    expect((await demo().get(`${path}?from=${year}`).expect(200)).body.stepSeconds).toBe(86_400);
    await demo().get(`${path}?step=5m`).expect(400);
    const { body } = await demo()
      .get(`${path}?from=${new Date(end).toISOString()}&to=${year}`)
      .expect(400);
    expect(body.pointer).toBe('/from');
  });

  it('are nobody else’s', async () => {
    const other = world().as(world().other.token);
    const paths = [`/v1/vservers/${servers[0]}/metrics`, `/v1/vsys/${vsys}/metrics`];
    const answers = await Promise.all(paths.map(async (path) => other.get(path)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });

  it('of a system come as CSV, a row for each server and step', async () => {
    const { text, headers } = await demo()
      .get(`/v1/vsys/${vsys}/metrics/csv?${period()}&step=1m`)
      .expect(200);
    expect(headers['content-type']).toContain('text/csv');
    const [titles = '', ...rows] = text.trimEnd().split('\n');
    expect(titles.split(',').slice(0, 5)).toEqual(['at', 'vserverId', 'name', 'seconds', 'cpuUse']);
    expect(rows).toHaveLength(58);
    expect(
      rows.filter((row) => row.includes(servers[0] ?? '')).every((row) => row.split(',')[4] === '0.25'),
    ).toBe(true);
    await world().as(world().other.token).get(`/v1/vsys/${vsys}/metrics/csv`).expect(404);
  });

  it('of now come as OpenMetrics, what was not measured left out', async () => {
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    const fresh = servers.map((server) => ({ ...sampleOf(server, 0), at: new Date(now) }));
    const store = new MetricStore(world().database);
    await store.store({ poolId: world().demo.poolId, host: HOST, until: new Date(now), samples: fresh });
    const { text, headers } = await demo()
      .get(`/v1/vsys/${vsys}/metrics/openmetrics`)
      .buffer(true)
      .expect(200);
    expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const lines = text.split('\n');
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
    const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
    const form =
      /^([a-z_]+)\{vsys="[A-Z0-9-]+",vserver="[A-Z0-9-]+",name="[a-z0-9-]+",role="[a-z0-9-]+"\} [0-9.e+-]+ \d+$/;
    expect(samples.filter((line) => !form.test(line))).toEqual([]);
    const names = [...new Set(samples.map((line) => form.exec(line)?.[1]))];
    expect(names).toContain('openvsys_vserver_cpu_use_ratio');
    expect(names).not.toContain('openvsys_vserver_memory_free_bytes');
    for (const name of names) expect(lines.filter((line) => line === `# TYPE ${name} gauge`)).toHaveLength(1);
    const uses = samples.filter((line) => line.startsWith('openvsys_vserver_cpu_use_ratio'));
    expect(
      uses.map((line) => line.split(' ').slice(1)).toSorted(([a = ''], [b = '']) => a.localeCompare(b)),
    ).toEqual([
      ['0.25', `${now / 1_000}`],
      ['0.75', `${now / 1_000}`],
    ]);
  });
});
