/**
 * Connections of a firewall to VNets of other systems: the zones that the configuration names, joined with what the connections
 * of the system lead to. A zone that no connection leads to yet has no network: its rules fit nothing.
 */
import type { VNetId } from '../../ids.js';
import type { InputContext } from '../input-context.js';
import type { FirewallConfig } from './config.js';

/** What a system knows of a connection that both sides agreed to. */
export interface ConnectionLink {
  readonly id: string;
  /** Zone of its firewall. */
  readonly zone: string;
  readonly vnet: VNetId;
  /** Ranges of the two VNets as they were agreed. */
  readonly local: string;
  readonly remote: string;
  /** Of the other system's tunnel (WireGuard). */
  readonly publicKey: string;
  /** Where the other firewall is called, with port; `null`: it has no address now, so it calls. */
  readonly endpoint: string | null;
}

/** All connections of a system and the key of its end of them. */
export interface SystemConnections {
  /** In clear: never stored, only handed on to be sealed for the appliance. */
  readonly privateKey: string;
  readonly links: readonly ConnectionLink[];
}

export interface ConnectionInput extends Omit<ConnectionLink, 'vnet'> {
  /** Place among the connections of the configuration. */
  readonly index: number;
  /** Name of the VNet; `null`: the system has it no more. */
  readonly vnet: string | null;
}

/** Secret file of the firewall's end of all its connections. */
export const CONNECTION_KEY_FILE = 'connections/private.key';

export function connectionInputs(
  { connections: zones = [] }: FirewallConfig,
  { connections, book }: InputContext,
): ConnectionInput[] {
  return (connections?.links ?? []).flatMap((link): ConnectionInput[] => {
    const index = zones.indexOf(link.zone);
    if (index < 0) return [];
    const vnet = book.nets.find(({ id }) => id === link.vnet)?.name ?? null;
    return [{ ...link, vnet, index }];
  });
}
