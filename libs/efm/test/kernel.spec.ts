/**
 * The same random rules and packets for three judges: the model (`verdictOf`), the ruleset that is rendered from it, and the
 * kernel that loaded it. They must agree on who passes, on how addresses are translated, and on which rule decided.
 */
import { fc } from '@fast-check/vitest';
import type { FirewallInput } from '@openvsys/vsys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moduleRenderer, nftablesChange, nftablesCounts, verdictOf, type Verdict } from '../src/index.js';
import { KernelLab, NEIGHBOURS, type Arrival, type SentFlow } from './kernel-lab.js';
import { firewall, rule, rules } from './module-inputs.js';

const obstacle = KernelLab.obstacle();
if (obstacle !== '') process.stderr.write(`NOT CHECKED with the kernel: ${obstacle}\n`);

const STATIC_NAT = [{ origin: '/config/staticNat/0', publicAddress: '203.0.113.2', toAddress: '10.0.2.9' }];
/** Rates depend on time, and log lines would go to the machine’s own log. */
const plainRules = fc.array(
  rules.map((each) => ({ ...each, rateLimit: null, log: false })),
  { maxLength: 25 },
);
const inputs = plainRules.map((found): FirewallInput =>
  firewall({
    rules: found.map((each, index) => ({ ...each, id: `h-${index}` })),
    staticNat: STATIC_NAT,
    logDenied: false,
    sourceNat: { publicAddress: '203.0.113.1', networks: ['10.0.1.0/24', '10.0.2.0/24'] },
  }),
);

const destinations = [
  '10.0.1.2',
  '10.0.1.77',
  '10.0.1.250',
  '10.0.2.3',
  '10.0.2.9',
  '10.0.2.200',
  '11.3.7.9',
  '40.2.7.9',
  '17.3.7.9',
  '203.0.113.1',
  '203.0.113.2',
];
const senders = NEIGHBOURS.flatMap(({ zone, addresses }) =>
  addresses.map((address) => ({ zone, source: address.split('/')[0] ?? '' })),
).filter(({ source }) => source !== '100.64.0.1');
const packets = fc.record({
  sender: fc.constantFrom(...senders),
  destination: fc.constantFrom(...destinations),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  /** Mostly where rules are likely to end; 80 is forwarded. */
  port: fc.oneof(fc.constantFrom(80, 443, 8080, 53), fc.integer({ min: 1, max: 65_535 })),
});

/** Never the same flow twice, else the kernel knows it already. */
let lastPort = 20_000;
function flowsOf(seed: number): SentFlow[] {
  const found = fc.sample(packets, { numRuns: 120, seed }).map(({ sender, protocol, port, ...rest }) => ({
    ...sender,
    ...rest,
    protocol,
    port: protocol === 'icmp' ? 0 : port,
  }));
  const one = new Map(found.map((flow) => [JSON.stringify(flow), flow]));
  return [...one.values()].map((flow) => {
    lastPort = lastPort >= 60_000 ? 20_001 : lastPort + 1;
    return { ...flow, sourcePort: flow.protocol === 'icmp' ? 0 : lastPort };
  });
}

const judged = (input: FirewallInput, flow: SentFlow): Verdict =>
  verdictOf(input, { ...flow, fromZone: flow.zone });
/** Whom the firewall does not hand on to anybody else is no matter of arrival. */
const isWitnessed = ({ reason }: Verdict): boolean => reason !== 'appliance' && reason !== 'same-zone';
/** What is the sender's own never leaves it. */
const isSent = ({ zone, destination }: SentFlow): boolean =>
  ownZone(destination) !== zone || isPublic(destination);
const isPublic = (address: string): boolean => address.startsWith('203.0.113.');
const ownZone = (address: string): string =>
  address.startsWith('10.0.1.') ? 'dmz' : address.startsWith('10.0.2.') ? 'app' : 'internet';

const expected = (flow: SentFlow, { translated }: Verdict): Arrival => ({
  zone: ownZone(translated.destination),
  protocol: flow.protocol,
  source: translated.source,
  destination: translated.destination,
  port: flow.protocol === 'icmp' ? 0 : translated.port,
  sourcePort: flow.sourcePort,
});
const textOf = (arrival: Arrival): string =>
  [
    arrival.zone,
    arrival.protocol,
    arrival.source,
    arrival.destination,
    arrival.port,
    arrival.sourcePort,
  ].join(' ');
