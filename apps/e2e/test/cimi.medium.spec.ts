/**
 * A CIMI client that was written from the standard alone, in another language, walks through the whole life of a system.
 * It needs python3 (its standard library is enough).
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectNothingLeft, useCloud } from './use-cloud.js';

const CLIENT = join(import.meta.dirname, '../clients/cimi.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) process.stderr.write('SKIPPED: python3 is missing, so no foreign CIMI client was run\n');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

async function run(command: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
}

describe.runIf(hasPython)('a CIMI client in Python', () => {
  const cloud = useCloud();

  it('creates, uses and deletes a system, and nothing is left of it', { timeout: 120_000 }, async () => {
    const { url, token } = cloud().access;
    const { code, output } = await run('python3', [CLIENT, `${url}/cimi/cloudEntryPoint`, 'anyone', token]);
    process.stdout.write(output);
    expect(output).toContain('everything deleted');
    expect(code).toBe(0);
    await expectNothingLeft(cloud());
  });
});
