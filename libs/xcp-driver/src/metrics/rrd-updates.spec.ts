import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostClock } from './host-clock.js';
import { deviceNumber } from './our-servers.js';
import { parseRrdJson, parseRrdXml } from './rrd-updates.js';
import { columnsByVm, figuresOf } from './vm-figures.js';

const VM = '01234567-89ab-cdef-0123-456789abcdef';
const OTHER = '11234567-89ab-cdef-0123-456789abcdef';

interface Table {
  readonly legend: readonly string[];
  readonly rows: readonly { readonly t: number; readonly values: readonly string[] }[];
}

const asJson = ({ legend, rows }: Table): string =>
  JSON.stringify({
    meta: { start: 1000, step: 5, end: 2000, rows: rows.length, columns: legend.length, legend },
    data: rows,
  });
const asXml = ({ legend, rows }: Table): string =>
  `<?xml version="1.0"?><xport><meta><start>1000</start><step>5</step><end>2000</end><rows>${rows.length}</rows>` +
  `<columns>${legend.length}</columns><legend>${legend.map((entry) => `<entry>${entry}</entry>`).join('')}</legend>` +
  `</meta><data>${rows
    .map(({ t, values }) => `<row><t>${t}</t>${values.map((v) => `<v>${v}</v>`).join('')}</row>`)
    .join('')}</data></xport>`;

const value = fc.oneof(fc.double().map(String), fc.constantFrom('NaN', 'Infinity', '-Infinity', '0.0000'));
const tables = fc
  .record({
    legend: fc.array(fc.stringMatching(/^AVERAGE:vm:[0-9a-f]{8}:[a-z0-9_]{1,10}$/), { maxLength: 6 }),
    times: fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 31 }), { maxLength: 6 }),
  })
  .chain(({ legend, times }) =>
    fc
      .tuple(...times.map(() => fc.array(value, { minLength: legend.length, maxLength: legend.length })))
      .map((rows): Table => ({ legend, rows: rows.map((values, i) => ({ t: times[i] ?? 0, values })) })),
  );

describe('figures of a host', () => {
  it('say the same as JSON and as XML, in order of time, gaps as null (D59)', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const json = parseRrdJson(asJson(table));
        expect(parseRrdXml(asXml(table))).toEqual(json);
        expect(json.rows.map(({ t }) => t)).toEqual(table.rows.map(({ t }) => t).toSorted((a, b) => a - b));
        for (const row of json.rows)
          for (const one of row.values) expect(one === null || Number.isFinite(one)).toBe(true);
      }),
    );
  });

  it('are refused, never misread, when they are damaged', () => {
    const table = { legend: [`AVERAGE:vm:${VM}:cpu0`], rows: [{ t: 5, values: ['1'] }] };
    const texts = [asJson(table), asXml(table)] as const;
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 40 }), fc.string({ maxLength: 5 }), (at, cut, put) => {
        for (const [index, text] of texts.entries()) {
          const from = at % text.length;
          const damaged = text.slice(0, from) + put + text.slice(from + cut);
          try {
            const { rows, legend } = index === 0 ? parseRrdJson(damaged) : parseRrdXml(damaged);
            expect(rows.every((row) => row.values.length === legend.length)).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ name: 'TransportError', kind: 'protocol' });
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuse document types, deep nesting and rows that do not fit', () => {
    for (const text of [
      '<!DOCTYPE x [<!ENTITY a "b">]><xport/>',
      '<a>'.repeat(10_000),
      '',
      asXml({ legend: ['a'], rows: [{ t: 1, values: ['1', '2'] }] }),
    ]) {
      expect(() => parseRrdXml(text)).toThrow(expect.objectContaining({ kind: 'protocol' }));
    }
    for (const text of ['{meta:{}}', 'null', '[]', '{}', '{"meta":{"end":"x"},"data":[]}']) {
      expect(() => parseRrdJson(text)).toThrow(expect.objectContaining({ kind: 'protocol' }));
    }
  });

  it('are told apart by VM, device and source', () => {
    const legend = [
      ['vm', VM, 'cpu0'],
      ['vm', VM, 'cpu1'],
      ['vm', VM, 'memory'],
      ['vm', VM, 'memory_internal_free'],
      ['vm', VM, 'vbd_xvdb_read'],
      ['vm', VM, 'vbd_xvdb_iops_write'],
      ['vm', VM, 'vif_1_rx'],
      ['vm', VM, 'vbd_xvdb_read_latency'],
      ['host', VM, 'cpu0'],
      ['vm', OTHER, 'cpu0'],
    ].map((parts) => `AVERAGE:${parts.join(':')}`);
    const columns = columnsByVm(legend, (uuid) => uuid === VM);
    expect([...columns.keys()]).toEqual([VM]);
    const row = { t: 5, values: [0.5, 0.1, 1024, 2, 10, null, 7, 99, 1, 1] };
    expect(figuresOf(columns.get(VM)!, row)).toEqual({
      cpuUse: 0.3,
      memoryBytes: 1024,
      memoryFreeBytes: 2048,
      disks: [
        {
          device: 'xvdb',
          readBytesPerSecond: 10,
          writeBytesPerSecond: null,
          readsPerSecond: null,
          writesPerSecond: null,
        },
      ],
      nics: [
        {
          device: 1,
          receivedBytesPerSecond: 7,
          sentBytesPerSecond: null,
          receivedPacketsPerSecond: null,
          sentPacketsPerSecond: null,
        },
      ],
    });
    const gap = { t: 10, values: legend.map(() => null) };
    expect(figuresOf(columns.get(VM)!, gap)).toBeUndefined();
  });

  it('name devices by letters', () => {
    expect(['xvda', 'hdb', 'sdz', 'xvdaa', 'xvdab', 'nvme0', 'xvd'].map(deviceNumber)).toEqual([
      0,
      1,
      25,
      26,
      27,
      undefined,
      undefined,
    ]);
  });
});

describe('the clock of a host', () => {
  it('is corrected by whole steps, once it is off by more than a step, and does not jitter', () => {
    const close = new HostClock(60);
    for (let now = 0; now < 600; now += 7)
      close.hear(6_000 + Math.floor(now / 60) * 60, (6_000 + now) * 1000);
    expect(close.ours(6_000)).toEqual(new Date(6_000_000));
    const ahead = new HostClock(5);
    const seen = new Set<number>();
    for (let now = 10_000; now < 10_100; now += 1) {
      ahead.hear(Math.floor((now + 3_600) / 5) * 5, now * 1000);
      seen.add(ahead.ours(20_000).getTime());
    }
    expect(seen.size).toBe(1);
    expect(Math.abs([...seen][0]! - (20_000 - 3_600) * 1000)).toBeLessThanOrEqual(5_000);
  });
});
