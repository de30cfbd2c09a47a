/** A VPN with names resolved to addresses. */
import { ipv4FromNumber, ipv4Range } from '../../spec/ipv4.js';
import type { ApplianceInput } from '../appliance-input.js';
import type { DesignEfmBase } from '../design-efm.js';
import type { InputContext } from '../input-context.js';
import type { VpnConfig, VpnPeerConfig } from './config.js';

export interface VpnInput extends ApplianceInput<'vpn'> {
  readonly port: number;
  /** Of the tunnel. */
  readonly network: string;
  /** Of the VNets that peers reach. */
  readonly reachable: readonly string[];
  /** The gateway towards VNets that it has no NIC in; `null`: there is no firewall. */
  readonly gateway: string | null;
  readonly peers: readonly VpnPeerInput[];
}

export interface VpnPeerInput extends Omit<VpnPeerConfig, 'presharedKey'> {
  /** Secret file; `null`: none. */
  readonly presharedKeyFile: string | null;
}

export const PRIVATE_KEY_FILE = 'wireguard/private.key';
const presharedKeyFile = (peer: string): string => `wireguard/${peer}.psk`;

export function vpnInput({ name, config }: DesignEfmBase<'vpn', VpnConfig>, context: InputContext): VpnInput {
  const { book, interfaces, efms } = context;
  const shared = config.peers.flatMap((peer) =>
    peer.presharedKey === null ? [] : [[presharedKeyFile(peer.name), `${peer.presharedKey}\n`] as const],
  );
  const first = interfaces.find(({ zone }) => zone === config.vnet);
  const firewall = efms.find(({ kind }) => kind === 'firewall');
  const isRouted = firewall?.nics.some(({ vnet }) => vnet === config.vnet) === true;
  return {
    kind: 'vpn',
    name,
    interfaces,
    uplink: context.uplink,
    pair: context.pair,
    secrets: { [PRIVATE_KEY_FILE]: `${config.privateKey}\n`, ...Object.fromEntries(shared) },
    port: config.port,
    network: config.network,
    reachable: book.nets.filter((net) => config.vnets.includes(net.name)).map(({ cidr }) => cidr),
    gateway: isRouted && first ? ipv4FromNumber(ipv4Range(first.cidr).gateway) : null,
    peers: config.peers.map(({ presharedKey, ...peer }) => ({
      ...peer,
      presharedKeyFile: presharedKey === null ? null : presharedKeyFile(peer.name),
    })),
  };
}
