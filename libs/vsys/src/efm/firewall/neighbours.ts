/** What other EFMs of the VSYS need from the firewall: their public ports forwarded, their networks routed. */
import { interfacesOf, publicAddressOf, type InputContext } from '../input-context.js';
import type { PortForwardInput, RouteInput } from './input.js';

/** A listener with a public IP is reached through the firewall: it forwards to the appliance. */
export function applianceForwards({ entries, book, interfaces }: InputContext): PortForwardInput[] {
  return entries.flatMap(({ efm, label, publicIp, protocol, port, vnet }) => {
    const address = publicAddressOf(book, publicIp);
    const target = interfacesOf(efm, book).find(({ zone }) => zone === vnet);
    const isReached = interfaces.some(({ zone }) => zone === vnet);
    if (address === undefined || target === undefined || !isReached) return [];
    const toAddress = target.virtualAddress ?? target.address;
    const origin = `${label} of “${efm}”`;
    return [{ origin, publicAddress: address, protocol, port, toAddress, toPort: port }];
  });
}

/** Networks of other sites, behind a VPN appliance in a VNet of the firewall. */
export function vpnRoutes({ efms, book, interfaces }: InputContext): RouteInput[] {
  return efms.flatMap((efm): RouteInput[] => {
    if (efm.kind !== 'vpn') return [];
    const own = interfacesOf(efm.name, book).find(({ zone }) =>
      interfaces.some((known) => known.zone === zone),
    );
    if (!own) return [];
    const via = own.virtualAddress ?? own.address;
    const networks = efm.config.peers.flatMap((peer) => peer.networks);
    return networks.map((to) => ({ to, via, zone: own.zone }));
  });
}
