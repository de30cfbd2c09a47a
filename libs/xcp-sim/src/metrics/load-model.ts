// Purpose: how busy things are at any moment: a pure function of the seed, a name and the time, so that series need no
// memory, repeat exactly, and may be read for any time in the past.
//
//   level = day rhythm + slow waves + fast noise, per name; always within 0 … 1

const DAY_S = 86_400;
/** Periods of the waves and their shares: hours, minutes, seconds. */
const WAVES: readonly (readonly [periodS: number, share: number])[] = [
  [3600, 0.4],
  [300, 0.35],
  [20, 0.25],
];

/** A number in [0, 1) that looks random and is the same for the same text and step. */
function scattered(text: string, step: number): number {
  let hash = (0x811c9dc5 ^ step) >>> 0;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39) >>> 0;
  return ((hash ^ (hash >>> 15)) >>> 0) / 4_294_967_296;
}

/** Smooth between the scattered values of neighbouring steps. */
function wave(text: string, timeS: number, periodS: number): number {
  const place = timeS / periodS;
  const step = Math.floor(place);
  const part = place - step;
  const weight = part * part * (3 - 2 * part);
  return scattered(text, step) * (1 - weight) + scattered(text, step + 1) * weight;
}

export class LoadModel {
  constructor(private readonly seed: number) {}

  /** How busy `name` is at a time (seconds since 1970): 0 idle … 1 flat out. Each name has a habit of its own. */
  level(name: string, timeS: number): number {
    const key = `${this.seed}/${name}`;
    const habit = 0.05 + 0.6 * scattered(key, -1);
    const day = 0.75 + 0.25 * Math.sin((2 * Math.PI * timeS) / DAY_S - 2);
    let sum = 0;
    for (const [period, share] of WAVES) sum += share * wave(`${key}/${period}`, timeS, period);
    return Math.min(1, habit * day * 2 * sum);
  }
}
