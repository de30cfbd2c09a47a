/**
 * Native configuration for `nft -f` (nftables ≥ 0.9.3). Loading it replaces the whole table in one transaction.
 */
import type { FirewallInput, PortRange } from '@openvsys/vsys';
import { UPLINK, interfaceName, nftRules, type NftRule } from './model.js';

const quoted = (text: string): string => `"${text}"`;
const setOf = (items: readonly string[]): string =>
  items.length === 1 ? (items[0] ?? '') : `{ ${items.join(', ')} }`;
const portText = ({ first, last }: PortRange): string =>
  first === last ? String(first) : `${first}-${last}`;

export function renderFirewall(input: FirewallInput): Readonly<Record<string, string>> {
  const chains = [inputChain(input), forwardChain(input), preroutingChain(input), postroutingChain(input)];
  const lines = [
    `# Firewall ${input.name}, made by OpenVSYS. Changes made here are overwritten.`,
    // Declared before it is deleted: the file loads on an empty machine too.
    'table ip openvsys',
    'delete table ip openvsys',
    'table ip openvsys {',
    chains.map((chain) => chain.map((line) => `  ${line}`).join('\n')).join('\n\n'),
    '}',
    '',
  ];
  return { 'nftables.conf': lines.join('\n') };
}

const chain = (name: string, hook: string, rules: readonly string[]): string[] => [
  `chain ${name} {`,
  `  ${hook}`,
  ...rules.map((rule) => `  ${rule}`),
  '}',
];

/** To the appliance itself: what it asked for, pings and neighbours from the VNets. */
function inputChain({ interfaces }: FirewallInput): string[] {
  const inside = interfaces.map(({ device }) => quoted(interfaceName(device)));
  return chain('input', 'type filter hook input priority filter; policy drop;', [
    'ct state established,related accept',
    'ct state invalid drop',
    'iifname "lo" accept',
    ...(inside.length === 0
      ? []
      : [`iifname ${setOf(inside)} icmp type echo-request limit rate 20/second accept`]),
  ]);
}

function forwardChain(input: FirewallInput): string[] {
  const inside = input.interfaces.map(({ cidr }) => cidr);
  return chain('forward', 'type filter hook forward priority filter; policy drop;', [
    'ct state established,related accept',
    'ct state invalid drop',
    // Nobody may send as somebody else, inside or outside.
    ...input.interfaces.map(
      ({ device, cidr }) => `iifname ${quoted(interfaceName(device))} ip saddr != ${cidr} drop`,
    ),
    ...(inside.length === 0 ? [] : [`iifname ${quoted(UPLINK)} ip saddr ${setOf(inside)} drop`]),
    ...nftRules(input).flatMap(ruleLines),
    ...(input.logDenied ? ['limit rate 10/second log prefix "openvsys denied " level info'] : []),
  ]);
}

function ruleLines(rule: NftRule): string[] {
  const match = [
    `iifname ${quoted(rule.inInterface)} oifname ${quoted(rule.outInterface)}`,
    ...(rule.sources === null ? [] : [`ip saddr ${setOf(rule.sources)}`]),
    ...(rule.destinations === null ? [] : [`ip daddr ${setOf(rule.destinations)}`]),
    ...protocolMatch(rule),
  ].join(' ');
  const log = rule.logPrefix === null ? '' : `log prefix ${quoted(rule.logPrefix)} level info `;
  return [`${match} ${log}counter ${rule.verdict}`];
}

function protocolMatch({ protocol, ports }: NftRule): string[] {
  if (protocol === 'any') return [];
  if (protocol === 'icmp') return ['ip protocol icmp'];
  if (ports.length === 0) return [`ip protocol ${protocol}`];
  return [`${protocol} dport ${setOf(ports.map(portText))}`];
}

/** Inside servers reach the public address too, so the interface is not part of the match. */
function preroutingChain({ portForwards }: FirewallInput): string[] {
  const rules = portForwards.map(
    ({ publicAddress, protocol, port, toAddress, toPort }) =>
      `ip daddr ${publicAddress} ${protocol} dport ${port} counter dnat to ${toAddress}:${toPort}`,
  );
  return chain('prerouting', 'type nat hook prerouting priority dstnat; policy accept;', rules);
}

function postroutingChain({ sourceNat }: FirewallInput): string[] {
  const rules =
    sourceNat === null || sourceNat.networks.length === 0
      ? []
      : [
          `oifname ${quoted(UPLINK)} ip saddr ${setOf(sourceNat.networks)} counter snat to ${sourceNat.publicAddress}`,
        ];
  return chain('postrouting', 'type nat hook postrouting priority srcnat; policy accept;', rules);
}
