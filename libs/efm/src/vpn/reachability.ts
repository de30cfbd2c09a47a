/** May a peer reach a server, or a server another site. */
import type { VpnInput } from '@openvsys/vsys';
import { isIn } from '../network.js';
import { untranslated, type Flow, type Verdict } from '../reachability.js';
import { peerNetworks, reachableNetworks, siteNetworks } from './model.js';

const isAmong = (address: string, networks: readonly string[]): boolean =>
  networks.some((network) => isIn(address, network));

export function vpnVerdict(input: VpnInput, flow: Flow): Verdict {
  const translated = untranslated(flow);
  const index = input.peers.findIndex((peer) => isAmong(flow.source, peerNetworks(peer)));
  const peer = input.peers[index];
  if (peer) {
    const allowed = isAmong(flow.destination, reachableNetworks(input));
    const explanation = allowed
      ? `“${peer.name}” may reach it.`
      : `${flow.destination} is in no VNet that peers reach.`;
    const nic = input.interfaces.find(({ cidr }) => isIn(flow.destination, cidr)) ?? input.interfaces[0];
    const source = allowed && nic ? (nic.virtualAddress ?? nic.address) : flow.source;
    const pointer = `/config/peers/${index}`;
    return { allowed, reason: 'peer', pointer, translated: { ...translated, source }, explanation };
  }
  const allowed = isAmong(flow.destination, siteNetworks(input));
  const explanation = allowed ? 'It is sent to the other site.' : 'It is for no network of a peer.';
  return { allowed, reason: allowed ? 'peer' : 'unknown', pointer: null, translated, explanation };
}
