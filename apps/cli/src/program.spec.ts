/** What every command owes its reader. */
import type { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newUser } from '../test/captured-io.js';
import { Shell } from './context.js';
import { createProgram } from './program.js';

const { vsysctl } = newUser();
const shell = new Shell({
  stdout: process.stdout,
  stderr: process.stderr,
  environment: {
    url: undefined,
    token: undefined,
    profile: undefined,
    configFile: '/nowhere',
    colors: 'none',
    audience: 'machine',
  },
  readInput: async () => '',
  ask: undefined,
  signal: new AbortController().signal,
});

/** `complete` is what completion scripts call. */
const isForPeople = (command: Command): boolean => !['help', 'complete'].includes(command.name());

function leavesOf(command: Command, path: readonly string[] = []): (readonly string[])[] {
  const children = command.commands.filter(isForPeople);
  if (children.length === 0) return [path];
  return children.flatMap((child) => leavesOf(child, [...path, child.name()]));
}

const leaves = leavesOf(createProgram(shell));

describe('every command', () => {
  it('is one of many', () => expect(leaves.length).toBeGreaterThan(60));

  it.each(leaves.map((path) => [path.join(' '), path] as const))(
    '%s explains itself with examples',
    async (name, path) => {
      const help = await vsysctl([...path, '--help']);
      expect(help).toMatchObject({ code: 0, err: '' });
      const [usage, , description] = help.out.split('\n');
      expect(usage).toMatch(new RegExp(`^Usage: vsysctl ${name}`));
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(help.out).toMatch(/\nExamples:\n {2}\$ /);
      expect(help.out).toContain(`$ vsysctl ${name}`);
      expect(help.out).toContain('--reason');
    },
  );
});

describe('completion', () => {
  const written: string[] = [];
  const capture = () =>
    vi.spyOn(console, 'log').mockImplementation((line: unknown) => void written.push(String(line)));
  const suggestions = async (...words: string[]): Promise<string[]> => {
    written.length = 0;
    capture();
    await vsysctl(['complete', '--', ...words]);
    return written
      .join('\n')
      .split('\n')
      .map((line) => line.split('\t')[0] ?? '');
  };
  afterEach(() => vi.restoreAllMocks());

  it('knows commands, options and their values', async () => {
    expect(await suggestions('opera')).toContain('operations');
    expect(await suggestions('operations', '')).toEqual(expect.arrayContaining(['list', 'resume', 'cancel']));
    expect(await suggestions('operations', 'list', '--st')).toEqual(
      expect.arrayContaining(['--state', '--stuck']),
    );
    expect(await suggestions('operations', 'list', '--state', '')).toEqual(
      expect.arrayContaining(['failed']),
    );
  });

  it.each(['bash', 'zsh', 'fish'])('writes a script for %s', async (name) => {
    capture();
    expect((await vsysctl(['completion', name])).code).toBe(0);
    expect(written.join('\n')).toContain('vsysctl');
  });
});
