/** What the firewall does with a new connection, by the model that its ruleset is made of. */
import { INTERNET, type FirewallInput } from '@openvsys/vsys';
import { ownAddresses } from '../appliance/interfaces.js';
import { isIn } from '../network.js';
import { untranslated, type Flow, type Verdict } from '../reachability.js';
import { pointerOf } from './counters.js';
import { modelRules, zonesOf, type ModelRule, type Zone } from './model.js';

export function firewallVerdict(input: FirewallInput, flow: Flow): Verdict {
  const zones = zonesOf(input);
  const from = flow.fromZone ?? zoneOf(zones, flow.source);
  const translated = destinationOf(input, flow);
  const target = { ...untranslated(flow), ...translated };
  if (ownAddresses(input).includes(target.destination)) return toAppliance(input, from, flow);
  if (isSpoofed(zones, from, flow.source)) {
    const explanation = `${flow.source} does not belong to “${from}”.`;
    return { allowed: false, reason: 'spoofed', pointer: null, translated: target, explanation };
  }
  const to = zoneOf(zones, target.destination);
  if (from === to) return sameZone(input, from, flow, target, translated !== null);
  const rule = modelRules(input).find((candidate) => fits(candidate, from, to, flow.protocol, target));
  const full = { ...target, source: sourceOf(input, to, flow) };
  if (!rule) {
    const explanation = `No rule from “${from}” to “${to}” fits.`;
    return { allowed: false, reason: 'default', pointer: null, translated: full, explanation };
  }
  const limit = rule.rateLimit ? `, up to ${rule.rateLimit.perSecond} in a second` : '';
  return {
    allowed: rule.verdict === 'accept',
    reason: 'rule',
    pointer: `/config/rules/${rule.index}`,
    translated: full,
    explanation: `Rule ${rule.index + 1} ${rule.verdict === 'accept' ? 'accepts' : 'denies'} it${limit}.`,
  };
}

export function fits(
  rule: ModelRule,
  from: string,
  to: string,
  protocol: Flow['protocol'],
  { source, destination, port }: Verdict['translated'],
): boolean {
  if (rule.from !== from || rule.to !== to) return false;
  if (rule.protocol !== 'any' && rule.protocol !== protocol) return false;
  if (!comesFromAnyUsualPort(rule)) return false;
  const hasPort =
    rule.ports.length === 0 || rule.ports.some(({ first, last }) => first <= port && port <= last);
  return hasPort && isAmong(source, rule.sources) && isAmong(destination, rule.destinations);
}

/** Where connections come from unless a program says otherwise (Linux `ip_local_port_range`): what is asked is about those. */
const USUAL_PORTS = { first: 32_768, last: 60_999 };
const comesFromAnyUsualPort = ({ sourcePorts }: ModelRule): boolean =>
  sourcePorts.length === 0 ||
  sourcePorts.some(({ first, last }) => first <= USUAL_PORTS.first && USUAL_PORTS.last <= last);

const isAmong = (address: string, networks: readonly string[] | null): boolean =>
  networks === null || networks.some((network) => isIn(address, network));

const zoneOf = (zones: readonly Zone[], address: string): string =>
  zones.find(({ networks }) => networks?.some((network) => isIn(address, network)))?.name ?? INTERNET;

const isSpoofed = (zones: readonly Zone[], from: string, source: string): boolean =>
  zoneOf(zones, source) !== from;

/** `null`: not translated. */
function destinationOf(
  { portForwards, staticNat }: FirewallInput,
  { destination, protocol, port }: Flow,
): Pick<Verdict['translated'], 'destination' | 'port'> | null {
  const forward = portForwards.find(
    (candidate) =>
      candidate.publicAddress === destination && candidate.protocol === protocol && candidate.port === port,
  );
  if (forward) return { destination: forward.toAddress, port: forward.toPort };
  const whole = staticNat.find(({ publicAddress }) => publicAddress === destination);
  return whole ? { destination: whole.toAddress, port } : null;
}

function sourceOf({ staticNat, sourceNat }: FirewallInput, to: string, { source }: Flow): string {
  if (to !== INTERNET) return source;
  const whole = staticNat.find(({ toAddress }) => toAddress === source);
  if (whole) return whole.publicAddress;
  const isBehind = sourceNat?.networks.some((network) => isIn(source, network)) === true;
  return sourceNat && isBehind ? sourceNat.publicAddress : source;
}

function sameZone(
  input: FirewallInput,
  zone: string,
  flow: Flow,
  target: Verdict['translated'],
  isTranslated: boolean,
): Verdict {
  if (zone === INTERNET) {
    const explanation = 'The firewall does not pass anything from the internet to the internet.';
    return { allowed: false, reason: 'default', pointer: null, translated: target, explanation };
  }
  if (!isTranslated) {
    const explanation = `Both are in “${zone}”: the firewall does not see it.`;
    return { allowed: true, reason: 'same-zone', pointer: null, translated: target, explanation };
  }
  const gateway = input.interfaces.find((nic) => nic.zone === zone);
  const source = gateway ? (gateway.virtualAddress ?? gateway.address) : flow.source;
  const forward = input.portForwards.find(({ toAddress }) => toAddress === target.destination);
  return {
    allowed: true,
    reason: 'hairpin',
    pointer: forward ? pointerOf(forward.origin) : null,
    translated: { ...target, source },
    explanation: `Back into “${zone}” by way of the public address.`,
  };
}

function toAppliance(input: FirewallInput, from: string, flow: Flow): Verdict {
  const isInside = input.interfaces.some(({ zone }) => zone === from);
  const isName = input.dns !== null && flow.protocol !== 'icmp' && flow.port === 53;
  const isLease = input.dhcp !== null && flow.protocol === 'udp' && flow.port === 67;
  const allowed = isInside && (flow.protocol === 'icmp' || isName || isLease);
  const explanation = allowed
    ? 'The firewall answers itself.'
    : `The firewall itself offers nothing there${isInside ? '' : ' to the internet'}.`;
  return { allowed, reason: 'appliance', pointer: null, translated: untranslated(flow), explanation };
}
