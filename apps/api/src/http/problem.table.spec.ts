import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PROBLEM_KINDS } from './problem.table.js';

describe('the table of errors in the docs', () => {
  it('has every code with its status and title', async () => {
    const page = await readFile(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| ([a-z-]+) +\| (\d{3}) +\| ([^|]+?) +\|/gm)].map((row) =>
      row.slice(1),
    );
    const kinds = Object.entries(PROBLEM_KINDS).map(([code, { status, title }]) => [
      code,
      String(status),
      title,
    ]);
    expect(rows).toEqual(kinds);
  });
});
