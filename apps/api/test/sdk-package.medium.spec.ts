/** The client as it would be published: packed, unpacked elsewhere, and the example of its README run against a real API. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const PACKAGE = join(ROOT, 'libs/api-client');

const world = useApi();
let folder: string;
let packed: { readonly files: readonly { readonly path: string }[] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openvsys-sdk-'));
  await run(process.execPath, [join(ROOT, 'node_modules/typescript-7/bin/tsc'), '-b', 'tsconfig.lib.json'], {
    cwd: PACKAGE,
  });
  // What `npm publish` would send; the client was built just before.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: PACKAGE,
  });
  const answer = JSON.parse(stdout) as unknown;
  packed = (Array.isArray(answer) ? answer[0] : Object.values(answer as object)[0]) as typeof packed;
  const [archive = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  const home = join(folder, 'node_modules/@openvsys/api-client');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(folder, archive), '-C', home, '--strip-components=1']);
}, 120_000);
afterAll(async () => rm(folder, { recursive: true, force: true }));

describe('the published client', () => {
  it('holds what runs and its types, and neither sources nor tests', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['package.json', 'README.md', 'dist/index.js', 'dist/index.d.ts']),
    );
    expect(paths.filter((path) => !/^(package\.json|README\.md|dist\/.*\.(js|d\.ts))$/.test(path))).toEqual(
      [],
    );
    expect(paths.filter((path) => /spec/.test(path))).toEqual([]);
  });

  it('runs the example of its README', async () => {
    const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
    const [, example = ''] = /<!-- example:[^]*?```js\n([^]*?)```/.exec(readme) ?? [];
    await writeFile(join(folder, 'example.mjs'), example);
    const env = { OPENVSYS_URL: await world().app.getUrl(), OPENVSYS_TOKEN: world().demoToken };
    const { stdout, stderr } = await run(process.execPath, ['example.mjs'], { cwd: folder, env });
    expect(stderr).toBe('');
    const [plan, accepted, refused] = stdout.trimEnd().split('\n');
    expect(plan).toMatch(/^\d+ steps, \d+(\.\d+)? EUR an hour$/);
    expect(accepted).toMatch(/^DEMO0001-[A-Z0-9]{9} is queued$/);
    expect(refused).toMatch(/^invalid-parameter: .+/);
  });
});
