/**
 * What the oracle is told: what was held from when on, and the prices. Nothing of it, and nothing of how it is billed, is
 * shared with the product: its own table of units, its own calendar, whole numbers instead of decimals.
 */

export interface OracleHolding {
  readonly dimension: string;
  readonly product: string;
  readonly quantity: number;
}

/** In the order in which they became known: from `at` on (ms) the resource holds exactly this. */
export interface OracleNews {
  readonly resource: string;
  readonly vsysId: string;
  readonly at: number;
  readonly holds: readonly OracleHolding[];
}

/** What passed by in an hour, like traffic: an amount, not something that was held. */
export interface OracleCount {
  readonly resource: string;
  readonly vsysId: string;
  readonly dimension: string;
  readonly product: string;
  /** First instant of the hour, ms. */
  readonly hour: number;
  readonly quantity: number;
}

export interface OraclePrice {
  readonly id: string;
  readonly product: string;
  readonly dimension: string;
  /** Decimal text with up to 10 decimals. */
  readonly amount: string;
  /** The tenant's own: it goes before the list. */
  readonly own: boolean;
  readonly minimum: 'second' | 'hour' | 'day';
  readonly tiers: readonly { readonly from: string; readonly amount: string }[];
  /** ms */
  readonly validFrom: number;
  readonly validTo: number | null;
}

/** Unit × seconds of one priced unit; memory is counted in MiB and sold in GiB. */
export const UNIT_SECONDS: Readonly<Record<string, bigint>> = {
  'vserver-running': 3600n,
  'vserver-stopped': 3600n,
  vcpu: 3600n,
  'memory-mib': 3600n * 1024n,
  'system-disk-gib': 3600n,
  'vdisk-gib': 3600n,
  'snapshot-gib': 3600n,
  'backup-gib': 3600n,
  'image-gib': 3600n,
  'efm-running': 3600n,
  'public-ip': 3600n,
  licence: 3600n,
  // Bytes of a decimal gigabyte: counted, so no seconds in it.
  'network-out': 1_000_000_000n,
};

/** Without a price these cost nothing; everything else waits for one and is on no bill. */
export const FREE_WITHOUT_PRICE: ReadonlySet<string> = new Set([
  'vserver-stopped',
  'vcpu',
  'memory-mib',
  'network-out',
]);

const SCALE_DIGITS = 10;

/** A decimal text in 10⁻¹⁰. */
export function scaled(amount: string): bigint {
  const [whole = '0', decimals = ''] = amount.replace('-', '').split('.');
  const value = BigInt(whole) * 10n ** BigInt(SCALE_DIGITS) + BigInt(decimals.padEnd(SCALE_DIGITS, '0'));
  return amount.startsWith('-') ? -value : value;
}

/** Rounded to a whole number, halves away from zero. */
export function divide(numerator: bigint, denominator: bigint): bigint {
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * size + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

/** What one resource holds of one dimension, from a second on; null: nothing. */
export interface Step {
  readonly second: number;
  readonly holding: OracleHolding | null;
}

export interface Track {
  readonly resource: string;
  readonly vsysId: string;
  readonly dimension: string;
  readonly steps: readonly Step[];
}

interface GrowingTrack extends Omit<Track, 'steps'> {
  readonly steps: Step[];
  /** The instant of the last change, ms. */
  clock: number;
}

/**
 * One track for each resource and dimension. Time never goes back for a thing: what becomes known with an instant before
 * the last change counts from that change on. Saying the same again says nothing.
 */
export function tracksOf(news: readonly OracleNews[]): readonly Track[] {
  const resources = new Map<string, Map<string, GrowingTrack>>();
  for (const { resource, vsysId, at, holds } of news) {
    const tracks = resources.get(resource) ?? new Map<string, GrowingTrack>();
    resources.set(resource, tracks);
    const named = new Map(holds.map((holding) => [holding.dimension, holding]));
    for (const dimension of new Set([...named.keys(), ...tracks.keys()])) {
      const track = tracks.get(dimension) ?? { resource, vsysId, dimension, steps: [], clock: -Infinity };
      tracks.set(dimension, track);
      const holding = named.get(dimension) ?? null;
      const last = track.steps.at(-1)?.holding ?? null;
      if (holding?.product === last?.product && holding?.quantity === last?.quantity) continue;
      track.clock = Math.max(track.clock, at);
      track.steps.push({ second: Math.floor(track.clock / 1000), holding });
    }
  }
  return [...resources.values()].flatMap((tracks) => [...tracks.values()]);
}
