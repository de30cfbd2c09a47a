/**
 * A VPN as WireGuard sees it.
 *
 *   peer ─ UDP ─► uplink ─► wg0 ── filter: peers to reachable VNets ──► eth0, behind the VPN's own address
 *                                                                          └─► gateway ─► other VNets
 *   servers ─► gateway ─► eth0 ── filter: to networks of other sites ──► wg0 ─► peer
 */
import type { VpnInput, VpnPeerInput } from '@openvsys/vsys';
import { addressText, joinedNetworks, networkRange, prefixOf } from '../network.js';

export const TUNNEL = 'wg0';
/** 1500 less 80 of outer IPv6, UDP and WireGuard headers (wg-quick's own figure). */
export const TUNNEL_MTU = 1420;

/** The VPN's own address in the tunnel: the first of its network. */
export const tunnelAddress = ({ network }: VpnInput): string => addressText(networkRange(network).first + 1);
export const tunnelCidr = (input: VpnInput): string => `${tunnelAddress(input)}/${prefixOf(input.network)}`;

/** What a peer may send from: its address and the networks behind it. */
export const peerNetworks = ({ address, networks }: VpnPeerInput): string[] =>
  joinedNetworks([address, ...networks]);
/** Networks of other sites. */
export const siteNetworks = ({ peers }: VpnInput): string[] =>
  joinedNetworks(peers.flatMap(({ networks }) => networks));
export const reachableNetworks = ({ reachable }: VpnInput): string[] => joinedNetworks(reachable);
