/** Native configuration for HAProxy (≥ 2.4). */
import type { LoadBalancerInput } from '@openvsys/vsys';
import { ALIVE } from '../appliance/alive.js';
import { backends, frontends, totalConnections, type Frontend } from './model.js';
import { backendLines } from './haproxy-backend.js';
import { HTTP_LOG, TCP_LOG } from './logs.js';
import { PEERS, peersLines } from './haproxy-peers.js';

/** Longest time that connections of an old configuration go on after a new one was loaded. */
const HARD_STOP_MINUTES = 15;

export function haproxyText(input: LoadBalancerInput): string {
  const sections = [
    [`# Load balancer ${input.name}, made by OpenVSYS. Changes made here are overwritten.`],
    [
      'global',
      `maxconn ${totalConnections(input)}`,
      'log stdout format raw local0 info',
      // With the listening sockets handed over, no connection is refused while a new configuration is loaded.
      'stats socket @OPENVSYS_RUN@/haproxy.sock mode 600 level admin expose-fd listeners',
      // What is known of the members is kept: else each load would send requests to those that are down.
      'server-state-file @OPENVSYS_RUN@/haproxy.state',
      `hard-stop-after ${HARD_STOP_MINUTES}m`,
      `localpeer ${PEERS[input.pair?.member ?? 1]}`,
      'ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets',
      'tune.ssl.default-dh-param 2048',
    ],
    [
      'defaults',
      'log global',
      'load-server-state-from-file global',
      'timeout connect 5s',
      'timeout client 60s',
      'timeout server 60s',
      'option redispatch',
      'retries 3',
    ],
    peersLines(input),
    // HAProxy does not start without a listener, so a load balancer without rules needs this one to run.
    [
      'frontend alive',
      'mode http',
      'no log',
      `bind ${ALIVE.address}:${ALIVE.port}`,
      'http-request return status 200',
    ],
    ...frontends(input).map(frontendLines),
    ...backends(input).map(backendLines),
  ];
  const text = sections
    .filter((section) => section.length > 0)
    .map(([head = '', ...rest]) => [head, ...rest.map((line) => `    ${line}`)].join('\n'));
  return `${text.join('\n\n')}\n`;
}

function frontendLines(frontend: Frontend): string[] {
  const { name, mode, binds, maxConnections, backend, timeouts } = frontend;
  return [
    `frontend ${name}`,
    `mode ${mode}`,
    ...binds.map((bind) => `bind ${bind}`),
    `maxconn ${maxConnections}`,
    `timeout client ${timeouts.clientSeconds}s`,
    `log-format ${mode === 'http' ? HTTP_LOG : TCP_LOG}`,
    ...(mode === 'http' ? httpLines(frontend) : []),
    `default_backend ${backend}`,
  ];
}

/** Headers that only the load balancer may set: what a client sends under their names is replaced. */
const httpLines = ({ isEncrypted, asksClients, timeouts }: Frontend): string[] => [
  `timeout http-keep-alive ${timeouts.keepAliveSeconds}s`,
  'option forwardfor',
  // A client may just be sending over a quiet connection while a new configuration is loaded: it is answered first.
  'option idle-close-on-response',
  `http-request set-header X-Forwarded-Proto ${isEncrypted ? 'https' : 'http'}`,
  ...(asksClients
    ? ['http-request set-header X-SSL-Client-DN %[ssl_c_s_dn]']
    : ['http-request del-header X-SSL-Client-DN']),
];
