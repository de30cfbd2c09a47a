/**
 * The firewall's tunnel to firewalls of other systems (WireGuard): one interface, one peer for each other system.
 *
 *   vnet ─ eth0 ─► rules of the zone pair ─► wg0 ─ UDP ─► uplink ─► the other firewall ─► its rules ─► its vnet
 *
 * A peer may send only from the VNets that were agreed (AllowedIPs); what of it passes is decided by rules.
 */
import {
  CONNECTION_KEY_FILE,
  CONNECTION_PORT,
  type ApplianceRoute,
  type ConnectionInput,
  type FirewallInput,
} from '@openvsys/vsys';
import type { RenderedModule } from '../module.js';
import { joinedNetworks } from '../network.js';

export const TUNNEL = 'wg0';
const TUNNEL_FILE = `${TUNNEL}.conf`;
/** 1500 less 80 of outer IPv6, UDP and WireGuard headers (wg-quick's own figure). */
const TUNNEL_MTU = 1420;
const PROBE_SECONDS = 10;
/** Keeps the other one informed of where this one is; usual with address translation on the way (wg(8)). */
const KEEP_ALIVE_SECONDS = 25;

type TunnelParts = Required<Pick<RenderedModule, 'files' | 'programs' | 'probes' | 'interfaces' | 'routes'>>;

/** Everything empty without connections. */
export function renderTunnel(input: FirewallInput): TunnelParts {
  const { connections = [] } = input;
  if (connections.length === 0) return { files: {}, programs: [], probes: [], interfaces: [], routes: [] };
  return {
    files: { [TUNNEL_FILE]: tunnelText(input, connections) },
    programs: [{ name: 'wireguard', config: TUNNEL_FILE, interface: TUNNEL }],
    probes: [{ name: 'tunnel', timeoutSeconds: PROBE_SECONDS, kind: 'interface', interface: TUNNEL }],
    // Packets only pass through, so the end itself needs no address.
    interfaces: [{ name: TUNNEL, mac: null, addresses: [], virtualAddresses: [], mtu: TUNNEL_MTU }],
    routes: joinedNetworks(connections.map(({ remote }) => remote)).map((to): ApplianceRoute => ({
      to,
      via: null,
      interface: TUNNEL,
    })),
  };
}

function tunnelText({ name, pair }: FirewallInput, connections: readonly ConnectionInput[]): string {
  const byPeer = Map.groupBy(connections, ({ publicKey }) => publicKey);
  return [
    `# Connections of ${name}, made by OpenVSYS. Changes made here are overwritten.`,
    '[Interface]',
    `PrivateKey = @OPENVSYS_SECRET:${CONNECTION_KEY_FILE}@`,
    `ListenPort = ${CONNECTION_PORT}`,
    ...[...byPeer].flatMap(([publicKey, all]) => [
      '',
      ...all.map(({ zone }) => `# ${zone}`),
      '[Peer]',
      `PublicKey = ${publicKey}`,
      `AllowedIPs = ${joinedNetworks(all.map(({ remote }) => remote)).join(', ')}`,
      ...endpointLines(all[0]?.endpoint ?? null, pair === null),
    ]),
    '',
  ].join('\n');
}

/** The passive one of a pair has nothing to send; a sign of life of it would draw the session away from the active one. */
const endpointLines = (endpoint: string | null, isAlone: boolean): string[] =>
  endpoint === null
    ? []
    : [`Endpoint = ${endpoint}`, ...(isAlone ? [`PersistentKeepalive = ${KEEP_ALIVE_SECONDS}`] : [])];
