/** Listeners that surely do not do what was meant. */
import type { ListenerInput, LoadBalancerInput, Violation } from '@openvsys/vsys';
import { adviseCertificates } from './certificates.js';

export const adviseLoadBalancer = (input: LoadBalancerInput, at?: Date): Violation[] => [
  ...input.listeners.flatMap((listener, index) => adviseListener(listener, `/config/listeners/${index}`)),
  ...unused(input),
  ...adviseCertificates(input, at),
];

function adviseListener({ members, name }: ListenerInput, pointer: string): Violation[] {
  if (members.length === 0) {
    return [{ pointer: `${pointer}/members`, message: `The listener “${name}” has no members now.` }];
  }
  const ready = members.filter(({ state, weight }) => state === 'ready' && weight > 0);
  if (ready.length > 0) return [];
  const message = `No member of the listener “${name}” takes new clients: all are drained, in maintenance, or have weight 0.`;
  return [{ pointer: `${pointer}/memberStates`, message }];
}

function unused({ listeners, certificates }: LoadBalancerInput): Violation[] {
  const used = new Set(listeners.flatMap((listener) => listener.certificates));
  return certificates
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => ({
      pointer: `/config/certificates/${name}`,
      message: `No listener shows the certificate “${name}”.`,
    }));
}
