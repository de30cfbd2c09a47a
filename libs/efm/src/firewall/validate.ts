/** What a firewall cannot do. Names were resolved before; here it is about the meaning of the rules. */
import { INTERNET, type FirewallInput, type FirewallRuleInput, type Violation } from '@openvsys/vsys';

export function validateFirewall(input: FirewallInput): Violation[] {
  return [
    ...input.rules.flatMap((rule, index) => validateRule(rule, `/config/rules/${index}`)),
    ...validateForwards(input),
  ];
}

function validateRule(rule: FirewallRuleInput, pointer: string): Violation[] {
  const found: Violation[] = [];
  if (rule.from === rule.to) {
    found.push({
      pointer: `${pointer}/to`,
      message:
        rule.from === INTERNET
          ? 'A rule from the internet to the internet can never fit.'
          : `Traffic inside VNet “${rule.to}” does not pass the firewall.`,
      remedy: 'Name two different zones.',
    });
  }
  const hasPorts = rule.protocol === 'tcp' || rule.protocol === 'udp';
  if (!hasPorts && rule.ports.length > 0) {
    found.push({
      pointer: `${pointer}/ports`,
      message: `The protocol “${rule.protocol}” has no ports.`,
      remedy: 'Choose tcp or udp, or remove the ports.',
    });
  }
  rule.ports.forEach(({ first, last }, index) => {
    if (first >= 1 && last <= 65_535 && first <= last) return;
    found.push({
      pointer: `${pointer}/ports/${index}`,
      message: `${first}-${last} is not a range of ports.`,
      remedy: 'Write the lower port first; ports are 1 to 65535.',
    });
  });
  return found;
}

/** A public address and port leads to one place. */
function validateForwards({ portForwards }: FirewallInput): Violation[] {
  const owner = new Map<string, string>();
  return portForwards.flatMap(({ origin, publicAddress, protocol, port }) => {
    const key = `${publicAddress} ${protocol} ${port}`;
    const other = owner.get(key);
    owner.set(key, other ?? origin);
    if (other === undefined) return [];
    const pointer = [origin, other].find((place) => place.startsWith('/')) ?? '';
    const message = `${protocol} port ${port} of ${publicAddress} is forwarded twice: by ${other} and by ${origin}.`;
    return [{ pointer, message, remedy: 'Choose another port or another public IP for one of them.' }];
  });
}
