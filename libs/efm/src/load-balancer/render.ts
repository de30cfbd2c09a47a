/** The document of a load balancer: HAProxy, and what protects the appliance itself. */
import { authorityFile, type LoadBalancerInput, type ModuleProbe } from '@openvsys/vsys';
import { zoneInterface } from '../appliance/interfaces.js';
import { inputChain } from '../appliance/protection.js';
import type { RenderedModule } from '../module.js';
import { quoted, rulesetText } from '../nftables/ruleset.js';
import { ALIVE } from '../appliance/alive.js';
import { haproxyText } from './haproxy.js';
import { PEER_PORT } from './haproxy-peers.js';
import { errorPageFile } from './model.js';

const RULESET_FILE = 'nftables.conf';
const HAPROXY_FILE = 'haproxy.cfg';
const PROBE_SECONDS = 10;

export function renderLoadBalancer(input: LoadBalancerInput): RenderedModule {
  const authorities = input.authorities.map(({ name, certificates }) => [authorityFile(name), certificates]);
  const pages = input.listeners.flatMap(({ name, errorPage }) =>
    errorPage === null ? [] : [[errorPageFile(name), errorResponse(errorPage)]],
  );
  return {
    files: {
      [RULESET_FILE]: rulesetText({
        title: `Load balancer ${input.name}`,
        counters: [],
        chains: [inputChain(input, services(input))],
      }),
      [HAPROXY_FILE]: haproxyText(input),
      ...(Object.fromEntries([...authorities, ...pages]) as Record<string, string>),
    },
    programs: [
      { name: 'nftables', config: RULESET_FILE },
      { name: 'haproxy', config: HAPROXY_FILE },
    ],
    forwarding: false,
    probes: probes(input),
  };
}

function services(input: LoadBalancerInput): string[] {
  const listening = input.listeners.flatMap(({ addresses, port }) =>
    addresses.map((address) => `ip daddr ${address} tcp dport ${port} accept`),
  );
  const talk = input.pair && zoneInterface(input, input.pair.zone);
  if (!input.pair || !talk) return listening;
  const peer = `iifname ${quoted(talk)} ip saddr ${input.pair.peerAddress} tcp dport ${PEER_PORT} accept`;
  return [...listening, peer];
}

/** HAProxy sends the file as it is (`errorfile`): a whole answer with its header. */
const errorResponse = (html: string): string =>
  [
    'HTTP/1.1 503 Service Unavailable',
    'Cache-Control: no-cache',
    'Connection: close',
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(html)}`,
    '',
    html,
  ].join('\r\n');

/** That the process answers, and that each listener takes connections; whether members work is not the document's fault. */
function probes({ listeners, pair }: LoadBalancerInput): ModuleProbe[] {
  const timeoutSeconds = PROBE_SECONDS;
  const alive: ModuleProbe = {
    name: 'haproxy answers',
    timeoutSeconds,
    kind: 'http',
    ...ALIVE,
    path: '/',
    status: 200,
  };
  // Shared addresses are not there on the one that stands by.
  if (pair !== null) return [alive];
  const open = listeners.flatMap(({ name, addresses: [address], port }): ModuleProbe[] =>
    address === undefined ? [] : [{ name: `listener ${name}`, timeoutSeconds, kind: 'tcp', address, port }],
  );
  return [alive, ...open];
}
