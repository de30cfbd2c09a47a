import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimPool } from '@openvsys/xcp-sim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSavedState, StateFile } from './state-file.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-file-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('state file', () => {
  it('gives the same pool to a second start and is not rewritten without a change', async () => {
    const path = join(folder, 'deeper', 'pool.json');
    expect(await findSavedState(path)).toBeUndefined();
    const first = createSimPool();
    const file = new StateFile(path, first.pool);
    await file.save();
    const { mtimeMs } = await stat(path);
    await file.close();
    expect((await stat(path)).mtimeMs).toBe(mtimeMs);
    const second = createSimPool({}, await findSavedState(path));
    expect(second.pool.pool.uuid).toBe(first.pool.pool.uuid);
    first.close();
    second.close();
  });

  it('that is damaged stops the start with its name', async () => {
    const path = join(folder, 'pool.json');
    await writeFile(path, '{"format":1,');
    await expect(findSavedState(path)).rejects.toThrow(path);
  });
});
