import { describe, expect, it } from 'vitest';
import { positiveWhole, pagesOf } from '../api/pages.js';
import { parseDescriptorName } from './descriptors/descriptor-file.js';
import { instantOf } from './instant.js';
import { parseMark } from './budgets/register.js';
import { changedLimits, parseLimits } from './quotas/limits.js';
import { parseScope } from './quotas/scope.js';
import { addParameter } from './vsys/design-options.js';

describe('parameters of a descriptor', () => {
  it('are read as YAML', () => {
    const given = ['webCount=3', 'open=true', 'name=shop', 'code="007"', 'url=http://a?b=c', 'none=null'];
    const values = given.reduce<Record<string, unknown>>((before, text) => addParameter(text, before), {});
    expect(values).toEqual({
      webCount: 3,
      open: true,
      name: 'shop',
      code: '007',
      url: 'http://a?b=c',
      none: null,
    });
  });

  it.each(['webCount', '=3', 'list=[1'])('are refused when malformed: %s', (text) => {
    expect(() => addParameter(text)).toThrow();
  });

  it('cannot reach a prototype', () => {
    expect(Object.hasOwn(addParameter('__proto__=1'), '__proto__')).toBe(true);
  });
});

describe('names of descriptors', () => {
  it('may carry a version', () => {
    expect(parseDescriptorName('three-tier')).toEqual({ name: 'three-tier' });
    expect(parseDescriptorName('three-tier@1.0.0')).toEqual({ name: 'three-tier', version: '1.0.0' });
  });

  it.each(['', '@1', 'a@', 'a@1@2'])('are refused when malformed: “%s”', (text) => {
    expect(() => parseDescriptorName(text)).toThrow('names no descriptor');
  });
});

describe('instants', () => {
  const now = new Date('2026-11-23T12:00:00Z');

  it.each([
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T08:00Z', '2026-11-01T08:00:00.000Z'],
    ['2026-11-01T08:00:00+02:00', '2026-11-01T06:00:00.000Z'],
    ['90m', '2026-11-23T10:30:00.000Z'],
    ['24h', '2026-11-22T12:00:00.000Z'],
    ['7d', '2026-11-16T12:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(instantOf(text, now)).toBe(instant);
  });

  it.each(['yesterday', '2026-13-01', '2026-11-01T08:00', '5', ''])('refuse “%s”', (text) => {
    expect(() => instantOf(text, now)).toThrow('Give a day');
  });
});

describe('quotas', () => {
  const quotas = [
    { resource: 'vserver', limit: 10, used: 4, reserved: 0 },
    { resource: 'vcpu', limit: null, used: 8, reserved: 0 },
    { resource: 'vnet', limit: 5, used: 0, reserved: 0 },
  ] as const;

  it('change only where they are named', () => {
    const changes = parseLimits(['vservers=50', 'vcpu=100', 'vnets=none', 'storage-gib:fast=100']);
    expect(changedLimits(quotas, changes)).toEqual([
      { resource: 'vserver', limit: 50 },
      { resource: 'vcpu', limit: 100 },
      { resource: 'storage-gib/fast', limit: 100 },
    ]);
    expect(parseLimits(['storage-gib/fast=none'])).toEqual(new Map([['storage-gib/fast', null]]));
  });

  it.each([
    'vserver',
    'cpus=3',
    'vcpus=-1',
    'vcpus=1.5',
    'vcpus=',
    'vcpus=1=2',
    'storage-gib:=1',
    'vcpus:fast=1',
  ])('refuse “%s”', (pair) => {
    expect(() => parseLimits([pair])).toThrow();
  });

  it('have a scope', () => {
    expect(parseScope('organization')).toEqual({ kind: 'organization', name: undefined });
    expect(parseScope('vdc:main')).toEqual({ kind: 'vdc', name: 'main' });
    expect(parseScope('vsys:shop')).toEqual({ kind: 'vsys', name: 'shop' });
    expect(() => parseScope('vsys')).toThrow('is no scope');
    for (const text of ['', 'zone:a', 'vdc:', 'vdc:a:b'])
      expect(() => parseScope(text)).toThrow('is no scope');
  });
});

describe('marks of budgets', () => {
  it.each([
    ['80%', { basis: 'spent', unit: 'percent', value: '80' }],
    ['150.50', { basis: 'spent', unit: 'amount', value: '150.50' }],
    ['100%@forecast', { basis: 'forecast', unit: 'percent', value: '100' }],
  ])('are read: %s', (text, mark) => {
    expect(parseMark(text)).toEqual(mark);
  });

  it.each(['', 'x', '-1', '80%%', '80@now', '@spent'])('refuse “%s”', (text) => {
    expect(() => parseMark(text)).toThrow('is no mark');
  });
});

describe('lists', () => {
  const rows = Array.from({ length: 1_203 }, (_, at) => at);
  const asked: number[] = [];
  const fetchPage = async ({ limit, cursor = '0' }: { limit: number; cursor?: string }) => {
    asked.push(limit);
    const end = Number(cursor) + limit;
    return { items: rows.slice(Number(cursor), end), nextCursor: end < rows.length ? String(end) : null };
  };
  const collect = async (options: { limit: number; all?: true }) => {
    asked.length = 0;
    const pages = [];
    for await (const page of pagesOf(fetchPage, options)) pages.push(...page.items);
    return pages;
  };

  it('end at the limit', async () => {
    expect(await collect({ limit: 3 })).toEqual([0, 1, 2]);
    expect(asked).toEqual([3]);
    expect(await collect({ limit: 700 })).toEqual(rows.slice(0, 700));
    expect(asked).toEqual([500, 200]);
  });

  it('are cut when the server gives more than was wanted', async () => {
    const whole = async () => ({ items: rows, nextCursor: null });
    const pages = [];
    for await (const page of pagesOf(whole, { limit: 2 })) pages.push(page);
    expect(pages).toEqual([{ items: [0, 1], nextCursor: null, isCut: true }]);
  });

  it('follow the cursors to the end', async () => {
    expect(await collect({ limit: 3, all: true })).toEqual(rows);
    expect(asked).toEqual([500, 500, 500]);
  });

  it.each(['0', '-1', '1.5', 'x', ''])('have no limit of “%s”', (text) => {
    expect(() => positiveWhole(text)).toThrow();
  });
});
