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

/** Everything that a listener may leave out. `memberPort` and `vnet` follow from others. */
const LISTENER_DEFAULTS = {
  publicIp: null,
  memberProtocol: 'plain',
  memberWeights: {},
  memberStates: {},
  balance: 'round-robin',
  certificates: [],
  errorPage: null,
  maxConnections: 10_000,
} as const;
const TIMEOUT_DEFAULTS: TimeoutConfig = {
  connectSeconds: 5,
  clientSeconds: 60,
  serverSeconds: 60,
  tunnelSeconds: 3600,
  keepAliveSeconds: 10,
};
const CHECK_DEFAULTS: HealthCheckConfig = {
  type: 'tcp',
  path: '/',
  host: null,
  status: null,
  intervalSeconds: 5,
  timeoutSeconds: 3,
  rise: 2,
  fall: 3,
};
const REMEMBERED_SECONDS = 1800;

function listenerConfig(listener: Listener, firstNet: string): ListenerConfig {
  const { persistence, clientCertificates, proxyProtocol, timeouts, healthCheck } = listener;
  return {
    ...LISTENER_DEFAULTS,
    vnet: firstNet,
    memberPort: listener.port,
    ...listener,
    persistence: persistence ? { seconds: REMEMBERED_SECONDS, ...persistence } : null,
    clientCertificates: clientCertificates ? { required: true, ...clientCertificates } : null,
    proxyProtocol: { accept: false, send: false, ...proxyProtocol },
    timeouts: { ...TIMEOUT_DEFAULTS, ...timeouts },
    healthCheck: { ...CHECK_DEFAULTS, ...healthCheck },
  };
}
