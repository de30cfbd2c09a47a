/** What a loaded ruleset has counted: named counters, and rules that count under their comment. */

export interface Count {
  readonly packets: number;
  readonly bytes: number;
}

interface Listing {
  readonly nftables: readonly {
    readonly counter?: Count & { readonly name: string };
    readonly rule?: {
      readonly comment?: string;
      readonly expr?: readonly { readonly counter?: Count | string }[];
    };
  }[];
}

/** From the text of `nft --json list table ip openvsys` or of `nft --json list chain ip openvsys <chain>`. */
export function nftablesCounts(json: string): Map<string, Count> {
  const { nftables } = JSON.parse(json) as Listing;
  const counts = new Map<string, Count>();
  for (const { counter, rule } of nftables) {
    if (counter) counts.set(counter.name, { packets: counter.packets, bytes: counter.bytes });
    const own = rule?.expr?.flatMap(({ counter: found }) => (typeof found === 'object' ? [found] : []))[0];
    if (rule?.comment !== undefined && own) {
      counts.set(rule.comment, { packets: own.packets, bytes: own.bytes });
    }
  }
  return counts;
}
