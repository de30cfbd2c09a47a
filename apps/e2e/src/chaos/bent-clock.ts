/** A clock of the calendar that workers believe and that may jump: libfaketime of the distribution. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';

const TRIPLETS: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

export class BentClock {
  private constructor(
    private readonly folder: string,
    private readonly library: string,
  ) {}

  /** Rejects when the library is not there. */
  static async find(): Promise<BentClock> {
    const library = `/usr/lib/${TRIPLETS[arch()] ?? arch()}/faketime/libfaketimeMT.so.1`;
    if (!existsSync(library)) throw new Error(`${library} is missing (package libfaketime)`);
    const clock = new BentClock(await mkdtemp(join(tmpdir(), 'openvsys-clock-')), library);
    await clock.bend(0);
    return clock;
  }

  /** Timers go on as they were: a set clock does not move the monotonic one. */
  get environment(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** The clock jumps to so many seconds from the true time. */
  async bend(seconds: number): Promise<void> {
    await writeFile(this.file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return join(this.folder, 'offset');
  }
}
