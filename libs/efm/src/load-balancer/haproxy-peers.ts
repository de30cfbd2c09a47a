/**
 * Which client stays with which member is told to the next process when a configuration is loaded, and to the other one of a
 * pair (HAProxy peers).
 */
import type { LoadBalancerInput } from '@openvsys/vsys';

export const PEER_SECTION = 'remembered';
/** Peer names by member of the pair; one alone is the first. */
export const PEERS = { 1: 'one', 2: 'two' } as const;
export const PEER_PORT = 10_024;

/** Nothing when no listener remembers addresses. */
export function peersLines({ listeners, interfaces, pair }: LoadBalancerInput): string[] {
  if (!listeners.some(({ persistence }) => persistence?.type === 'source-address')) return [];
  if (pair === null) return [`peers ${PEER_SECTION}`, `peer ${PEERS[1]} 127.0.0.1:${PEER_PORT}`];
  const own = interfaces.find(({ zone }) => zone === pair.zone)?.address ?? '127.0.0.1';
  const addresses = pair.member === 1 ? [own, pair.peerAddress] : [pair.peerAddress, own];
  return [
    `peers ${PEER_SECTION}`,
    `peer ${PEERS[1]} ${addresses[0] ?? ''}:${PEER_PORT}`,
    `peer ${PEERS[2]} ${addresses[1] ?? ''}:${PEER_PORT}`,
  ];
}
