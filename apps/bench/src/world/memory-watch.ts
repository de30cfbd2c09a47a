/** Memory of processes over time: the least, the most, and the last that was seen. */
import { readUse } from './process-use.js';

const LOOK_EVERY_MS = 1_000;
const MIB = 2 ** 20;

export interface MemorySeen {
  readonly firstMiB: number;
  readonly mostMiB: number;
  readonly lastMiB: number;
}

export class MemoryWatch {
  private readonly seen: number[] = [];
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly pid: number) {}

  static async start(pid: number): Promise<MemoryWatch> {
    const watch = new MemoryWatch(pid);
    await watch.look();
    watch.timer = setInterval(() => void watch.look().catch(() => watch.end()), LOOK_EVERY_MS);
    return watch;
  }

  end(): MemorySeen {
    clearInterval(this.timer);
    const inMiB = (bytes: number | undefined): number => Math.round((bytes ?? 0) / MIB);
    return {
      firstMiB: inMiB(this.seen[0]),
      mostMiB: inMiB(Math.max(...this.seen)),
      lastMiB: inMiB(this.seen.at(-1)),
    };
  }

  private async look(): Promise<void> {
    this.seen.push((await readUse(this.pid)).memoryBytes);
  }
}
