/** Peers that surely are not meant as they stand. */
import type { Violation, VpnInput } from '@openvsys/vsys';

export function adviseVpn({ peers, gateway, interfaces, reachable }: VpnInput): Violation[] {
  const silent = peers.flatMap(({ name, networks, endpoint, keepAliveSeconds }, index) => {
    if (networks.length === 0 || endpoint !== null || keepAliveSeconds !== null) return [];
    const message = `The site “${name}” is reached only after it called: it has no endpoint here.`;
    return [{ pointer: `/config/peers/${index}/endpoint`, message }];
  });
  const own = interfaces.map(({ cidr }) => cidr);
  const far = gateway === null && reachable.some((cidr) => !own.includes(cidr));
  if (!far) return silent;
  const message = 'Peers are meant to reach VNets that the VPN has no NIC in, but no firewall leads there.';
  return [
    ...silent,
    { pointer: '/config/vnets', message, remedy: 'Add a firewall, or NICs in those VNets.' },
  ];
}
