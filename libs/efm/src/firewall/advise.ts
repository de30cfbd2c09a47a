/**
 * Rules that are surely not meant as they stand: those that never decide because others before them do, those that fit nobody,
 * and ways in that no rule lets through.
 */
import { INTERNET, type FirewallInput, type Violation } from '@openvsys/vsys';
import { covers, meets, networkRange } from '../network.js';
import { modelRules, networkRanges, zonePairs, type ModelRule } from './model.js';
import { firewallVerdict } from './reachability.js';
import { SOMEBODY } from '../reachability.js';

/** In a pair with more rules only wide ones are looked at as reasons: comparing each with each would take seconds. */
const COMPARED_RULES = 2000;

export const adviseFirewall = (input: FirewallInput): Violation[] => [
  ...emptyRules(input),
  ...zonePairs(input).flatMap(({ rules }) => hiddenRules(rules)),
  ...closedForwards(input),
  ...unreachedRules(input),
];

const rulePointer = (index: number): string => `/config/rules/${index}`;

function emptyRules({ rules }: FirewallInput): Violation[] {
  return rules.flatMap(({ sources, destinations }, index) => {
    const side = sources?.length === 0 ? 'sources' : destinations?.length === 0 ? 'destinations' : undefined;
    if (side === undefined) return [];
    const message = `Rule ${index + 1} fits nobody: its ${side} have no address in the zone.`;
    return [{ pointer: `${rulePointer(index)}/${side}`, message }];
  });
}

interface Shape {
  readonly rule: ModelRule;
  readonly sources: ReturnType<typeof networkRanges>;
  readonly destinations: ReturnType<typeof networkRanges>;
}

function hiddenRules(rules: readonly ModelRule[]): Violation[] {
  const shapes = rules.map((rule): Shape => ({
    rule,
    sources: networkRanges(rule.sources),
    destinations: networkRanges(rule.destinations),
  }));
  const isLarge = shapes.length > COMPARED_RULES;
  const earlier: Shape[] = [];
  return shapes.flatMap((shape) => {
    const found = findReason(shape, earlier);
    const isWide = shape.rule.sources === null || shape.rule.destinations === null;
    if (!isLarge || isWide) earlier.push(shape);
    return found;
  });
}

function findReason(shape: Shape, earlier: readonly Shape[]): Violation[] {
  const { index } = shape.rule;
  const hiding = earlier.find((other) => hides(other, shape));
  if (hiding) {
    const same = hiding.rule.verdict === shape.rule.verdict;
    const what = same ? 'is not needed' : 'never decides';
    const message = `Rule ${index + 1} ${what}: rule ${hiding.rule.index + 1} fits all that it fits, and comes first.`;
    const remedy = same ? 'Remove it.' : 'Put it before the other one, or remove it.';
    return [{ pointer: rulePointer(index), message, remedy }];
  }
  const crossing = earlier.find(
    (other) => other.rule.verdict !== shape.rule.verdict && crosses(other, shape),
  );
  if (!crossing) return [];
  const message = `Rule ${index + 1} and rule ${crossing.rule.index + 1} overlap and decide differently; the first of them wins.`;
  return [
    { pointer: rulePointer(index), message, remedy: 'Make one of them narrower, if that is not meant.' },
  ];
}

const isWiderProtocol = (a: ModelRule, b: ModelRule): boolean =>
  a.protocol === 'any' || a.protocol === b.protocol;
const hasWiderPorts = (a: ModelRule, b: ModelRule): boolean =>
  isWider(a.ports, b.ports) && isWider(a.sourcePorts, b.sourcePorts);
/** None stands for all. */
const isWider = (a: ModelRule['ports'], b: ModelRule['ports']): boolean =>
  a.length === 0 || (b.length > 0 && covers(a, b));

/** A rate limit lets the rest through to nobody: what is beyond it is denied, so it hides too. */
const hides = (a: Shape, b: Shape): boolean =>
  isWiderProtocol(a.rule, b.rule) &&
  hasWiderPorts(a.rule, b.rule) &&
  covers(a.sources, b.sources) &&
  covers(a.destinations, b.destinations);

/** Have something in common, and neither is inside the other: an exception before a general rule is usual. */
const crosses = (a: Shape, b: Shape): boolean =>
  (isWiderProtocol(a.rule, b.rule) || isWiderProtocol(b.rule, a.rule)) &&
  (a.rule.ports.length === 0 || b.rule.ports.length === 0 || meets(a.rule.ports, b.rule.ports)) &&
  meets(a.sources, b.sources) &&
  meets(a.destinations, b.destinations) &&
  !hides(b, a);

/** Forwarded, but denied: rules are looked at after the translation. Rules for certain senders are taken as meant. */
function closedForwards(input: FirewallInput): Violation[] {
  const restricted = modelRules(input).filter(({ from, sources }) => from === INTERNET && sources !== null);
  return input.portForwards.flatMap(({ origin, publicAddress, protocol, port, toAddress, toPort }) => {
    const flow = { source: SOMEBODY, fromZone: INTERNET, destination: publicAddress, protocol, port };
    if (firewallVerdict(input, flow).allowed) return [];
    const isOpenToSome = restricted.some(
      (rule) =>
        rule.verdict === 'accept' &&
        (rule.protocol === 'any' || rule.protocol === protocol) &&
        (rule.ports.length === 0 || rule.ports.some(({ first, last }) => first <= toPort && toPort <= last)),
    );
    if (isOpenToSome) return [];
    const pointer = origin.startsWith('/') ? origin : '/config/rules';
    const message = `${protocol} port ${port} of ${publicAddress} is forwarded to ${toAddress}:${toPort}, but no rule lets it in.`;
    const remedy = 'Add a rule from internet to the VNet with the port behind the forward.';
    return [{ pointer, message, remedy }];
  });
}

/** Rules from the internet to servers that no public address leads to. */
function unreachedRules(input: FirewallInput): Violation[] {
  const targets = [...input.portForwards, ...input.staticNat].map(({ toAddress }) => networkRange(toAddress));
  return modelRules(input).flatMap(({ index, from, to, verdict, destinations }) => {
    if (from !== INTERNET || verdict !== 'accept') return [];
    const zone = input.interfaces.filter((nic) => nic.zone === to).map(({ cidr }) => cidr);
    if (meets(networkRanges(destinations ?? zone), targets)) return [];
    const message = `Rule ${index + 1} fits nothing: no public address leads to its destinations in “${to}”.`;
    return [
      { pointer: rulePointer(index), message, remedy: 'Forward a port, or give the server a public IP.' },
    ];
  });
}
