/**
 * The private address pool of a contract as the protocol writes it, from one address to another, and as the address space of a data
 * centre is kept, in networks.
 *
 *   10.0.0.0/8, 192.168.0.0/24  ◄──►  10.0.0.0–10.255.255.255, 192.168.0.0–192.168.0.255
 */
import { ipv4FromNumber, ipv4Range, ipv4ToNumber } from '@openvsys/vsys';

/** Both ends included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

const BITS = 32;

/** Undefined for what is no span. */
export function findSpan(from: string, to: string): Span | undefined {
  if (!isAddress(from) || !isAddress(to)) return undefined;
  const span = { first: ipv4ToNumber(from), last: ipv4ToNumber(to) };
  return span.first <= span.last ? span : undefined;
}

const isAddress = (text: string): boolean =>
  /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/.test(text);

/** Neighbours together, lowest first. */
export function spansOf(networks: readonly string[]): readonly Span[] {
  return joined(
    networks.map((each) => {
      const { network, broadcast } = ipv4Range(each);
      return { first: network, last: broadcast };
    }),
  );
}

export function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before === undefined || span.first > before.last + 1) result.push(span);
    else result[result.length - 1] = { first: before.first, last: Math.max(before.last, span.last) };
  }
  return result;
}

/** Undefined when not all of `gone` is in one of the spans. */
export function findWithout(spans: readonly Span[], gone: Span): readonly Span[] | undefined {
  const from = spans.find(({ first, last }) => first <= gone.first && gone.last <= last);
  if (from === undefined) return undefined;
  const rest = [
    { first: from.first, last: gone.first - 1 },
    { first: gone.last + 1, last: from.last },
  ];
  return [...spans.filter((each) => each !== from), ...rest].filter(({ first, last }) => first <= last);
}

/** The fewest networks that are a span together; at most 62. */
export function networksOf({ first, last }: Span): readonly string[] {
  const networks: string[] = [];
  for (let start = first; start <= last;) {
    let prefix = 0;
    while (start % 2 ** (BITS - prefix) !== 0 || start + 2 ** (BITS - prefix) - 1 > last) prefix += 1;
    networks.push(`${ipv4FromNumber(start)}/${prefix}`);
    start += 2 ** (BITS - prefix);
  }
  return networks;
}

export const spanView = ({ first, last }: Span) => ({
  from: ipv4FromNumber(first),
  range: 'MANUAL',
  to: ipv4FromNumber(last),
});
