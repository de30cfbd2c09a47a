/** Texts of tenants: descriptors in YAML and JSON, times of schedules, tags. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz } from '@openvsys/testing';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../src/errors.js';
import { nextRun } from '../src/settings/schedule.js';
import { parseTagFilter, parseTags } from '../src/settings/tags.js';
import { designOf } from '../src/spec/bind/bind-parameters.js';
import { parseDescriptor } from '../src/spec/parse/parse-descriptor.js';
import { printDescriptor } from '../src/spec/parse/print-descriptor.js';

const LIBRARY = join(import.meta.dirname, '../../../descriptors');
const library = readdirSync(LIBRARY)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(LIBRARY, name), 'utf8'));
const isRefusal = (error: unknown): boolean => error instanceof DomainError;

const YAML = [
  '&a [*a,*a,*a,*a]',
  '*a',
  '<<: *a',
  '!!js/function x',
  '!!binary aGk=',
  '? ',
  '- - - -',
  '|+\n',
  '${x}',
  '${',
  '---\n',
  '%YAML 1.2\n',
  '\t',
  '0x7fffffff',
  '.inf',
  '__proto__: {}',
  'constructor: x',
];

describe('whatever is sent, it is read or refused with a reason', () => {
  it('a descriptor in YAML, up to its design', async () => {
    const { refused } = await fuzz({
      samples: library,
      words: YAML,
      isRefusal,
      parse: (input) => designOf(parseDescriptor(input.toString('utf8')), {}),
    });
    expect(refused).toBeGreaterThan(0);
  });

  it('a descriptor in JSON', async () => {
    const { refused } = await fuzz({
      samples: library.map((text) => printDescriptor(parseDescriptor(text), 'json')),
      words: ['{"__proto__":{"x":1}}', '[[[[', '"${', 'null', '\\ud800', '1e400'],
      isRefusal,
      parse: (input) => parseDescriptor(input.toString('utf8'), { format: 'json' }),
    });
    expect(refused).toBeGreaterThan(0);
  });

  it('the time of a schedule', async () => {
    const { refused } = await fuzz({
      samples: ['0 8 * * MON-FRI', '*/5 0-3,7 1 JAN,MAR ?', '0 0 L * *'],
      words: ['*/0', 'L', 'W', '#', '60', '1-0', '@reboot', ','],
      isRefusal,
      parse: (input) =>
        nextRun(
          { cron: input.toString('utf8').slice(0, 100), timeZone: 'Europe/Berlin' },
          new Date('2026-01-01'),
        ),
    });
    expect(refused).toBeGreaterThan(0);
  });

  it('tags and filters by them', async () => {
    const { refused } = await fuzz({
      samples: ['stage=production', 'stage', 'a.b-c_d=x y'],
      isRefusal,
      parse: (input) => {
        const text = input.toString('utf8');
        parseTags({ [text]: text });
        parseTagFilter(text);
      },
    });
    expect(refused).toBeGreaterThan(0);
  });
});
