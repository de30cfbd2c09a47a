/** A disk of its own, small enough to be filled: a tmpfs, which only root may mount. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** PostgreSQL's first 50 MiB, some segments of its log and their copy. */
const SIZE_MIB = 400;
const CHUNK = Buffer.alloc(1 << 20, 1);

export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** Rejects when it may not be mounted here. */
  static async mount(): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'openvsys-disk-'));
    // PostgreSQL runs as somebody else and must find its way.
    await chmod(folder, 0o755);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m,mode=755`, 'openvsys-chaos', folder]);
    } catch (error) {
      await rmdir(folder);
      throw error;
    }
    return new SmallDisk(folder);
  }

  /** Writes until not one byte is left. */
  async fill(): Promise<void> {
    const file = await open(this.ballast, 'a');
    try {
      for (let n = 0; n <= SIZE_MIB; n += 1) await file.write(CHUNK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      await file.close();
    }
  }

  async empty(): Promise<void> {
    await rm(this.ballast, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', ['--lazy', this.folder]);
    await rmdir(this.folder);
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}
