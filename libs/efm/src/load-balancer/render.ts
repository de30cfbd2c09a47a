/** Native configuration for HAProxy (≥ 2.4). */
import type { LoadBalancerInput } from '@openvsys/vsys';
import { backends, frontends, totalConnections, type Backend, type Frontend } from './model.js';

/** Where the appliance itself sees whether HAProxy runs. */
const ALIVE = '127.0.0.1:8404';

export function renderLoadBalancer(input: LoadBalancerInput): Readonly<Record<string, string>> {
  const sections = [
    [`# Load balancer ${input.name}, made by OpenVSYS. Changes made here are overwritten.`],
    ['global', `maxconn ${totalConnections(input)}`, 'log /dev/log local0 info'],
    [
      'defaults',
      'log global',
      'timeout connect 5s',
      'timeout client 60s',
      'timeout server 60s',
      // Sessions of a tcp listener may be quiet for long.
      'timeout tunnel 1h',
      'option redispatch',
      'retries 3',
    ],
    // HAProxy does not start without a listener, so a load balancer without rules needs this one to run.
    ['frontend alive', 'mode http', `bind ${ALIVE}`, 'http-request return status 200'],
    ...frontends(input).map(frontendLines),
    ...backends(input).map(backendLines),
  ];
  const text = sections.map(([head = '', ...rest]) =>
    [head, ...rest.map((line) => `    ${line}`)].join('\n'),
  );
  return { 'haproxy.cfg': `${text.join('\n\n')}\n` };
}

/** HAProxy reads `#`, quotes, backslashes and `$` in bare words as its own. Single quotes keep all but themselves. */
const quoted = (path: string): string => `'${path.replaceAll("'", '%27')}'`;

const frontendLines = ({ name, mode, binds, maxConnections, backend }: Frontend): string[] => [
  `frontend ${name}`,
  `mode ${mode}`,
  ...binds.map((bind) => `bind ${bind}`),
  `maxconn ${maxConnections}`,
  ...(mode === 'http' ? ['option httplog', 'option forwardfor'] : ['option tcplog']),
  `default_backend ${backend}`,
];

function backendLines({ name, mode, algorithm, healthCheck, servers }: Backend): string[] {
  const { type, path, intervalSeconds, timeoutSeconds, rise, fall } = healthCheck;
  return [
    `backend ${name}`,
    `mode ${mode}`,
    `balance ${algorithm}`,
    ...(type === 'http' ? ['option httpchk', `http-check send meth GET uri ${quoted(path)}`] : []),
    `timeout check ${timeoutSeconds}s`,
    `default-server check inter ${intervalSeconds}s rise ${rise} fall ${fall}`,
    ...servers.map((server) => `server ${server.name} ${server.address}`),
  ];
}
