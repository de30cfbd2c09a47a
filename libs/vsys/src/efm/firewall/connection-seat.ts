/**
 * Where a firewall can be called by the firewall of another system.
 *
 *   same zone   ─► alone: its own address outside     in a pair: a public address, which the active one has
 *   other zones ─► a public address: ranges of appliances are no addresses elsewhere
 */
import { EXTERNAL_NET, type VServerSpec, type VsysSpec } from '../../spec/vsys-spec.js';
import type { VNetId } from '../../ids.js';

/** UDP; not WireGuard's usual one, which a VPN may be reached at under the same address. */
export const CONNECTION_PORT = 51_821;

export interface FirewallSeat {
  /** Of the EFM. */
  readonly name: string;
  /** Without the port; undefined: nobody can call it. */
  addressFor(neighbour: 'same-zone' | 'elsewhere'): string | undefined;
}

/** The firewall that is the gateway of a VNet; undefined: there is none. */
export function firewallSeatOf(
  { servers }: Pick<VsysSpec, 'servers'>,
  vnet: VNetId,
): FirewallSeat | undefined {
  const appliances = servers.filter(
    ({ kind, nics }) => kind === 'firewall' && nics.some(({ net }) => net === vnet),
  );
  const [first] = appliances;
  if (first === undefined) return undefined;
  const outside = outsideOf(first);
  const shared = outside?.alsoIpv4?.[0];
  return {
    name: first.role,
    addressFor: (neighbour) =>
      neighbour === 'same-zone' && appliances.length === 1 ? outside?.ipv4 : shared,
  };
}

const outsideOf = ({ nics }: Pick<VServerSpec, 'nics'>) => nics.find(({ net }) => net === EXTERNAL_NET);
