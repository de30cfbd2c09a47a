/** Connections of every peer to every network that it could reach in one of two configurations, and to every other site. */
import type { VpnInput } from '@openvsys/vsys';
import { addressText, networkRange } from '../network.js';
import { UNUSUAL_PORT, type Flow } from '../reachability.js';
import { reachableNetworks, siteNetworks } from './model.js';

const inside = (network: string): string => addressText(networkRange(network).last - 1);

const toward = (source: string, destination: string): Flow => ({
  source,
  destination,
  protocol: 'tcp',
  port: UNUSUAL_PORT,
});

export function vpnSamples(before: VpnInput, after: VpnInput): Flow[] {
  const both = [before, after];
  const targets = [...new Set(both.flatMap(reachableNetworks))].map(inside);
  const sites = [...new Set(both.flatMap(siteNetworks))].map(inside);
  const inward = both.flatMap(({ peers }) =>
    peers.flatMap(({ address }) => targets.map((target) => toward(address, target))),
  );
  return [...inward, ...targets.flatMap((target) => sites.map((site) => toward(target, site)))];
}
