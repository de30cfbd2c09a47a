/**
 * Replays a month second by second and says what the bill must be. In each second of each hour it looks what is held and
 * which price counts, and adds one second to that; only hours in which nothing begins, ends or changes its price are
 * taken as 3,600 equal seconds.
 */
import { hoursOfMonth, secondsOfDays, type LocalHour } from './calendar.js';
import {
  divide,
  FREE_WITHOUT_PRICE,
  scaled,
  tracksOf,
  UNIT_SECONDS,
  type OracleCount,
  type OracleHolding,
  type OracleNews,
  type OraclePrice,
  type Track,
} from './history.js';
import { tierLines } from './tiers.js';

export interface OracleLine {
  readonly kind: 'usage' | 'begun-days' | 'tier';
  readonly vsysId: string | null;
  readonly dimension: string;
  readonly product: string;
  readonly priceId: string | null;
  /** Unit × seconds that are paid. */
  readonly billed: bigint;
  /** In 10⁻¹⁰ of the currency. */
  readonly amount: bigint;
}

export interface OracleQuestion {
  readonly news: readonly OracleNews[];
  readonly counts?: readonly OracleCount[];
  readonly prices: readonly OraclePrice[];
  readonly timeZone: string;
  /** `2026-03` */
  readonly month: string;
}

/** How many seconds of an hour something was held at a price. */
interface Tally {
  readonly holding: OracleHolding;
  readonly price: OraclePrice | null;
  seconds: number;
  last: number;
}

interface DayLine {
  readonly hour: number;
  readonly tally: Tally;
}

const HOUR = 3600;

export function replayMonth(question: OracleQuestion): readonly OracleLine[] {
  const { news, counts = [], prices, timeZone, month } = question;
  const hours = hoursOfMonth(month, timeZone);
  const ledger = new Ledger();
  const days = secondsOfDays(hours);
  for (const track of tracksOf(news)) replayTrack(track, { hours, days, prices, ledger });
  const counted = new Set(hours.map(({ second }) => second * 1000));
  for (const count of counts.filter(({ hour }) => counted.has(hour))) addCount(count, prices, ledger);
  const usage = ledger.lines();
  return [...usage, ...tierLines(usage, prices)];
}

/** The price of the first second of its hour counts. */
function addCount(count: OracleCount, prices: readonly OraclePrice[], ledger: Ledger): void {
  const own = prices.filter(({ dimension }) => dimension === count.dimension);
  const price = priceAt(own, count.product, count.hour / 1000);
  ledger.add('usage', count, { holding: count, price }, 1);
}

interface Stage {
  readonly hours: readonly LocalHour[];
  readonly days: ReadonlyMap<string, number>;
  readonly prices: readonly OraclePrice[];
  readonly ledger: Ledger;
}

/** What a day of a track comes to. */
interface DaySum {
  billed: number;
  /** Of the day's last hour in which something was held. */
  last: DayLine;
}

function replayTrack(track: Track, { hours, days, prices, ledger }: Stage): void {
  const own = prices.filter(({ dimension }) => dimension === track.dimension);
  const busy = busyHours(track, own);
  const sums = new Map<string, DaySum>();
  for (const { second: hour, day } of hours) {
    const tallies = replayHour(track, own, hour, busy.has(hour) ? 1 : HOUR);
    for (const tally of tallies) {
      const billed = tally.seconds + fillOf(tally, tallies);
      ledger.add('usage', track, tally, billed);
      const sum = sums.get(day) ?? { billed: 0, last: { hour, tally } };
      sums.set(day, sum);
      sum.billed += billed;
      if (sum.last.hour < hour || comesBefore(tally, sum.last.tally)) sum.last = { hour, tally };
    }
  }
  for (const [day, { billed, last }] of sums) {
    const missing = (days.get(day) ?? 0) - billed;
    if (last.tally.price?.minimum === 'day' && missing > 0)
      ledger.add('begun-days', track, last.tally, missing);
  }
}

/** Hours in which something of the track or of its prices changes. */
function busyHours(track: Track, prices: readonly OraclePrice[]): ReadonlySet<number> {
  const edges = prices.flatMap(({ validFrom, validTo }) =>
    validTo === null ? [validFrom] : [validFrom, validTo],
  );
  const changes = [...track.steps.map(({ second }) => second), ...edges.map((ms) => Math.floor(ms / 1000))];
  return new Set(changes.map((second) => Math.floor(second / HOUR) * HOUR));
}

