import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TokenKeeper } from './token-keeper.js';

let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'openvsys-token-'));
});
afterEach(() => {
  rmSync(stateFolder, { recursive: true });
});
async function opened(token = 'first'): Promise<TokenKeeper> {
  const keeper = new TokenKeeper({ token, stateFolder });
  await keeper.load();
  return keeper;
}

it('shows the renewed token, also after a restart, and keeps the one before for when that is refused', async () => {
  const keeper = await opened();
  expect(keeper.token).toBe('first');
  await keeper.replace('second');
  expect(keeper.token).toBe('second');
  const again = await opened();
  expect(again.token).toBe('second');
  again.swap();
  expect(again.token).toBe('first');
  again.swap();
  expect(again.token).toBe('second');
  expect(statSync(join(stateFolder, 'token.json')).mode & 0o777).toBe(0o600);
});

it('begins with the token of another config drive, and when the file was damaged', async () => {
  await (await opened()).replace('second');
  expect((await opened('of-a-new-drive')).token).toBe('of-a-new-drive');
  writeFileSync(join(stateFolder, 'token.json'), '{"first":');
  expect((await opened()).token).toBe('first');
});

it('stays with the present token when the next one cannot be kept', async () => {
  const keeper = await opened();
  rmSync(stateFolder, { recursive: true });
  writeFileSync(stateFolder, 'not a folder');
  await expect(keeper.replace('second')).rejects.toThrow();
  expect(keeper.token).toBe('first');
});
