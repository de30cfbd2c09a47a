/**
 * Who inside a system can ask a port of a server: an appliance that is up by then and shares a VNet with it, the firewall before
 * others. An appliance that starts after the server would be waited for by what it is needed for.
 */
import type { ServiceProbe } from '../ports/service-prober.port.js';
import { isVNet, type VServerSpec } from '../spec/vsys-spec.js';
import type { World } from './world.js';

/** Of a pair; more would only ask the same thing again. */
const MOST_APPLIANCES = 2;

/** Undefined: the gate is no port, or nobody can ask it. */
export function findServiceProbe({ wanted }: World, server: VServerSpec): ServiceProbe | undefined {
  const gate = server.ready?.gate;
  if (gate === undefined || gate.kind === 'guest-agent') return undefined;
  const candidates = [...wanted.servers.values()].filter((each) => isThereFor(each, server));
  const sorted = candidates.toSorted((a, b) => rank(a) - rank(b));
  for (const nic of server.nics) {
    const near = isVNet(nic.net) ? sorted.filter(({ nics }) => nics.some(({ net }) => net === nic.net)) : [];
    const appliances = near.filter(({ kind }) => kind === near[0]?.kind).map(({ id }) => id);
    if (appliances.length === 0) continue;
    return {
      appliances: appliances.slice(0, MOST_APPLIANCES),
      address: nic.ipv4,
      port: gate.port,
      ...(gate.kind === 'http' ? { path: gate.path } : {}),
    };
  }
  return undefined;
}

const isThereFor = (appliance: VServerSpec, server: VServerSpec): boolean =>
  appliance.kind !== 'server' &&
  appliance.id !== server.id &&
  appliance.power === 'running' &&
  appliance.startOrder <= server.startOrder;

const rank = ({ kind }: VServerSpec): number => (kind === 'firewall' ? 0 : 1);
