/** Which listener takes a new connection, and is there a member that may answer. */
import type { LoadBalancerInput } from '@openvsys/vsys';
import { ownAddresses } from '../appliance/interfaces.js';
import { untranslated, type Flow, type Verdict } from '../reachability.js';

export function loadBalancerVerdict(input: LoadBalancerInput, flow: Flow): Verdict {
  const translated = untranslated(flow);
  const index = input.listeners.findIndex(
    ({ addresses, port }) =>
      flow.protocol === 'tcp' && port === flow.port && addresses.includes(flow.destination),
  );
  const listener = input.listeners[index];
  if (!listener) return withoutListener(input, flow);
  const pointer = `/config/listeners/${index}`;
  // One that drains still serves those that persist, so it is not counted for a new connection.
  const ready = listener.members.filter(({ state, weight }) => state === 'ready' && weight > 0);
  const [first] = ready;
  if (!first) {
    const explanation = `Listener “${listener.name}” takes it, but no member is in service.`;
    return { allowed: false, reason: 'no-member', pointer, translated, explanation };
  }
  return {
    allowed: true,
    reason: 'listener',
    pointer,
    translated: { source: flow.source, destination: first.address, port: listener.memberPort },
    explanation: `Listener “${listener.name}” passes it to one of ${ready.length} members.`,
  };
}

function withoutListener(input: LoadBalancerInput, flow: Flow): Verdict {
  const translated = untranslated(flow);
  if (!ownAddresses(input).includes(flow.destination)) {
    const explanation = `${flow.destination} is no address of this load balancer.`;
    return { allowed: false, reason: 'unknown', pointer: null, translated, explanation };
  }
  const isPing = flow.protocol === 'icmp' && flow.fromZone !== 'internet';
  const explanation = isPing ? 'The load balancer answers itself.' : 'No listener is there.';
  return { allowed: isPing, reason: 'appliance', pointer: null, translated, explanation };
}
