/** What a load balancer cannot do. */
import type { ListenerInput, LoadBalancerInput, Violation } from '@openvsys/vsys';
import { validateCertificates } from './certificates.js';
import { ALIVE } from '../appliance/alive.js';
import { PEER_PORT } from './haproxy-peers.js';

export function validateLoadBalancer(input: LoadBalancerInput, at?: Date): Violation[] {
  const { listeners } = input;
  return [
    ...listeners.flatMap((listener, index) => validateListener(listener, `/config/listeners/${index}`)),
    ...validateNames(listeners),
    ...validateBinds(listeners),
    ...validateCertificates(input, at),
  ];
}

const validateListener = (listener: ListenerInput, pointer: string): Violation[] => [
  ...validateCheck(listener, `${pointer}/healthCheck`),
  ...validateTls(listener, pointer),
  ...validateHttp(listener, pointer),
  ...validatePort(listener, pointer),
];

function validateCheck({ healthCheck }: ListenerInput, pointer: string): Violation[] {
  const { type, path, host, status, timeoutSeconds, intervalSeconds } = healthCheck;
  const found: Violation[] = [];
  if (timeoutSeconds > intervalSeconds) {
    found.push({
      pointer: `${pointer}/timeoutSeconds`,
      message: `A check may take ${timeoutSeconds} s, but the next one comes after ${intervalSeconds} s.`,
      remedy: 'Make the interval at least as long as the timeout.',
    });
  }
  if (type !== 'tcp') return found;
  const given = [path !== '/' && 'path', host !== null && 'host', status !== null && 'status'];
  const fields = given.filter((field) => field !== false);
  return [
    ...found,
    ...fields.map((field) => ({
      pointer: `${pointer}/${field}`,
      message: `A tcp check has no ${field}.`,
      remedy: `Choose an http check or remove the ${field}.`,
    })),
  ];
}

function validateTls(
  { protocol, certificates, clientCertificates }: ListenerInput,
  pointer: string,
): Violation[] {
  if (protocol === 'https') {
    if (certificates.length > 0) return [];
    const message = 'An https listener needs a certificate.';
    return [{ pointer: `${pointer}/certificates`, message, remedy: 'Name one of config.certificates.' }];
  }
  const given = [
    certificates.length > 0 && 'certificates',
    clientCertificates !== null && 'clientCertificates',
  ];
  return given
    .filter((field) => field !== false)
    .map((field) => ({
      pointer: `${pointer}/${field}`,
      message: `Only an https listener has ${field}.`,
      remedy: 'Choose the protocol https, or remove them.',
    }));
}

/** What needs to understand requests. */
function validateHttp({ protocol, persistence, errorPage }: ListenerInput, pointer: string): Violation[] {
  if (protocol !== 'tcp') return [];
  const cookie = persistence?.type === 'cookie';
  const remedy = 'Choose the protocol http or https.';
  return [
    ...(cookie
      ? [
          {
            pointer: `${pointer}/persistence/type`,
            message: 'A tcp listener sees no cookies.',
            remedy: 'Choose source-address, or the protocol http or https.',
          },
        ]
      : []),
    ...(errorPage === null
      ? []
      : [{ pointer: `${pointer}/errorPage`, message: 'A tcp listener shows no pages.', remedy }]),
  ];
}

/** Ports that the appliance needs itself. */
function validatePort({ port }: ListenerInput, pointer: string): Violation[] {
  if (port !== PEER_PORT && port !== ALIVE.port) return [];
  const message = `Port ${port} is used by the appliance itself.`;
  return [{ pointer: `${pointer}/port`, message, remedy: 'Choose another port.' }];
}

function validateNames(listeners: readonly ListenerInput[]): Violation[] {
  const seen = new Set<string>();
  return listeners.flatMap(({ name }, index) => {
    const isTwice = seen.has(name);
    seen.add(name);
    if (!isTwice) return [];
    const message = `The listener name “${name}” is there twice.`;
    return [{ pointer: `/config/listeners/${index}/name`, message, remedy: 'Rename one of them.' }];
  });
}

/** One address and port belongs to one listener. */
function validateBinds(listeners: readonly ListenerInput[]): Violation[] {
  const owner = new Map<string, string>();
  return listeners.flatMap(({ name, addresses, port }, index) =>
    addresses.flatMap((address) => {
      const bind = `${address}:${port}`;
      const other = owner.get(bind);
      owner.set(bind, other ?? name);
      if (other === undefined) return [];
      const message = `${bind} is already used by listener “${other}”.`;
      return [
        { pointer: `/config/listeners/${index}/port`, message, remedy: 'Choose another port or VNet.' },
      ];
    }),
  );
}
