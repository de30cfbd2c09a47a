// Purpose: samples how long a step takes, from the profile and one seeded stream.
import type { LatencyProfile, Step } from './profiles.js';
import type { SeededRandom } from '../random/seeded-random.js';

const GIB = 2 ** 30;

export class LatencyModel {
  constructor(
    public profile: LatencyProfile,
    private readonly random: SeededRandom,
  ) {}

  /** Simulated milliseconds of one step. */
  sample(step: Step): number {
    const { median, sigma } = this.profile.steps[step];
    return this.random.logNormal(median, sigma);
  }

  /** An ordinary database call; the master slows down as more calls are in flight. */
  sampleApi(busyCalls: number): number {
    return this.sample('api') * (1 + busyCalls / 20);
  }

  /** The n-th wait (from 0) of a call that found its object busy. */
  conflictWait(attempt: number): number {
    const { firstMs, growth, maxMs } = this.profile.conflictWait;
    return Math.min(maxMs, firstMs * growth ** attempt) * this.random.uniform(0.5, 1.5);
  }

  startMemory(bytes: number): number {
    return Math.min(this.profile.startPerGiBCapMs, (bytes / GIB) * this.profile.startPerGiBMs);
  }

  hardShutdownMemory(bytes: number): number {
    return (bytes / GIB) * this.profile.hardShutdownPerGiBMs;
  }

  suspendMemory(bytes: number): number {
    return (bytes / GIB) * this.profile.suspendPerGiBMs;
  }

  migrateMemory(bytes: number): number {
    return (bytes / GIB) * this.profile.migratePerGiBMs;
  }

  copyBytes(bytes: number): number {
    const rate = this.profile.copyBytesPerSecond;
    return rate === 0 ? 0 : (bytes / rate) * 1000;
  }
}
