/** What a load balancer cannot do. */
import type { ListenerInput, LoadBalancerInput, Violation } from '@openvsys/vsys';

export function validateLoadBalancer({ listeners }: LoadBalancerInput): Violation[] {
  return [
    ...listeners.flatMap((listener, index) => validateListener(listener, `/config/listeners/${index}`)),
    ...validateNames(listeners),
    ...validateBinds(listeners),
  ];
}

function validateListener({ healthCheck }: ListenerInput, pointer: string): Violation[] {
  const found: Violation[] = [];
  if (healthCheck.timeoutSeconds > healthCheck.intervalSeconds) {
    found.push({
      pointer: `${pointer}/healthCheck/timeoutSeconds`,
      message: `A check may take ${healthCheck.timeoutSeconds} s, but the next one comes after ${healthCheck.intervalSeconds} s.`,
      remedy: 'Make the interval at least as long as the timeout.',
    });
  }
  if (healthCheck.type === 'tcp' && healthCheck.path !== '/') {
    found.push({
      pointer: `${pointer}/healthCheck/path`,
      message: 'A tcp check has no path.',
      remedy: 'Choose an http check or remove the path.',
    });
  }
  return found;
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
