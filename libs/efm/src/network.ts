/** IPv4 addresses and networks as ranges of whole numbers. Texts are valid: the schema checked them. */

export interface Range {
  readonly first: number;
  readonly last: number;
}

export function addressNumber(text: string): number {
  return text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
}

export const addressText = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** An address is a network of one. Host bits are ignored. */
export function networkRange(text: string): Range {
  const [address = '', prefix = '32'] = text.split('/');
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(addressNumber(address) / size) * size;
  return { first, last: first + size - 1 };
}

export const prefixOf = (cidr: string): number => Number(cidr.split('/')[1] ?? 32);
export const isIn = (address: string, network: string): boolean =>
  contains(networkRange(network), networkRange(address));
export const contains = (outer: Range, inner: Range): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;
export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;

/** In proper form: `10.0.1.7/24` becomes `10.0.1.0/24`, a prefix of 32 is left out. */
export function properNetwork(text: string): string {
  const prefix = prefixOf(text);
  const base = addressText(networkRange(text).first);
  return prefix === 32 ? base : `${base}/${prefix}`;
}

/** Sorted, overlapping and touching ones joined. */
export function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const last = result.at(-1);
    if (last && range.first <= last.last + 1) {
      result[result.length - 1] = { first: last.first, last: Math.max(last.last, range.last) };
    } else result.push(range);
  }
  return result;
}

/** Is all of `inner` in `outer`; both joined. */
export const covers = (outer: readonly Range[], inner: readonly Range[]): boolean =>
  inner.every((part) => outer.some((whole) => contains(whole, part)));
export const meets = (a: readonly Range[], b: readonly Range[]): boolean =>
  a.some((one) => b.some((other) => overlap(one, other)));

/** Networks in their proper form, without those inside another: nft refuses overlapping intervals in a set. */
export function joinedNetworks(peers: readonly string[]): string[] {
  const networks = [...new Set(peers.map(properNetwork))].map((text) => ({
    text,
    range: networkRange(text),
  }));
  return networks
    .filter(({ range }, index) =>
      networks.every((other, position) => position === index || !contains(other.range, range)),
    )
    .map(({ text }) => text);
}
