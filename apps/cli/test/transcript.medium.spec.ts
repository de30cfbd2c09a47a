/** docs/vsysctl.md shows what really happens. `UPDATE_TRANSCRIPT=1` writes it anew. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';
import { rewriteTranscript } from './transcript.js';

const PAGE = join(import.meta.dirname, '../../../docs/vsysctl.md');
/** Two deployments and some thirty commands. */
const LIMIT_MS = 90_000;

describe('docs/vsysctl.md', () => {
  const world = useCliWorld();

  it(
    'is a session as it really goes',
    async () => {
      const { url, providerToken } = world();
      const { vsysctl } = newUser({ CI: 'true' });
      const page = await readFile(PAGE, 'utf8');
      const now = await rewriteTranscript(page, vsysctl, { url, token: providerToken });
      if (process.env['UPDATE_TRANSCRIPT'] !== undefined) await writeFile(PAGE, now);
      else expect(now).toBe(page);
    },
    LIMIT_MS,
  );
});
