/** The configuration of a load balancer in a design: every default written out. */
import type { LoadBalancerConcrete } from './schema.js';

export interface LoadBalancerConfig {
  readonly listeners: readonly ListenerConfig[];
  readonly certificates: Readonly<Record<string, CertificateConfig>>;
  readonly authorities: Readonly<Record<string, { readonly certificates: string }>>;
}

export interface CertificateConfig {
  /** PEM; the server's first, then its chain. */
  readonly certificate: string;
  readonly privateKey: string;
}

export interface ListenerConfig {
  readonly name: string;
  readonly protocol: 'tcp' | 'http' | 'https';
  readonly port: number;
  readonly vnet: string;
  readonly publicIp: string | null;
  readonly members: readonly string[];
  readonly memberPort: number;
  readonly memberProtocol: 'plain' | 'tls';
  /** By name of the server. */
  readonly memberWeights: Readonly<Record<string, number>>;
  readonly memberStates: Readonly<Record<string, MemberState>>;
  readonly balance: 'round-robin' | 'least-connections' | 'source-address';
  readonly persistence: PersistenceConfig | null;
  readonly certificates: readonly string[];
  readonly clientCertificates: { readonly authority: string; readonly required: boolean } | null;
  readonly proxyProtocol: { readonly accept: boolean; readonly send: boolean };
  readonly errorPage: string | null;
  readonly timeouts: TimeoutConfig;
  readonly maxConnections: number;
  readonly healthCheck: HealthCheckConfig;
}

export type MemberState = 'ready' | 'drain' | 'maintenance';

export interface PersistenceConfig {
  readonly type: 'cookie' | 'source-address';
  readonly seconds: number;
}

export interface TimeoutConfig {
  readonly connectSeconds: number;
  readonly clientSeconds: number;
  readonly serverSeconds: number;
  readonly tunnelSeconds: number;
  readonly keepAliveSeconds: number;
}

export interface HealthCheckConfig {
  readonly type: 'tcp' | 'http' | 'https';
  readonly path: string;
  /** `null`: none sent. */
  readonly host: string | null;
  /** `null`: any of 2xx and 3xx. */
  readonly status: number | null;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly rise: number;
  readonly fall: number;
}

type Listener = LoadBalancerConcrete['config']['listeners'][number];

export function loadBalancerConfig(
  { config }: LoadBalancerConcrete,
  vnets: readonly string[],
): LoadBalancerConfig {
  const first = vnets[0] ?? '';
  return {
    listeners: config.listeners.map((listener) => listenerConfig(listener, first)),
    certificates: config.certificates ?? {},
    authorities: config.authorities ?? {},
  };
}

function listenerConfig(listener: Listener, firstNet: string): ListenerConfig {
  const { persistence, clientCertificates, proxyProtocol } = listener;
  return {
    name: listener.name,
    protocol: listener.protocol,
    port: listener.port,
    vnet: listener.vnet ?? firstNet,
    publicIp: listener.publicIp ?? null,
    members: listener.members,
    memberPort: listener.memberPort ?? listener.port,
    memberProtocol: listener.memberProtocol ?? 'plain',
    memberWeights: listener.memberWeights ?? {},
    memberStates: listener.memberStates ?? {},
    balance: listener.balance ?? 'round-robin',
    persistence: persistence ? { type: persistence.type, seconds: persistence.seconds ?? 1800 } : null,
    certificates: listener.certificates ?? [],
    clientCertificates: clientCertificates
      ? { authority: clientCertificates.authority, required: clientCertificates.required ?? true }
      : null,
    proxyProtocol: { accept: proxyProtocol?.accept ?? false, send: proxyProtocol?.send ?? false },
    errorPage: listener.errorPage ?? null,
    timeouts: timeoutConfig(listener.timeouts),
    maxConnections: listener.maxConnections ?? 10_000,
    healthCheck: healthCheckConfig(listener.healthCheck),
  };
}

const timeoutConfig = (timeouts: Listener['timeouts']): TimeoutConfig => ({
  connectSeconds: timeouts?.connectSeconds ?? 5,
  clientSeconds: timeouts?.clientSeconds ?? 60,
  serverSeconds: timeouts?.serverSeconds ?? 60,
  tunnelSeconds: timeouts?.tunnelSeconds ?? 3600,
  keepAliveSeconds: timeouts?.keepAliveSeconds ?? 10,
});

const healthCheckConfig = (check: Listener['healthCheck']): HealthCheckConfig => ({
  type: check?.type ?? 'tcp',
  path: check?.path ?? '/',
  host: check?.host ?? null,
  status: check?.status ?? null,
  intervalSeconds: check?.intervalSeconds ?? 5,
  timeoutSeconds: check?.timeoutSeconds ?? 3,
  rise: check?.rise ?? 2,
  fall: check?.fall ?? 3,
});
