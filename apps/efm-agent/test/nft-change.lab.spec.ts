/** The kernel after a change by what differs is the kernel after a load of everything: for random files. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nftChange } from '../src/programs/nft-change.js';
import { Host } from './lab/host.js';
import { findObstacle, needs } from './lab/requirements.js';

const NAMES = ['a', 'b', 'c', 'd'];
const addresses = fc.uniqueArray(
  fc.integer({ min: 1, max: 30 }).map((n) => `10.0.0.${n}`),
  { maxLength: 8 },
);
const rule = fc.constantFrom(
  'tcp dport 80 accept',
  'ip saddr 10.0.0.0/8 counter drop',
  'ip daddr @s accept',
  'counter name "hits"',
  'udp dport { 53, 123 } log prefix "openvsys rule { 1 " accept',
);
const table = fc.record({
  chains: fc.dictionary(fc.constantFrom(...NAMES), fc.array(rule, { maxLength: 4 }), { maxKeys: 4 }),
  set: addresses,
  map: addresses,
});
type Table = typeof table extends fc.Arbitrary<infer Value> ? Value : never;

function fileOf({ chains, set, map }: Table): string {
  const names = Object.keys(chains);
  const target = (index: number) => (names.length === 0 ? 'accept' : `jump ${names[index % names.length]}`);
  const list = (items: readonly string[]) => (items.length === 0 ? '' : `elements = { ${items.join(', ')} }`);
  const verdicts = map.map((address, index) => `${address} : ${target(index)}`);
  return `table ip openvsys
delete table ip openvsys
table ip openvsys {
  counter hits { }
  set s {
    type ipv4_addr
    ${list(set)}
  }
  map m {
    type ipv4_addr : verdict
    ${list(verdicts)}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established accept
    ip saddr vmap @m
  }
${Object.entries(chains)
  .map(([name, rules]) => `  chain ${name} {\n${rules.map((each) => `    ${each}\n`).join('')}  }\n`)
  .join('')}}
`;
}

let host: Host | undefined;
beforeAll(async () => {
  if (findObstacle(['nft']) === undefined) host = await Host.start('kernel');
});
afterAll(async () => host?.close());

/** Order of blocks and elements is the kernel's own business, counters are not compared. */
const listing = async () => {
  const text = await host!.run('nft', '--stateless', 'list', 'table', 'ip', 'openvsys');
  const blocks = text.split(/\n(?=\t(?:chain|set|map|counter))/).map((block) =>
    block
      .replace(/elements = \{([^}]*)\}/, (_, list: string) =>
        list
          .split(',')
          .map((each) => each.trim())
          .toSorted()
          .join(','),
      )
      .replace(/[\s}]+$/, ''),
  );
  return blocks.toSorted();
};

it('ends as a load of everything does', async (context) => {
  needs(context, 'nft');
  await fc.assert(
    fc.asyncProperty(table, table, async (before, after) => {
      await host!.feed(fileOf(after), 'nft', '-f', '-');
      const wanted = await listing();
      await host!.feed(fileOf(before), 'nft', '-f', '-');
      const change = nftChange(fileOf(before), fileOf(after));
      expect(change).toBeDefined();
      await host!.feed(change!, 'nft', '-f', '-');
      expect(await listing()).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
});
