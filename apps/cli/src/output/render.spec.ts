import { describe, expect, it } from 'vitest';
import { createColors } from './colors.js';
import { duration, instant, money } from './amounts.js';
import { renderFacts, renderTable } from './render.js';
import { renderTree } from './tree.js';

describe('a table', () => {
  it('aligns, marks what is missing and does not let names steer the terminal', () => {
    const rows = [
      { name: 'web', count: 1, state: null },
      { name: 'evil\u001B[31m\nname', count: 200, state: 'running' },
    ];
    const table = renderTable(rows, [
      { title: 'name', value: ({ name }) => name },
      { title: 'count', value: ({ count }) => count, style: 'number' },
      { title: 'state', value: ({ state }) => state, style: 'state' },
    ]);
    expect(table).toBe(
      ['NAME            COUNT  STATE', 'web                 1  –', 'evil [31m name    200  running'].join(
        '\n',
      ),
    );
  });

  it('is coloured only when that is wanted', () => {
    const rows = [{ state: 'running' }];
    const columns = [{ title: 's', value: () => 'running', style: 'state' as const }];
    expect(renderTable(rows, columns)).not.toContain('\u001B');
    expect(renderTable(rows, columns, { colors: createColors('colored') })).toContain('\u001B[32mrunning');
  });
});

describe('facts', () => {
  it('leave out what is not known', () => {
    expect(renderFacts({ id: 'a', reason: null, generation: 0, open: false, host: undefined })).toBe(
      'id          a\ngeneration  0\nopen        no',
    );
    expect(renderFacts({})).toBe('');
  });
});

describe('a tree', () => {
  it('draws branches and aligns columns and states', () => {
    const tree = renderTree({
      name: 'shop',
      state: 'ready',
      children: [
        {
          name: 'db',
          cells: ['server'],
          state: 'running',
          children: [{ name: 'data', cells: ['disk'], state: 'attached' }],
        },
        { name: 'web', cells: ['server', '10.0.0.1'], state: 'error', reason: 'no room' },
      ],
    });
    expect(tree).toBe(
      [
        'shop                          ready',
        '├─ db       server            running',
        '│  └─ data  disk              attached',
        '└─ web      server  10.0.0.1  error     no room',
      ].join('\n'),
    );
  });
});

describe('amounts', () => {
  it('keep every digit of money', () => {
    expect(money('0.0240000000')).toBe('0.024');
    expect(money('1234567890123456789.1')).toBe('1234567890123456789.10');
    expect(money('3')).toBe('3.00');
    expect(money('0.0000000001')).toBe('0.0000000001');
  });

  it('read durations and instants', () => {
    expect([350, 12_345, 59_999, 245_000].map(duration)).toEqual([
      '350 ms',
      '12.3 s',
      '60.0 s',
      '4 min 05 s',
    ]);
    expect(instant('2026-11-23T10:00:00.123Z')).toBe('2026-11-23T10:00:00Z');
  });
});
