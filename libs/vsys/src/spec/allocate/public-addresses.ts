/** Public addresses on the NICs to the outside of the appliances that answer for them. */
import { EXTERNAL_NET, type PublicIpSpec } from '../vsys-spec.js';
import type { BareServer } from './allocate-servers.js';

/** Both of a pair may use them; which one does is settled between the two. */
export function withPublicAddresses(
  servers: readonly BareServer[],
  publicIps: readonly PublicIpSpec[],
): BareServer[] {
  const roleOf = new Map(servers.map(({ id, role }) => [id, role]));
  return servers.map((server) => {
    if (server.kind === 'server') return server;
    const answered = publicIps.filter((ip) => ip.server !== null && roleOf.get(ip.server) === server.role);
    const addresses = answered.map(({ address }) => address);
    return {
      ...server,
      nics: server.nics.map((nic) => {
        if (nic.net !== EXTERNAL_NET) return nic;
        const { alsoIpv4: _, ...own } = nic;
        return addresses.length === 0 ? own : { ...own, alsoIpv4: addresses };
      }),
    };
  });
}
