/** What a firewall cannot do. Names were resolved before; here it is about the meaning of the rules. */
import {
  INTERNET,
  type FirewallInput,
  type FirewallRuleInput,
  type PortRange,
  type Violation,
} from '@openvsys/vsys';
import { meets, networkRange } from '../network.js';
import { zonesOf, type Zone } from './model.js';
import { validateConnections } from './validate-connections.js';

export function validateFirewall(input: FirewallInput): Violation[] {
  const zones = zonesOf(input);
  return [
    ...input.rules.flatMap((rule, index) => validateRule(rule, zones, `/config/rules/${index}`)),
    ...validateConnections(input),
    ...validateForwards(input),
    ...validateStaticNat(input),
  ];
}

function validateRule(rule: FirewallRuleInput, zones: readonly Zone[], pointer: string): Violation[] {
  return [
    ...validateZones(rule, pointer),
    ...validatePorts(rule.protocol, rule.ports, `${pointer}/ports`),
    ...validatePorts(rule.protocol, rule.sourcePorts ?? [], `${pointer}/sourcePorts`),
    ...validateLimit(rule, pointer),
    ...validatePeers(rule.sources, rule.from, zones, `${pointer}/sources`),
    ...validatePeers(rule.destinations, rule.to, zones, `${pointer}/destinations`),
  ];
}

function validateZones({ from, to }: FirewallRuleInput, pointer: string): Violation[] {
  if (from !== to) return [];
  const message =
    from === INTERNET
      ? 'A rule from the internet to the internet can never fit.'
      : `Traffic inside VNet “${to}” does not pass the firewall.`;
  return [{ pointer: `${pointer}/to`, message, remedy: 'Name two different zones.' }];
}

function validatePorts(
  protocol: FirewallRuleInput['protocol'],
  ports: readonly PortRange[],
  pointer: string,
): Violation[] {
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  const without =
    hasPorts || ports.length === 0
      ? []
      : [
          {
            pointer,
            message: `The protocol “${protocol}” has no ports.`,
            remedy: 'Choose tcp or udp, or remove the ports.',
          },
        ];
  const wrong = ports.flatMap(({ first, last }, index) =>
    first >= 1 && last <= 65_535 && first <= last
      ? []
      : [
          {
            pointer: `${pointer}/${index}`,
            message: `${first}-${last} is not a range of ports.`,
            remedy: 'Write the lower port first; ports are 1 to 65535.',
          },
        ],
  );
  return [...without, ...wrong];
}

function validateLimit({ action, rateLimit }: FirewallRuleInput, pointer: string): Violation[] {
  if (rateLimit === null || action === 'accept') return [];
  const message = 'A rule that denies has no rate: it denies everything.';
  return [{ pointer: `${pointer}/rateLimit`, message, remedy: 'Put the limit on a rule that accepts.' }];
}

/** An address that nobody in the zone can have makes a rule that never fits. */
function validatePeers(
  peers: readonly string[] | null,
  zone: string,
  zones: readonly Zone[],
  pointer: string,
): Violation[] {
  const own = zones.find(({ name }) => name === zone)?.networks ?? null;
  const inside = zones.flatMap(({ name, networks }) =>
    (networks ?? []).map((network) => ({ name, network })),
  );
  return (peers ?? []).flatMap((peer) => {
    const range = [networkRange(peer)];
    if (own !== null) {
      if (meets(range, own.map(networkRange))) return [];
      const message = `${peer} is outside of VNet “${zone}” (${own.join(', ')}).`;
      return [{ pointer, message, remedy: 'Name a network of the VNet, or another zone.' }];
    }
    const other = inside.find(({ network }) => {
      const { first, last } = networkRange(network);
      return range.every((part) => first <= part.first && part.last <= last);
    });
    if (!other) return [];
    const message = `${peer} is in VNet “${other.name}”, not in the internet.`;
    return [{ pointer, message, remedy: `Name the zone “${other.name}” instead.` }];
  });
}

const wayPointer = (...origins: readonly string[]): string =>
  origins.find((place) => place.startsWith('/')) ?? '';

/** A public address and port leads to one place. */
function validateForwards({ portForwards }: FirewallInput): Violation[] {
  const owner = new Map<string, string>();
  return portForwards.flatMap(({ origin, publicAddress, protocol, port }) => {
    const key = `${publicAddress} ${protocol} ${port}`;
    const other = owner.get(key);
    owner.set(key, other ?? origin);
    if (other === undefined) return [];
    const message = `${protocol} port ${port} of ${publicAddress} is forwarded twice: by ${other} and by ${origin}.`;
    const remedy = 'Choose another port or another public IP for one of them.';
    return [{ pointer: wayPointer(origin, other), message, remedy }];
  });
}

/** One public address, one server, in both directions. */
function validateStaticNat({ staticNat }: FirewallInput): Violation[] {
  const addresses = new Map<string, string>();
  const servers = new Map<string, string>();
  return staticNat.flatMap(({ origin, publicAddress, toAddress }) => {
    const other = addresses.get(publicAddress) ?? servers.get(toAddress);
    addresses.set(publicAddress, origin);
    servers.set(toAddress, origin);
    if (other === undefined) return [];
    const message = `${publicAddress} and ${toAddress} belong to each other alone; ${other} names one of them too.`;
    return [{ pointer: origin, message, remedy: 'Give each server a public IP of its own.' }];
  });
}
