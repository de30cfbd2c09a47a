/** The tour of the README, run as a reader would: every sh block between its marks, in one shell. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { expectNothingLeft, useCloud } from './use-cloud.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const TOUR_LIMIT_MS = 120_000;

async function readTour(): Promise<string> {
  const page = await readFile(join(ROOT, 'README.md'), 'utf8');
  const tour = /<!-- tour:[\s\S]*?<!-- \/tour -->/.exec(page)?.[0] ?? '';
  return [...tour.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) => commands).join('\n');
}

describe('the README', () => {
  const cloud = useCloud();

  it(
    'shows a tour that works as it is written',
    async () => {
      const { url: URL, token: TOKEN } = cloud().access;
      const folder = await mkdtemp(join(tmpdir(), 'openvsys-tour-'));
      for (const name of ['package.json', 'tools']) {
        await symlink(join(ROOT, name), join(folder, name));
      }
      try {
        const env = {
          ...process.env,
          URL,
          TOKEN,
          OPENVSYS_CONFIG: join(folder, 'vsysctl.yaml'),
          NO_COLOR: '1',
        };
        const shell = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', await readTour()], {
          cwd: folder,
          env,
        });
        const { stdout } = await shell;
        expect(stdout).toContain('"state":"succeeded"');
        expect(stdout).toMatch(/web-3 .* running/);
        expect(stdout).toContain('+ vserver  web-4');
        expect(stdout).toMatch(/vserver-running +standard\.small/);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
      await expectNothingLeft(cloud());
    },
    TOUR_LIMIT_MS,
  );
});
