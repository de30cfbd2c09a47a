/** Tells how far an operation is: the newest that there is, one write at a time. */
import type { WorkerParts } from '../worker-parts.js';
import type { OwnerTerm } from './owner-tasks.js';

/** Writes the newest progress, one write at a time; those in between are left out. */
export class ProgressTeller {
  private newest: object | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly id: string,
    private readonly term: OwnerTerm,
    private readonly parts: WorkerParts,
  ) {}

  tell(progress: object): void {
    this.newest = progress;
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
  }

  async settled(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    for (let next = this.newest; next !== undefined; next = this.newest) {
      this.newest = undefined;
      // Progress is for the eye: the end of the operation tells the truth in any case.
      await this.parts.operations.tellProgress(this.term.fence, this.id, next).catch(() => undefined);
    }
  }
}
