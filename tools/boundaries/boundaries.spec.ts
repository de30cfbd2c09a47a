import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');

/** A copy of the workspace's shape with the real lint configuration: only the linted file is made up. */
let workspace: string;

const PROJECTS: Readonly<Record<string, string>> = {
  'libs/vsys': 'domain',
  'libs/metering': 'domain',
  'libs/provisioning': 'engine',
  'libs/persistence': 'adapter',
  'libs/queue': 'adapter',
  'libs/config': 'adapter',
  'libs/xcp-driver': 'adapter',
  'libs/xcp-sim': 'sim',
  'libs/api-client': 'client',
  'libs/testing': 'test',
  'apps/api': 'app',
  'apps/worker': 'app',
  'apps/cli': 'client',
};

function write(path: string, content: string): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), content);
}

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'openvsys-lint-'));
  write('package.json', JSON.stringify({ name: 'fixture', workspaces: ['apps/*', 'libs/*'] }));
  const config = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as { jsPlugins: string[] };
  write(
    '.oxlintrc.json',
    JSON.stringify({ ...config, jsPlugins: config.jsPlugins.map((path) => join(root, path)) }),
  );
  for (const [folder, tag] of Object.entries(PROJECTS)) {
    const name = `@openvsys/${folder.split('/')[1] ?? ''}`;
    write(`${folder}/package.json`, JSON.stringify({ name, nx: { tags: [tag] } }));
  }
});

afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** Lints one made-up file with the real configuration; the exit code and what was said. */
function lint(path: string, code: string): { readonly code: number | null; readonly output: string } {
  write(path, code);
  const run = spawnSync(process.execPath, [oxlint, '--format=unix', path], {
    cwd: workspace,
    encoding: 'utf8',
  });
  rmSync(join(workspace, path));
  return { code: run.status, output: run.stdout + run.stderr };
}

const importing = (specifier: string) => `import { x } from '${specifier}';\nexport const y = x;\n`;

describe('module boundaries', () => {
  it.each([
    ['libs/vsys/src/a.ts', '@openvsys/provisioning', 'may not import'],
    ['libs/vsys/src/a.ts', 'node:fs', 'may not import'],
    ['libs/vsys/src/a.ts', '@nestjs/common', 'may not import'],
    ['libs/metering/src/a.ts', 'typeorm', 'may not import'],
    ['libs/provisioning/src/a.ts', '@openvsys/persistence', 'may not import'],
    ['libs/provisioning/src/a.ts', 'bullmq', 'may not import'],
    ['libs/persistence/src/a.ts', '@openvsys/queue', 'may not import'],
    ['libs/xcp-sim/src/a.ts', '@openvsys/vsys', 'may not import'],
    ['libs/xcp-driver/src/a.ts', '@openvsys/xcp-sim', 'may not import'],
    ['apps/api/src/a.ts', '@openvsys/xcp-driver', 'may not import'],
    ['apps/api/src/a.ts', '@openvsys/testing', 'may not import'],
    ['apps/worker/src/a.ts', '@openvsys/xcp-sim', 'may not import'],
    ['apps/worker/src/a.ts', '@openvsys/api', 'may not import'],
    ['apps/cli/src/a.ts', '@openvsys/vsys', 'may not import'],
    ['apps/worker/src/a.ts', '../../../libs/vsys/src/index.js', 'leaves @openvsys/worker'],
    ['apps/worker/src/a.spec.ts', '../../../libs/vsys/src/index.js', 'leaves @openvsys/worker'],
    ['apps/worker/src/a.ts', '@openvsys/vsys/src/index.js', 'reaches into'],
    ['apps/worker/src/a.ts', '@openvsys/nothing', 'no project'],
  ])('lint fails when %s imports %s', (path, specifier, reason) => {
    const { code, output } = lint(path, importing(specifier));
    expect(output).toContain(reason);
    expect(code).toBe(1);
  });

  it.each([
    ['libs/metering/src/a.ts', '@openvsys/vsys'],
    ['libs/vsys/src/a.ts', 'luxon'],
    ['libs/provisioning/src/a.ts', '@openvsys/vsys'],
    ['libs/persistence/src/a.ts', '@openvsys/config'],
    ['apps/worker/src/a.ts', '@openvsys/xcp-driver'],
    ['apps/api/src/a.ts', '@openvsys/persistence'],
    ['apps/cli/src/a.ts', '@openvsys/api-client'],
    ['libs/vsys/src/a.spec.ts', '@openvsys/testing'],
    ['libs/provisioning/test/simulation/a.ts', '@openvsys/xcp-sim'],
    ['libs/vsys/src/a.ts', './b.js'],
  ])('lint passes when %s imports %s', (path, specifier) => {
    expect(lint(path, importing(specifier))).toEqual({ code: 0, output: expect.any(String) });
  });

  it('counts type-only imports, re-exports and dynamic imports', () => {
    for (const code of [
      "import type { X } from '@openvsys/queue';\nexport type Y = X;\n",
      "export { x } from '@openvsys/queue';\n",
      "export * from '@openvsys/queue';\n",
      "export const x = import('@openvsys/queue');\n",
      "export type X = import('@openvsys/queue').X;\n",
    ]) {
      expect(lint('libs/vsys/src/a.ts', code).output).toContain('may not import @openvsys/queue');
    }
  });
});

describe('purity of the domain', () => {
  it.each(['Date.now()', 'new Date()', 'Math.random()', 'process.pid', 'fetch("x")', 'crypto.randomUUID()'])(
    'lint fails on %s in the domain and passes elsewhere',
    (expression) => {
      const code = `export const x = ${expression};\n`;
      expect(lint('libs/vsys/src/a.ts', code).output).toContain('is impure');
      expect(lint('libs/queue/src/a.ts', code).code).toBe(0);
    },
  );

  it('lets the domain make a date from an argument', () => {
    expect(lint('libs/vsys/src/a.ts', 'export const at = (ms: number) => new Date(ms);\n').code).toBe(0);
  });
});

describe('configuration', () => {
  it('only the configuration library reads the environment', () => {
    const code = "export const x = process.env['X'];\n";
    expect(lint('apps/api/src/a.ts', code).output).toContain('@openvsys/config');
    expect(lint('libs/config/src/a.ts', code).code).toBe(0);
  });
});
