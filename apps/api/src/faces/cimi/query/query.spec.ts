import { DomainError } from '@openvsys/vsys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filtered, ranged, selected, sorted } from './apply.js';
import { parseFilter } from './filter.js';
import { parseQuery } from './query.js';

const MACHINES = [
  {
    id: 'a',
    name: 'web',
    memory: 1024,
    state: 'STARTED',
    properties: { team: 'blue' },
    created: '2026-05-01T10:00:00Z',
  },
  {
    id: 'b',
    name: 'db',
    memory: 4096,
    state: 'STOPPED',
    bootable: true,
    created: '2026-05-02T00:00:00+02:00',
  },
  { id: 'c', name: 'Web', memory: 512, state: 'STOPPED', volume: { href: 'http://cloud/volumes/1' } },
];
const idsOf = (filter: string) =>
  filtered(MACHINES, [parseFilter(filter)])
    .map(({ id }) => id)
    .join('');

describe('$filter', () => {
  it.each([
    [`name='web'`, 'a'],
    [`'web'=name`, 'a'],
    [`name!="web"`, 'bc'],
    ['memory>=1024', 'ab'],
    ['1024<memory', 'b'],
    [`memory<1024 or memory>1024 and state='STOPPED'`, 'bc'],
    [`(memory<1024 or memory>=1024) and state='STARTED'`, 'a'],
    ['bootable=true', 'b'],
    ['created>2026-05-01T12:00:00Z', 'b'],
    ['created<2026-05-01', ''],
    [`property['team']='blue'`, 'a'],
    [`property['team']!='blue'`, 'bc'],
    [`nothing=1`, ''],
    [`nothing!=1`, 'abc'],
    [`volume='http://cloud/volumes/1'`, 'c'],
    ['  name  =  "web"  ', 'a'],
  ])('%s keeps %s', (filter, ids) => {
    expect(idsOf(filter)).toBe(ids);
  });

  it.each([
    '',
    'name',
    'name=',
    '=1',
    'name<"a"',
    '(name="a"',
    'name="a")',
    'a=b',
    '1=1',
    'name="a" name="b"',
    'name~1',
    "name='a",
  ])('refuses %s', (filter) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  it('reads anything or refuses it as a caller’s mistake', () => {
    const word = fc.constantFrom(
      'name',
      '=',
      '<',
      '!=',
      '(',
      ')',
      'and',
      'or',
      '1',
      "'x'",
      'property[',
      "'k']",
      '2026-01-01',
      ' ',
      '"',
      'true',
    );
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        try {
          filtered(MACHINES, [parseFilter(filter)]);
        } catch (error) {
          if (!(error instanceof DomainError) || error.code !== 'invalid-request') throw error;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(() => parseFilter('('.repeat(4_000))).toThrow(DomainError);
    expect(() => parseFilter('name=1 or '.repeat(500))).toThrow(DomainError);
  });
});

describe('the rest of the query', () => {
  it('sorts stably, by several keys, numbers as numbers', () => {
    const order = (text: string) =>
      sorted(MACHINES, parseQuery(`$orderby=${text}`).order)
        .map(({ id }) => id)
        .join('');
    expect(order('memory')).toBe('cab');
    expect(order('memory:desc')).toBe('bac');
    expect(order('state,memory:desc')).toBe('abc');
    expect(order('nothing')).toBe('abc');
    expect(() => parseQuery('$orderby=name:up')).toThrow(DomainError);
  });

  it('cuts from 1 and never fails', () => {
    const range = (query: string) => ranged(MACHINES, parseQuery(query)).length;
    expect([range(''), range('$first=2'), range('$last=2'), range('$first=2&$last=2')]).toEqual([3, 2, 2, 1]);
    expect([range('$first=9'), range('$first=3&$last=1'), range('$first=x'), range('$last=0')]).toEqual([
      0, 0, 3, 0,
    ]);
  });

  it('selects, expands and formats, and ignores what it does not know', () => {
    const query = parseQuery('$select=id,%20name&$select=id&$expand=volumes&$format=XML&$skip=1&limit=2');
    expect(selected(MACHINES[0]!, query.select)).toEqual({ id: 'a', name: 'web' });
    expect(query).toMatchObject({ expand: new Set(['volumes']), format: 'xml' });
    expect(parseQuery('$select=*&$expand=').select).toBeUndefined();
    expect(parseQuery('$expand=').expand).toBe('all');
    expect(parseQuery('$format=yaml').format).toBeUndefined();
  });
});
