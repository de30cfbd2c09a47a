/**
 * One version of a document on the disk, ready for the programs: a folder with all files, placeholders filled in.
 * Writing it again gives the same, so what a power cut left is repaired by staging it once more.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { AgentDocument } from '../document.js';
import type { ModuleDocument, ModuleProgram } from '@openvsys/vsys';
import { PASSAGE_FOLDER_MODE, PLAIN_FILE_MODE, SECRET_FILE_MODE, writeAtomically } from './atomic-file.js';

export interface StagedVersion {
  readonly hash: string;
  /** `@OPENVSYS_DIR@` */
  readonly folder: string;
  readonly document: ModuleDocument;
}

export interface Folders {
  /** Survives a reboot: documents and staged versions. */
  readonly state: string;
  /** `@OPENVSYS_RUN@`: sockets, pids, leases; empty after a reboot. */
  readonly run: string;
}

const SECRET_REFERENCE = /@OPENVSYS_SECRET:([^@]*)@/g;

/** Throws when the disk is full; then nothing of the version stays. */
export async function stageVersion(folders: Folders, wanted: AgentDocument): Promise<StagedVersion> {
  const { document, secrets } = wanted;
  const folder = join(folders.state, 'versions', document.hash.slice(0, 16));
  const fill = (text: string): string =>
    text
      .replaceAll('@OPENVSYS_DIR@', folder)
      .replaceAll('@OPENVSYS_RUN@', folders.run)
      .replaceAll(SECRET_REFERENCE, (_, file: string) => (secrets[file] ?? '').trim());
  try {
    await mkdir(folders.run, { recursive: true, mode: PASSAGE_FOLDER_MODE });
    for (const [name, text] of Object.entries(document.files)) {
      const isSecret = text.includes('@OPENVSYS_SECRET:');
      await writeAtomically(join(folder, name), fill(text), isSecret ? SECRET_FILE_MODE : PLAIN_FILE_MODE);
    }
    for (const [name, text] of Object.entries(secrets)) await writeAtomically(join(folder, name), text);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { hash: document.hash, folder, document };
}

/** Removes all versions but those that are in use. */
export async function removeOldVersions(folders: Folders, keep: readonly string[]): Promise<void> {
  const base = join(folders.state, 'versions');
  const kept = new Set(keep.map((hash) => hash.slice(0, 16)));
  for (const name of await readdir(base).catch(() => [])) {
    if (!kept.has(name)) await rm(join(base, name), { recursive: true, force: true });
  }
}

/**
 * What a program reads of a document: its own configuration and the files that belong to no other program. Equal
 * fingerprints mean that there is nothing to load.
 */
export function fingerprintOf(document: ModuleDocument, program: ModuleProgram): string {
  const others = new Set(document.programs.filter((each) => each !== program).map(({ config }) => config));
  const files = Object.entries(document.files).filter(([name]) => !others.has(name));
  const text = JSON.stringify([program, files.toSorted(([a], [b]) => (a < b ? -1 : 1)), document.secrets]);
  return createHash('sha256').update(text).digest('hex');
}
