/** Which VSYS changed, for everybody who listens. A slow reader gets each VSYS once, not once a change. */
import type { VsysId } from '@openvsys/vsys';

interface Reader {
  readonly pending: Set<VsysId>;
  wake: () => void;
}

export class ChangeStream {
  private readonly readers = new Set<Reader>();
  private isClosed = false;

  announce(vsys: VsysId): void {
    for (const reader of this.readers) {
      reader.pending.add(vsys);
      reader.wake();
    }
  }

  /** Changes from now on; ends with `close`. */
  listen(): AsyncGenerator<VsysId> {
    const reader: Reader = { pending: new Set(), wake: () => undefined };
    // Registered before the first read: what changes in between must not be lost.
    this.readers.add(reader);
    return this.read(reader);
  }

  close(): void {
    this.isClosed = true;
    for (const reader of this.readers) reader.wake();
  }

  private async *read(reader: Reader): AsyncGenerator<VsysId> {
    try {
      while (!this.isClosed) {
        const [next] = reader.pending;
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
          continue;
        }
        reader.pending.delete(next);
        yield next;
      }
    } finally {
      this.readers.delete(reader);
    }
  }
}
