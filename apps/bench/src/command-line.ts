/** `npm run bench -- [--only P1,P4] [--json FILE] [--strict]`; long measures run only when they are named. */
import { parseArgs } from 'node:util';
import { LONG_MEASURES, MEASURES } from './measures/all.js';
import type { Measure } from './measure.js';

export interface CommandLine {
  readonly measures: readonly Measure[];
  readonly jsonFile: string | undefined;
  /** What a missed goal means for the exit code. */
  readonly onMiss: 'report' | 'fail';
}

/** Throws Error with what is wrong, for the person who typed it. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      strict: { type: 'boolean', default: false },
    },
  });
  return {
    measures: values.only === undefined ? MEASURES : choose(values.only),
    jsonFile: values.json,
    onMiss: values.strict ? 'fail' : 'report',
  };
}

function choose(list: string): readonly Measure[] {
  const all = [...MEASURES, ...LONG_MEASURES];
  const wanted = list.split(',').map((id) => id.trim().toUpperCase());
  const unknown = wanted.filter((id) => !all.some((measure) => measure.id === id));
  if (unknown.length > 0) {
    const known = all.map(({ id }) => id).join(', ');
    throw new Error(`no measure ${unknown.join(', ')}: there are ${known}`);
  }
  return all.filter(({ id }) => wanted.includes(id));
}
