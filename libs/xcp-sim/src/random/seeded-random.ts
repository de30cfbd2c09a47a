// Purpose: the only source of chance. Same seed, same stream name → same numbers, on every machine.

/** A small, fast generator (sfc32) with the distributions the simulator needs. */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, stream: string) {
    let hash = (0x811c9dc5 ^ seed) >>> 0;
    for (const char of stream) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    this.a = hash;
    this.b = (seed ^ 0x9e3779b9) >>> 0;
    this.c = Math.imul(hash, 0x85ebca6b) >>> 0;
    // The first outputs still show the seed's structure; sfc32 mixes well after about a dozen rounds.
    for (let round = 0; round < 15; round += 1) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  }

  uniform(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** Integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** Log-normal by its median and the deviation of its logarithm. Deviation 0 gives the median itself. */
  logNormal(median: number, sigma: number): number {
    if (median === 0 || sigma === 0) return median;
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.next()));
  }

  /** A version 4 UUID. */
  uuid(): string {
    const hex = Array.from({ length: 4 }, () => this.integer(4294967296).toString(16).padStart(8, '0')).join(
      '',
    );
    const variant = '89ab'.charAt(this.integer(4));
    // Joined, not concatenated: a pool holds many of them, and the pieces of a concatenation stay in memory.
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }

  /** A locally administered unicast MAC address, as xapi generates them. */
  mac(): string {
    const first = (this.integer(64) << 2) | 0x02;
    const rest = Array.from({ length: 5 }, () => this.integer(256));
    return [first, ...rest].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  }
}
