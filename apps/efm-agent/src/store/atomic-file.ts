/**
 * Files that are there whole or not at all, also after a power cut: written beside, flushed, renamed, the folder flushed.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** For whatever may hold a secret of the tenant. */
export const SECRET_FILE_MODE = 0o600;
/** Daemons that gave up being root read these; their folders can be passed through, not listed. */
export const PLAIN_FILE_MODE = 0o644;
export const PASSAGE_FOLDER_MODE = 0o711;

/** Throws when the disk is full or the folder is not writable; then the old file is as it was. */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number = SECRET_FILE_MODE,
): Promise<void> {
  const beside = `${path}.new`;
  await mkdir(dirname(path), { recursive: true, mode: PASSAGE_FOLDER_MODE });
  try {
    const file = await open(beside, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await flushFolder(dirname(path));
}

export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The text of a file, or undefined when there is none. */
export async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
