// Purpose: keeps the pool in a file: read at start, written while it changes and at the end.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJsonText, saveState, stateText, type SavedState, type SimPool } from '@openvsys/xcp-sim';

/** How often a changed pool is written. */
const SAVE_EVERY_MS = 5000;

/** Undefined if there is no file yet. @throws Error if the file is there but cannot be read */
export async function findSavedState(path: string): Promise<SavedState | undefined> {
  try {
    return parseJsonText(await readFile(path, 'utf8')) as SavedState;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`cannot read the saved pool ${path}: ${String(error)}`, { cause: error });
  }
}

export class StateFile {
  private savedGeneration = -1;
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly path: string,
    private readonly pool: SimPool,
  ) {
    this.timer = setInterval(() => void this.save(), SAVE_EVERY_MS);
  }

  /** Writes the pool if it changed; a reader sees the old file or the new one, never half of it. */
  save(): Promise<void> {
    this.writing = this.writing
      .then(() => this.write())
      .catch((error: unknown) => {
        process.stderr.write(`cannot save: ${String(error)}\n`);
      });
    return this.writing;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.save();
  }

  private async write(): Promise<void> {
    const { generation } = this.pool.db;
    if (generation === this.savedGeneration) return;
    await mkdir(dirname(this.path), { recursive: true });
    const draft = `${this.path}.new`;
    await writeFile(draft, stateText(saveState(this.pool)));
    await rename(draft, this.path);
    this.savedGeneration = generation;
  }
}
