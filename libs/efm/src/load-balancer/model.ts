/**
 * A load balancer in the terms of HAProxy: a frontend for each listener, a backend of the same name behind it.
 *
 *   client ─ bind (TLS, PROXY protocol) ─► in-<listener> ─► to-<listener> ─► members by balance and persistence
 */
import {
  authorityFile,
  certificateFile,
  type HealthCheckConfig,
  type ListenerInput,
  type LoadBalancerInput,
  type MemberInput,
  type PersistenceConfig,
  type TimeoutConfig,
} from '@openvsys/vsys';

/** Placeholder that the agent fills in. */
const FOLDER = '@OPENVSYS_DIR@';

export interface Frontend {
  readonly name: string;
  readonly mode: 'tcp' | 'http';
  /** Address and port with HAProxy's options. */
  readonly binds: readonly string[];
  readonly maxConnections: number;
  readonly timeouts: TimeoutConfig;
  readonly isEncrypted: boolean;
  /** Does it tell members who the client's certificate names. */
  readonly asksClients: boolean;
  readonly backend: string;
}

export interface Backend {
  readonly name: string;
  readonly mode: 'tcp' | 'http';
  readonly algorithm: 'roundrobin' | 'leastconn' | 'source';
  readonly persistence: PersistenceConfig | null;
  readonly isCookieSecure: boolean;
  readonly healthCheck: HealthCheckConfig;
  readonly timeouts: TimeoutConfig;
  readonly errorPage: string | null;
  readonly encryptsAgain: boolean;
  readonly sendsProxyProtocol: boolean;
  readonly port: number;
  readonly members: readonly MemberInput[];
}

const ALGORITHMS = {
  'round-robin': 'roundrobin',
  'least-connections': 'leastconn',
  'source-address': 'source',
} as const;

export const frontendName = (listener: string): string => `in-${listener}`;
export const backendName = (listener: string): string => `to-${listener}`;
export const errorPageFile = (listener: string): string => `errors/${listener}.http`;
const modeOf = ({ protocol }: ListenerInput): 'tcp' | 'http' => (protocol === 'tcp' ? 'tcp' : 'http');

export const frontends = (input: LoadBalancerInput): Frontend[] =>
  input.listeners.map((listener) => ({
    name: frontendName(listener.name),
    mode: modeOf(listener),
    binds: listener.addresses.map((address) => bindOf(input, listener, address)),
    maxConnections: listener.maxConnections,
    timeouts: listener.timeouts,
    isEncrypted: listener.protocol === 'https',
    asksClients: listener.protocol === 'https' && listener.clientCertificates !== null,
    backend: backendName(listener.name),
  }));

function bindOf({ pair }: LoadBalancerInput, listener: ListenerInput, address: string): string {
  const { port, proxyProtocol } = listener;
  return [
    `${address}:${port}`,
    // The one that stands by has the shared addresses only later.
    ...(pair === null ? [] : ['transparent']),
    ...(proxyProtocol.accept ? ['accept-proxy'] : []),
    ...(listener.protocol === 'https' ? tlsOptions(listener) : []),
  ].join(' ');
}

/** The first certificate is shown when no server name fits (HAProxy `crt`). */
function tlsOptions({ certificates, clientCertificates }: ListenerInput): string[] {
  const shown = certificates.flatMap((name) => ['crt', `${FOLDER}/${certificateFile(name)}`]);
  const asked =
    clientCertificates === null
      ? []
      : [
          'ca-file',
          `${FOLDER}/${authorityFile(clientCertificates.authority)}`,
          'verify',
          clientCertificates.required ? 'required' : 'optional',
        ];
  return ['ssl', ...shown, ...asked, 'ssl-min-ver', 'TLSv1.2', 'alpn', 'h2,http/1.1'];
}

export const backends = ({ listeners }: LoadBalancerInput): Backend[] =>
  listeners.map((listener) => ({
    name: backendName(listener.name),
    mode: modeOf(listener),
    algorithm: ALGORITHMS[listener.balance],
    persistence: listener.persistence,
    isCookieSecure: listener.protocol === 'https',
    healthCheck: listener.healthCheck,
    timeouts: listener.timeouts,
    errorPage: listener.errorPage === null ? null : `${FOLDER}/${errorPageFile(listener.name)}`,
    encryptsAgain: listener.memberProtocol === 'tls',
    sendsProxyProtocol: listener.proxyProtocol.send,
    port: listener.memberPort,
    members: listener.members,
  }));

/** Of all frontends together: HAProxy has one limit for the process above theirs. */
export const totalConnections = ({ listeners }: LoadBalancerInput): number =>
  Math.max(
    1,
    listeners.reduce((sum, { maxConnections }) => sum + maxConnections, 0),
  );
