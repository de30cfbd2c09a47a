/** Connections that tell two configurations of a firewall apart: for each rule and translation that differs, some that fit it. */
import { INTERNET, type FirewallInput } from '@openvsys/vsys';
import { addressText, networkRange } from '../network.js';
import { SOMEBODY, UNUSUAL_PORT, type Flow } from '../reachability.js';
import { modelRules, zonesOf, type ModelRule } from './model.js';

/** Of each list of a rule: its ends matter, not all that is between. */
const TAKEN = 4;

export function firewallSamples(before: FirewallInput, after: FirewallInput): Flow[] {
  return [
    ...publicFlows(before, after),
    ...differing(before, after).flatMap(({ rule, input }) => flowsOf(rule, input)),
  ];
}

interface Differing {
  readonly rule: ModelRule;
  readonly input: FirewallInput;
}

/** The same for a rule that others only moved. */
const meaningOf = (rule: ModelRule): string => JSON.stringify({ ...rule, index: 0 });

/** Rules between the first and the last that are not the same on both sides: among them are all that came, went or moved. */
function differing(before: FirewallInput, after: FirewallInput): Differing[] {
  const [old, next] = [modelRules(before), modelRules(after)];
  const [oldTexts, nextTexts] = [old.map(meaningOf), next.map(meaningOf)];
  const shorter = Math.min(old.length, next.length);
  let head = 0;
  while (head < shorter && oldTexts[head] === nextTexts[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && oldTexts.at(-1 - tail) === nextTexts.at(-1 - tail)) tail += 1;
  const oldPart = old.slice(head, old.length - tail).map((rule) => ({ rule, input: before }));
  const nextPart = next.slice(head, next.length - tail).map((rule) => ({ rule, input: after }));
  // What is on one side only comes first: samples are bounded, and moved rules are many.
  const nextOnes = new Set(nextTexts);
  const onBoth = new Set(oldTexts.filter((text) => nextOnes.has(text)));
  const isMoved = ({ rule }: Differing): boolean => onBoth.has(meaningOf(rule));
  return [...oldPart, ...nextPart].toSorted((a, b) => Number(isMoved(a)) - Number(isMoved(b)));
}

function flowsOf(rule: ModelRule, input: FirewallInput): Flow[] {
  const pairs = protocolPorts(rule);
  if (rule.from === INTERNET) return fromOutside(rule, input, pairs);
  const sources = representatives(rule.sources, rule.from, input);
  const destinations = representatives(rule.destinations, rule.to, input);
  return sources.flatMap((source) =>
    destinations.flatMap((destination) =>
      pairs.map((pair) => ({ fromZone: rule.from, source, destination, ...pair })),
    ),
  );
}

type ProtocolPort = Pick<Flow, 'protocol' | 'port'>;

function protocolPorts({ protocol, ports }: ModelRule): ProtocolPort[] {
  if (protocol === 'icmp') return [{ protocol, port: 0 }];
  if (protocol === 'any') {
    return [
      { protocol: 'tcp', port: UNUSUAL_PORT },
      { protocol: 'udp', port: UNUSUAL_PORT },
      { protocol: 'icmp', port: 0 },
    ];
  }
  if (ports.length === 0) return [{ protocol, port: UNUSUAL_PORT }];
  const ends = ports.slice(0, TAKEN).flatMap(({ first, last }) => [first, last]);
  return [...new Set(ends)].map((port) => ({ protocol, port }));
}

/** Somebody outside reaches only what a public address leads to. */
function fromOutside(rule: ModelRule, input: FirewallInput, pairs: readonly ProtocolPort[]): Flow[] {
  const sources = representatives(rule.sources, INTERNET, input);
  const destinations = representatives(rule.destinations, rule.to, input);
  const ways = input.portForwards.map(({ publicAddress, protocol, port }) => ({
    destination: publicAddress,
    protocol,
    port,
  }));
  const whole = input.staticNat.flatMap(({ publicAddress, toAddress }) =>
    rule.destinations !== null && !destinations.includes(toAddress)
      ? []
      : pairs.map((pair) => ({ destination: publicAddress, ...pair })),
  );
  return sources.flatMap((source) =>
    [...ways, ...whole].map((way) => ({ fromZone: INTERNET, source, ...way })),
  );
}

/** What both sides have of public addresses: a forward that came, went or leads elsewhere. */
function publicFlows(before: FirewallInput, after: FirewallInput): Flow[] {
  const inward = [before, after].flatMap(({ portForwards }) =>
    portForwards.map(({ publicAddress, protocol, port }) => ({
      fromZone: INTERNET,
      source: SOMEBODY,
      destination: publicAddress,
      protocol,
      port,
    })),
  );
  const outward = before.interfaces.map(({ zone }): Flow => ({
    fromZone: zone,
    source: zoneAddress(zone, before),
    destination: SOMEBODY,
    protocol: 'tcp',
    port: 443,
  }));
  return [...inward, ...outward];
}

function representatives(
  networks: readonly string[] | null,
  zone: string,
  input: FirewallInput,
): readonly string[] {
  if (networks === null) return [zoneAddress(zone, input)];
  return networks.slice(0, TAKEN).map((network) => {
    const { first, last } = networkRange(network);
    return addressText(Math.min(last, first + 1));
  });
}

/** The last usable one: servers get the first ones. */
function zoneAddress(zone: string, input: FirewallInput): string {
  const network = zonesOf(input).find(({ name }) => name === zone)?.networks?.[0];
  return network === undefined ? SOMEBODY : addressText(networkRange(network).last - 1);
}
