/**
 * Ranges that are chosen for a VNet. A descriptor may leave the range open (`cidr: auto`, `cidr: auto/26`); then it is the
 * lowest one of the VDC's address space that nothing else of the organization has.
 */
import { DomainError } from '../errors.js';
import { ipv4FromNumber, ipv4Range, overlaps, type Ipv4Range } from './ipv4.js';

/** What `auto` alone means: 253 addresses for NICs. */
const USUAL_PREFIX = 24;
/** Of a VDC that chose nothing. */
export const DEFAULT_ADDRESS_SPACE: readonly string[] = ['10.0.0.0/8'];
/** Minutes for which an address rests before another server gets it: longer than neighbours remember it (ARP, RFC 1122: about one). */
export const DEFAULT_REUSE_MINUTES = 5;

/** Prefix length of a range that shall be chosen; undefined for one that is written down. */
export function autoPrefixOf(cidr: string): number | undefined {
  const [word, prefix] = cidr.split('/');
  if (word !== 'auto') return undefined;
  return prefix === undefined ? USUAL_PREFIX : Number(prefix);
}

/**
 * The lowest free range of each prefix length inside the space, none overlapping another one or what is taken. Wide ones are
 * placed first, so that narrow ones do not break up the room. Throws `address-exhausted`. O(wishes × taken).
 */
export function freeRanges(
  space: readonly string[],
  taken: readonly string[],
  prefixes: readonly number[],
): string[] {
  const used: Ipv4Range[] = taken.map(ipv4Range);
  const order = prefixes.map((prefix, index) => ({ prefix, index })).toSorted((a, b) => a.prefix - b.prefix);
  const found = prefixes.map(() => '');
  for (const { prefix, index } of order) {
    const cidr = lowestFree(space, used, prefix);
    if (cidr === undefined) throw exhausted(space, prefix);
    used.push(ipv4Range(cidr));
    found[index] = cidr;
  }
  return found;
}

function lowestFree(
  space: readonly string[],
  used: readonly Ipv4Range[],
  prefix: number,
): string | undefined {
  const size = 2 ** (32 - prefix);
  for (const block of space.map(ipv4Range)) {
    let start = Math.ceil(block.network / size) * size;
    while (start + size - 1 <= block.broadcast) {
      const candidate = ipv4Range(`${ipv4FromNumber(start)}/${prefix}`);
      const obstacle = used.find((range) => overlaps(range, candidate));
      if (obstacle === undefined) return candidate.cidr;
      start = Math.ceil((obstacle.broadcast + 1) / size) * size;
    }
  }
  return undefined;
}

const exhausted = (space: readonly string[], prefix: number): DomainError =>
  new DomainError('address-exhausted', `The address space of the VDC has no free range /${prefix} left.`, {
    remedy:
      'Widen the address space of the VDC, ask for a smaller range, or write the range into the descriptor.',
    details: { space, prefix },
  });
