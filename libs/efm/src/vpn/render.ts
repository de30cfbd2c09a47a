/** The document of a VPN: the tunnel, its routes, and what may pass. */
import { PRIVATE_KEY_FILE, type ApplianceRoute, type VpnInput, type VpnPeerInput } from '@openvsys/vsys';
import { interfaceName } from '../appliance/interfaces.js';
import { inputChain, insideInterfaces } from '../appliance/protection.js';
import type { RenderedModule } from '../module.js';
import { isIn } from '../network.js';
import { quoted, rulesetText, setOf, type Chain } from '../nftables/ruleset.js';
import { DENIED, TO_SITES, peerCounter } from './counters.js';
import { TUNNEL, TUNNEL_MTU, peerNetworks, reachableNetworks, siteNetworks, tunnelCidr } from './model.js';

const RULESET_FILE = 'nftables.conf';
const TUNNEL_FILE = `${TUNNEL}.conf`;
const PROBE_SECONDS = 10;

export function renderVpn(input: VpnInput): RenderedModule {
  return {
    files: { [RULESET_FILE]: rulesetText(rulesetOf(input)), [TUNNEL_FILE]: tunnelText(input) },
    programs: [
      { name: 'nftables', config: RULESET_FILE },
      { name: 'wireguard', config: TUNNEL_FILE, interface: TUNNEL },
    ],
    forwarding: true,
    interfaces: [
      { name: TUNNEL, mac: null, addresses: [tunnelCidr(input)], virtualAddresses: [], mtu: TUNNEL_MTU },
    ],
    routes: routesOf(input),
    probes: [{ name: 'tunnel', timeoutSeconds: PROBE_SECONDS, kind: 'interface', interface: TUNNEL }],
  };
}

function tunnelText(input: VpnInput): string {
  return [
    `# VPN ${input.name}, made by OpenVSYS. Changes made here are overwritten.`,
    '[Interface]',
    `PrivateKey = @OPENVSYS_SECRET:${PRIVATE_KEY_FILE}@`,
    `ListenPort = ${input.port}`,
    ...input.peers.flatMap(peerLines),
    '',
  ].join('\n');
}

const peerLines = (peer: VpnPeerInput): string[] => [
  '',
  `# ${peer.name}`,
  '[Peer]',
  `PublicKey = ${peer.publicKey}`,
  ...(peer.presharedKeyFile === null ? [] : [`PresharedKey = @OPENVSYS_SECRET:${peer.presharedKeyFile}@`]),
  `AllowedIPs = ${peerNetworks(peer).join(', ')}`,
  ...(peer.endpoint === null ? [] : [`Endpoint = ${peer.endpoint}`]),
  ...(peer.keepAliveSeconds === null ? [] : [`PersistentKeepalive = ${peer.keepAliveSeconds}`]),
];

function routesOf(input: VpnInput): ApplianceRoute[] {
  const sites = siteNetworks(input).map((to) => ({ to, via: null, interface: TUNNEL }));
  const [first] = input.interfaces;
  const { gateway } = input;
  if (gateway === null || !first) return sites;
  const own = input.interfaces.map(({ cidr }) => cidr);
  const others = reachableNetworks(input).filter((network) => !own.some((cidr) => isIn(network, cidr)));
  const inside = input.interfaces.find(({ cidr }) => isIn(gateway, cidr)) ?? first;
  const through = interfaceName(inside.device);
  return [...sites, ...others.map((to) => ({ to, via: gateway, interface: through }))];
}

const rulesetOf = (input: VpnInput) => ({
  title: `VPN ${input.name}`,
  counters: [DENIED, TO_SITES, ...input.peers.map(({ name }) => peerCounter(name))],
  chains: [
    inputChain(input, [`udp dport ${input.port} accept`]),
    forwardChain(input),
    masqueradeChain(input),
  ],
});

function forwardChain(input: VpnInput): Chain {
  const inside = insideInterfaces(input);
  const reachable = reachableNetworks(input);
  const sites = siteNetworks(input);
  const tunnel = quoted(TUNNEL);
  const peers = input.peers.map(
    (peer) =>
      `iifname ${tunnel} ip saddr ${setOf(peerNetworks(peer))} ip daddr ${setOf(reachable)} counter name ${quoted(peerCounter(peer.name))} accept`,
  );
  return {
    name: 'forward',
    hook: 'type filter hook forward priority filter; policy drop;',
    rules: [
      'ct state established,related accept',
      'ct state invalid drop',
      ...(reachable.length === 0 ? [] : peers),
      ...(sites.length === 0 || inside.length === 0
        ? []
        : [
            `iifname ${setOf(inside)} oifname ${tunnel} ip daddr ${setOf(sites)} counter name ${quoted(TO_SITES)} accept`,
          ]),
      `counter name ${quoted(DENIED)}`,
    ],
  };
}

/** NICs are locked to their addresses, so peers are seen inside under the VPN's; a pair shows the shared one. */
function masqueradeChain({ interfaces }: VpnInput): Chain {
  return {
    name: 'postrouting',
    hook: 'type nat hook postrouting priority srcnat; policy accept;',
    rules: interfaces.map(({ device, address, virtualAddress, cidr }) => {
      const name = quoted(interfaceName(device));
      return `oifname ${name} ip saddr != ${cidr} snat to ${virtualAddress ?? address}`;
    }),
  };
}
