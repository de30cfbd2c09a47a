import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SpoolFolder } from './index.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openvsys-spool-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('the spool folder', () => {
  it('gives several files back as one stream', async () => {
    const spool = new SpoolFolder(join(folder, 'made', 'when', 'needed'));
    expect(await spool.list()).toEqual([]);
    const first = await spool.write(chunks('one ', 'two '), 100);
    const second = await spool.write(chunks('three'), 5);
    expect([first.bytes, second.bytes]).toEqual([8, 5]);
    expect(await textOf(spool.read([first.file, second.file]))).toBe('one two three');
    await spool.remove([first.file, second.file, second.file]);
    expect(await spool.list()).toEqual([]);
    await expect(textOf(spool.read([first.file]))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('leaves nothing of what is too long or breaks', async () => {
    const spool = new SpoolFolder(folder);
    await expect(spool.write(chunks('12345', '6'), 5)).rejects.toMatchObject({ code: 'too-large' });
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('begin');
      throw new Error('the line broke');
    };
    await expect(spool.write(broken(), 100)).rejects.toThrow('the line broke');
    expect(await readdir(folder)).not.toContainEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
  });

  it('touches no other file, whatever it is told', async () => {
    const spool = new SpoolFolder(folder);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    expect(await spool.list()).toEqual([]);
    await expect(spool.remove(['notes.txt'])).rejects.toMatchObject({ code: 'internal' });
    await expect(textOf(spool.read(['../../etc/passwd']))).rejects.toMatchObject({ code: 'internal' });
    expect(await readdir(folder)).toContain('notes.txt');
  });
});
