/**
 * Time and chance of the whole process, for code that asks the platform itself: `new Date()`, `Math.random`,
 * `crypto`. Ports get the world's clock; this is for libraries and for the few places where a port would be too much.
 *
 * `Date.now()` goes on from run to run, unlike the world's clock: the maker of UUIDs (version 7) remembers the last
 * millisecond that it saw for as long as the process lives, so ids of each run follow one another in the same way only
 * if each run begins after the last one.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { SeededRandom } from '../chance/seeded-random.js';

export interface VirtualSources {
  /** ms since the epoch. */
  now(): number;
  readonly random: SeededRandom;
}

/** Simulated runs are shorter, ms. */
const RUN_ROOM_MS = 4 * 24 * 3_600_000;

const RealDate = Date;
let sources: VirtualSources | undefined;
let runs = 0;
let begun = 0;

/** From now on the process lives in this world. */
export function enterWorld(world: VirtualSources): void {
  if (sources === undefined) install();
  sources = world;
  runs += 1;
  begun = world.now();
}

function install(): void {
  globalThis.Date = VirtualDate as DateConstructor;
  Math.random = () => current().random.next();
  crypto.randomBytes = ((size: number, done?: (error: Error | null, bytes: Buffer) => void) => {
    const bytes = fill(Buffer.alloc(size));
    if (done === undefined) return bytes;
    return done(null, bytes);
  }) as typeof crypto.randomBytes;
  crypto.randomInt = ((low: number, high?: number) =>
    high === undefined
      ? current().random.int(0, low - 1)
      : current().random.int(low, high - 1)) as typeof crypto.randomInt;
  crypto.randomUUID = () => uuidOf(fill(Buffer.alloc(16)));
  globalThis.crypto.getRandomValues = fill as typeof globalThis.crypto.getRandomValues;
  syncBuiltinESMExports();
}

function current(): VirtualSources {
  if (sources === undefined) throw new Error('no world was entered');
  return sources;
}

function fill<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = current().random.int(0, 255);
  return bytes;
}

function uuidOf(bytes: Buffer): ReturnType<typeof crypto.randomUUID> {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const part = (from: number, to: number) => hex.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
}

class VirtualDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [current().now()] : given) as [number]));
  }

  static override now(): number {
    return current().now() - begun + RealDate.UTC(2026, 2, 29) + runs * RUN_ROOM_MS;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return Object.prototype.toString.call(value) === '[object Date]';
  }
}
