/** A backend of HAProxy: members, how one is chosen, how it is seen that they work. */
import type { MemberInput } from '@openvsys/vsys';
import type { Backend } from './model.js';
import { PEER_SECTION } from './haproxy-peers.js';

/** Name of the cookie that keeps a client with its member. */
const COOKIE = 'OPENVSYS_MEMBER';
/** Clients that are remembered by address; each takes about 100 bytes. */
const REMEMBERED_CLIENTS = '200k';

export function backendLines(backend: Backend): string[] {
  const { name, mode, algorithm, timeouts, errorPage } = backend;
  return [
    `backend ${name}`,
    `mode ${mode}`,
    `balance ${algorithm}`,
    `timeout connect ${timeouts.connectSeconds}s`,
    `timeout server ${timeouts.serverSeconds}s`,
    // Sessions of a tcp listener and web sockets may be quiet for long.
    `timeout tunnel ${timeouts.tunnelSeconds}s`,
    ...persistenceLines(backend),
    ...(errorPage === null ? [] : [502, 503, 504].map((status) => `errorfile ${status} ${errorPage}`)),
    ...checkLines(backend),
    ...backend.members.map((member) => serverLine(backend, member)),
  ];
}

function persistenceLines({ persistence, isCookieSecure }: Backend): string[] {
  if (persistence === null) return [];
  if (persistence.type === 'cookie') {
    return [`cookie ${COOKIE} insert indirect nocache httponly${isCookieSecure ? ' secure' : ''}`];
  }
  return [
    `stick-table type ip size ${REMEMBERED_CLIENTS} expire ${persistence.seconds}s peers ${PEER_SECTION}`,
    'stick on src',
  ];
}

/** HAProxy reads `#`, quotes, backslashes and `$` in bare words as its own. Single quotes keep all but themselves. */
const quoted = (path: string): string => `'${path.replaceAll("'", '%27')}'`;

function checkLines({ healthCheck, encryptsAgain }: Backend): string[] {
  const { type, path, host, status, intervalSeconds, timeoutSeconds, rise, fall } = healthCheck;
  const sent = host === null ? '' : ` ver HTTP/1.1 hdr Host ${host}`;
  const http =
    type === 'tcp'
      ? []
      : [
          'option httpchk',
          `http-check send meth GET uri ${quoted(path)}${sent}`,
          status === null ? 'http-check expect rstatus ^[23]' : `http-check expect status ${status}`,
        ];
  // A check is encrypted like the traffic unless said otherwise.
  const encryption =
    type === 'https' ? ' check-ssl verify none' : encryptsAgain && type === 'http' ? ' no-check-ssl' : '';
  return [
    ...http,
    `timeout check ${timeoutSeconds}s`,
    `default-server check inter ${intervalSeconds}s rise ${rise} fall ${fall}${encryption}`,
  ];
}

/** Without new connections but those that persist: weight 0. Without any: disabled, which also ends its checks. */
function serverLine(backend: Backend, { name, address, weight, state }: MemberInput): string {
  return [
    `server ${name} ${address}:${backend.port}`,
    `weight ${state === 'drain' ? 0 : weight}`,
    ...(backend.persistence?.type === 'cookie' ? [`cookie ${name}`] : []),
    ...(backend.encryptsAgain ? ['ssl verify none'] : []),
    ...(backend.sendsProxyProtocol ? ['send-proxy-v2'] : []),
    ...(state === 'maintenance' ? ['disabled'] : []),
  ].join(' ');
}
