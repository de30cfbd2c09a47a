// Purpose: keeps the pool in a file: read at start, written while it changes and at the end.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJsonText, saveState, stateText, type SavedState, type SimPool } from '@openvsys/xcp-sim';

/** How often a changed pool is written. */
const SAVE_EVERY_MS = 5000;
/** A large pool takes long to write, and meanwhile answers nobody: at most a twentieth of the time goes into that. */
const PAUSE_PER_WORK = 20;

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
  private closing = false;
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly path: string,
    private readonly pool: SimPool,
  ) {
    this.planSave(SAVE_EVERY_MS);
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
    this.closing = true;
    clearTimeout(this.timer);
    await this.save();
  }

  private planSave(afterMs: number): void {
    this.timer = setTimeout(() => {
      const from = performance.now();
      void this.save().then(() => {
        const tookMs = performance.now() - from;
        if (!this.closing) this.planSave(Math.max(SAVE_EVERY_MS, tookMs * PAUSE_PER_WORK));
      });
    }, afterMs);
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
