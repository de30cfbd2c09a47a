/** Makes the document and, from it, the client; both are kept in the repository. */
import { mkdtemp, readdir, readFile, rm, writeFile, mkdir, cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { documentWithoutService } from './document-app.js';

const ROOT = join(import.meta.dirname, '../../../..');
const DOCUMENT = 'openapi/openapi.json';
const CLIENT = 'libs/api-client/src/generated';

/** The paths that were stale. With `check` nothing is written. */
export async function generateOpenApi(mode: 'write' | 'check'): Promise<string[]> {
  const text = `${JSON.stringify(await documentWithoutService(), null, 2)}\n`;
  const folder = await mkdtemp(join(tmpdir(), 'openvsys-openapi-'));
  try {
    await writeFile(join(folder, 'openapi.json'), text);
    await createClient({
      input: join(folder, 'openapi.json'),
      output: { path: join(folder, 'client'), importFileExtension: '.js' },
      plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
      logs: { level: 'silent' },
    });
    const stale = [
      ...((await sameText(join(ROOT, DOCUMENT), text)) ? [] : [DOCUMENT]),
      ...((await sameFolder(join(ROOT, CLIENT), join(folder, 'client'))) ? [] : [CLIENT]),
    ];
    if (mode === 'check') return stale;
    await writeAll(text, join(folder, 'client'));
    return [];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeAll(text: string, client: string): Promise<void> {
  await mkdir(join(ROOT, 'openapi'), { recursive: true });
  await writeFile(join(ROOT, DOCUMENT), text);
  await rm(join(ROOT, CLIENT), { recursive: true, force: true });
  await cp(client, join(ROOT, CLIENT), { recursive: true });
}

async function sameText(path: string, text: string): Promise<boolean> {
  return (await readFile(path, 'utf8').catch(() => '')) === text;
}

async function sameFolder(left: string, right: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all([filesOf(left), filesOf(right)]);
  if (ours.join('\n') !== theirs.join('\n')) return false;
  for (const file of ours) {
    if (!(await sameText(join(left, file), await readFile(join(right, file), 'utf8')))) return false;
  }
  return true;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
