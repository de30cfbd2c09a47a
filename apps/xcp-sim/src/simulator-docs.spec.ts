// The examples of docs/simulator.md do what they say, and its tables name everything there is.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPTION_FACTS } from './simulator-options.js';

const run = promisify(execFile);
const PAGE = join(import.meta.dirname, '../../../docs/simulator.md');
const EXAMPLE = /```(sh|python) example\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g;

const page = await readFile(PAGE, 'utf8');
const examples = [...page.matchAll(EXAMPLE)].map(([, language = '', code = '', output = ''], index) => ({
  name: `${index + 1}, ${language}`,
  language,
  code,
  output,
}));

let server: SimServer;
let folder: string;

beforeAll(async () => {
  server = await startSimServer({ profile: 'fast' });
  folder = await mkdtemp(join(tmpdir(), 'simulator-docs-'));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** The ports of the page are those of the server under test. */
function localise(text: string): string {
  return server.hosts.reduce(
    (result, { address }, index) => result.replaceAll(`127.0.0.1:${8100 + index}`, address),
    text,
  );
}

async function outputOf(language: string, code: string): Promise<string> {
  const file = join(folder, `example.${language}`);
  await writeFile(file, localise(code));
  const { stdout } = await run(language === 'sh' ? 'sh' : 'python3', [file], { timeout: 15_000 });
  return stdout.trim();
}

describe('docs/simulator.md', () => {
  it('has examples in both languages', () => {
    expect(new Set(examples.map(({ language }) => language))).toEqual(new Set(['sh', 'python']));
    expect(page.match(/```\w+ example/g)).toHaveLength(examples.length);
  });

  it.each(examples)('example $name does what it says', async ({ language, code, output }) => {
    expect(await outputOf(language, code)).toBe(localise(output.trim()));
  });

  it('names every option, every effect and every change', async () => {
    for (const { flag } of OPTION_FACTS) expect(page).toContain(`\`--${flag}\``);
    const answer = await fetch(`${server.admin}/catalogue`);
    const { effects, changes } = (await answer.json()) as { effects: string[]; changes: string[] };
    for (const name of [...effects, ...changes]) expect(page).toContain(`\`${name}\``);
  });
});
