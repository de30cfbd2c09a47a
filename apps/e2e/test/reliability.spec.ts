/** What docs/reliability.md names is there: commands, folders, and the checks of the database. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const named = (pattern: RegExp): string[] => [
  ...new Set([...page.matchAll(pattern)].map(([, name = '']) => name)),
];

describe('the page about reliability', () => {
  it('names commands that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const commands = named(/npm run ([a-z-]+)/g);
    expect(commands).toContain('chaos');
    expect(commands.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names folders that there are', () => {
    const folders = named(/`((?:apps|libs)\/[a-z/-]+)`/g);
    expect(folders.length).toBeGreaterThan(0);
    expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  });

  it('names checks of the database that there are', () => {
    const folder = join(root, 'libs/persistence/src/repositories/invariants');
    const source = ['invariant-list.ts', 'money-invariants.ts'].map((file) =>
      readFileSync(join(folder, file), 'utf8'),
    );
    const cells = page
      .split('\n')
      .flatMap((line) => (/^\| I\d/.test(line) ? [line.split('|')[3] ?? ''] : []));
    const checks = cells.flatMap((cell) =>
      [...cell.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+)`/g)].map(([, name = '']) => name),
    );
    expect(checks.length).toBeGreaterThan(5);
    expect(checks.filter((name) => !source.some((text) => text.includes(`'${name}'`)))).toEqual([]);
  });
});
