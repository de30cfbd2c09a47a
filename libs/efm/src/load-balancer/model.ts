/**
 * A load balancer in the terms of HAProxy: a frontend for each listener, a backend of the same name behind it.
 */
import type { HealthCheckConfig, ListenerInput, LoadBalancerInput } from '@openvsys/vsys';

export interface Frontend {
  readonly name: string;
  readonly mode: ListenerInput['protocol'];
  readonly binds: readonly string[];
  readonly maxConnections: number;
  readonly backend: string;
}

export interface Backend {
  readonly name: string;
  readonly mode: ListenerInput['protocol'];
  readonly algorithm: 'roundrobin' | 'leastconn' | 'source';
  readonly healthCheck: HealthCheckConfig;
  readonly servers: readonly { readonly name: string; readonly address: string }[];
}

const ALGORITHMS = {
  'round-robin': 'roundrobin',
  'least-connections': 'leastconn',
  'source-address': 'source',
} as const;

export function frontends({ listeners }: LoadBalancerInput): Frontend[] {
  return listeners.map(({ name, protocol, addresses, port, maxConnections }) => ({
    name: `in-${name}`,
    mode: protocol,
    binds: addresses.map((address) => `${address}:${port}`),
    maxConnections,
    backend: `to-${name}`,
  }));
}

export function backends({ listeners }: LoadBalancerInput): Backend[] {
  return listeners.map(({ name, protocol, balance, healthCheck, members, memberPort }) => ({
    name: `to-${name}`,
    mode: protocol,
    algorithm: ALGORITHMS[balance],
    healthCheck,
    servers: members.map((member) => ({ name: member.name, address: `${member.address}:${memberPort}` })),
  }));
}

/** Of all frontends together: HAProxy has one limit for the process above theirs. */
export const totalConnections = ({ listeners }: LoadBalancerInput): number =>
  Math.max(
    1,
    listeners.reduce((sum, { maxConnections }) => sum + maxConnections, 0),
  );