/** Seconds that are paid beside those that were held: the rest of the hour, by the last price, when it is one for hours. */
function fillOf(tally: Tally, tallies: readonly Tally[]): number {
  if (tally.price?.minimum !== 'hour') return 0;
  const isLast = tallies.every((each) => each.price === null || each.last <= tally.last);
  return isLast ? HOUR - tallies.reduce((sum, { seconds }) => sum + seconds, 0) : 0;
}

/** Of the lines of a day's last hour the one that was held longest speaks for the day. */
function comesBefore(a: Tally, b: Tally): boolean {
  if (a.seconds !== b.seconds) return a.seconds > b.seconds;
  if (a.holding.product !== b.holding.product) return a.holding.product < b.holding.product;
  if (a.holding.quantity !== b.holding.quantity) return a.holding.quantity < b.holding.quantity;
  return (a.price?.id ?? '') < (b.price?.id ?? '');
}

/** `stride`: 1, or the whole hour when nothing changes in it. */
function replayHour(
  track: Track,
  prices: readonly OraclePrice[],
  hour: number,
  stride: number,
): readonly Tally[] {
  const tallies: Tally[] = [];
  for (let second = hour; second < hour + HOUR; second += stride) {
    const holding = heldAt(track, second);
    if (holding === null) continue;
    const price = priceAt(prices, holding.product, second);
    let tally = tallies.find(
      (each) =>
        each.price === price &&
        each.holding.product === holding.product &&
        each.holding.quantity === holding.quantity,
    );
    if (tally === undefined) tallies.push((tally = { holding, price, seconds: 0, last: 0 }));
    tally.seconds += stride;
    tally.last = second + stride;
  }
  return tallies;
}

/** The last step that is not after the second; steps are in order. */
function heldAt({ steps }: Track, second: number): OracleHolding | null {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.second ?? Infinity) <= second) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]?.holding ?? null;
}

function priceAt(prices: readonly OraclePrice[], product: string, second: number): OraclePrice | null {
  let found: OraclePrice | null = null;
  for (const price of prices) {
    if (price.product !== product || Math.floor(price.validFrom / 1000) > second) continue;
    if (price.validTo !== null && second >= Math.floor(price.validTo / 1000)) continue;
    if (price.own) return price;
    found ??= price;
  }
  return found;
}

/** Adds lines up by VSYS, product and price. Usage is rounded hour by hour, rests of days once. */
class Ledger {
  private readonly sums = new Map<string, { line: OracleLine; price: OraclePrice | null }>();

  add(
    kind: 'usage' | 'begun-days',
    { vsysId, dimension }: Pick<Track, 'vsysId' | 'dimension'>,
    { holding, price }: Pick<Tally, 'holding' | 'price'>,
    seconds: number,
  ): void {
    if (price === null && !FREE_WITHOUT_PRICE.has(dimension)) return;
    const { product, quantity } = holding;
    const key = JSON.stringify([kind, vsysId, dimension, product, price?.id ?? null]);
    const before = this.sums.get(key)?.line;
    const unitSeconds = BigInt(quantity) * BigInt(seconds);
    const amount = price === null ? 0n : divide(unitSeconds * scaled(price.amount), unitOf(dimension));
    const line: OracleLine = {
      kind,
      vsysId,
      dimension,
      product,
      priceId: price?.id ?? null,
      billed: (before?.billed ?? 0n) + unitSeconds,
      amount: (before?.amount ?? 0n) + amount,
    };
    this.sums.set(key, { line, price });
  }

  lines(): readonly OracleLine[] {
    return [...this.sums.values()].map(({ line, price }) => {
      if (line.kind !== 'begun-days' || price === null) return line;
      return { ...line, amount: divide(line.billed * scaled(price.amount), unitOf(line.dimension)) };
    });
  }
}

function unitOf(dimension: string): bigint {
  const unit = UNIT_SECONDS[dimension];
  if (unit === undefined) throw new RangeError(`the oracle does not know ${dimension}`);
  return unit;
}
