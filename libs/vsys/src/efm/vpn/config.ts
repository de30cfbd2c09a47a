/** The configuration of a VPN in a design: every default written out. */
import type { VpnConcrete } from './schema.js';

export interface VpnConfig {
  readonly publicIp: string;
  readonly port: number;
  readonly privateKey: string;
  readonly network: string;
  /** Of its first NIC: where it is called. */
  readonly vnet: string;
  /** That peers reach. */
  readonly vnets: readonly string[];
  readonly peers: readonly VpnPeerConfig[];
}

export interface VpnPeerConfig {
  readonly name: string;
  readonly publicKey: string;
  readonly presharedKey: string | null;
  readonly address: string;
  readonly networks: readonly string[];
  readonly endpoint: string | null;
  readonly keepAliveSeconds: number | null;
}

/** WireGuard's usual port. */
const DEFAULT_PORT = 51_820;

export const vpnConfig = ({ config }: VpnConcrete, vnets: readonly string[]): VpnConfig => ({
  publicIp: config.publicIp,
  port: config.port ?? DEFAULT_PORT,
  privateKey: config.privateKey,
  network: config.network,
  vnet: vnets[0] ?? '',
  vnets: config.vnets ?? vnets,
  peers: config.peers.map((peer) => ({
    name: peer.name,
    publicKey: peer.publicKey,
    presharedKey: peer.presharedKey ?? null,
    address: peer.address,
    networks: peer.networks ?? [],
    endpoint: peer.endpoint ?? null,
    keepAliveSeconds: peer.keepAliveSeconds ?? null,
  })),
});
