/** Connections to every listener that one of two configurations has. */
import type { LoadBalancerInput } from '@openvsys/vsys';
import { SOMEBODY, type Flow } from '../reachability.js';

export const loadBalancerSamples = (before: LoadBalancerInput, after: LoadBalancerInput): Flow[] =>
  [before, after].flatMap(({ listeners }) =>
    listeners.flatMap(({ addresses, port }) =>
      addresses.map((destination): Flow => ({ source: SOMEBODY, destination, protocol: 'tcp', port })),
    ),
  );