const sorted = (arrivals: readonly Arrival[]): string[] => [...new Set(arrivals.map(textOf))].toSorted();

describe.runIf(obstacle === '')('model, reachability and kernel', () => {
  const lab = new KernelLab();
  beforeAll(() => lab.open(), 30_000);
  afterAll(() => lab.close());

  const rulesetOf = (input: FirewallInput): string =>
    moduleRenderer.render(input).files['nftables.conf'] ?? '';

  it('agree about random rules and random packets', { timeout: 180_000 }, async () => {
    const seen = { passed: 0, denied: 0 };
    for (const [index, input] of fc.sample(inputs, { numRuns: 12, seed: 7 }).entries()) {
      expect(moduleRenderer.validate(input)).toEqual([]);
      lab.load('fw', rulesetOf(input));
      lab.forget();
      const flows = flowsOf(index).filter((flow) => isSent(flow) && isWitnessed(judged(input, flow)));
      lab.send(flows);
      const verdicts = flows.map((flow) => ({ flow, verdict: judged(input, flow) }));
      const passed = verdicts.filter(({ verdict }) => verdict.allowed);
      const wanted = sorted(passed.map(({ flow, verdict }) => expected(flow, verdict)));
      await expect.poll(() => sorted(lab.arrivals()), { timeout: 3000 }).toEqual(wanted);
      seen.passed += passed.length;
      seen.denied += verdicts.length - passed.length;
      const counted = lab.counters();
      const decided = Map.groupBy(
        verdicts.filter(({ verdict }) => verdict.reason === 'rule'),
        ({ verdict }) => verdict.pointer,
      );
      for (const [position, { id }] of input.rules.entries()) {
        const packetsOfRule = decided.get(`/config/rules/${position}`)?.length ?? 0;
        expect([id, counted.get(id) ?? 0]).toEqual([id, packetsOfRule]);
      }
    }
    // Both happened often enough for their agreement to mean something.
    expect(seen.passed).toBeGreaterThan(50);
    expect(seen.denied).toBeGreaterThan(50);
  });

  it('agree after changes that load only what differs', { timeout: 120_000 }, () => {
    const steps = fc.sample(plainRules, { numRuns: 10, seed: 3 });
    let before = rulesetOf(firewall({ rules: [] }));
    lab.load('fw', before);
    for (const found of steps) {
      const after = rulesetOf(
        firewall({ rules: found.map((each, index) => rule({ ...each, id: `h-${index}` })) }),
      );
      const change = nftablesChange(before, after)?.script();
      expect(change).toBeDefined();
      if (change !== '') lab.load('fw', change ?? '');
      const changed = lab.inside('fw', 'nft', '-s', 'list', 'table', 'ip', 'openvsys');
      lab.load('fw', after);
      const whole = lab.inside('fw', 'nft', '-s', 'list', 'table', 'ip', 'openvsys');
      expect(byChain(changed)).toEqual(byChain(whole));
      before = after;
    }
  });

  it('go on counting when rules beside them change', () => {
    const open = rule({ id: 'r-open', from: 'dmz', to: 'app', protocol: 'udp', ports: [] });
    const before = rulesetOf(firewall({ rules: [open] }));
    lab.load('fw', before);
    const [flow] = flowsOf(99).filter(({ protocol }) => protocol === 'udp');
    lab.send([{ ...flow!, zone: 'dmz', source: '10.0.1.2', destination: '10.0.2.3' }]);
    expect(lab.counters().get('r-open')).toBe(1);
    const after = rulesetOf(firewall({ rules: [rule({ ...open, id: 'r-new', action: 'deny' }), open] }));
    const difference = nftablesChange(before, after);
    expect(difference?.chains).toEqual(['eth0-eth1']);
    lab.load('fw', difference?.script(nftablesCounts(lab.listing('eth0-eth1'))) ?? '');
    expect([...lab.counters()].filter(([id]) => id.startsWith('r-'))).toEqual([
      ['r-new', 0],
      ['r-open', 1],
    ]);
  });
});

/** Chains and counters by name: a change adds new ones at the end of the table. */
function byChain(listing: string): Record<string, string> {
  const blocks = [...listing.matchAll(/\t((?:chain|counter) \S+) \{\n([\s\S]*?)\t\}/g)];
  return Object.fromEntries(blocks.map(([, name = '', body = '']) => [name, body]));
}
