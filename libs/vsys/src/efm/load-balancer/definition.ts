/** Load balancer (SLB). */
import { pointerOf } from '../../spec/pointer.js';
import type { EfmDefinition } from '../efm-definition.js';
import { checkLoadBalancer } from './check.js';
import { loadBalancerConfig, type LoadBalancerConfig } from './config.js';
import { loadBalancerInput, type LoadBalancerInput } from './input.js';
import { loadBalancerConcrete, loadBalancerTemplate } from './schema.js';

export const loadBalancerDefinition: EfmDefinition<
  'load-balancer',
  typeof loadBalancerTemplate,
  typeof loadBalancerConcrete,
  LoadBalancerConfig,
  LoadBalancerInput
> = {
  kind: 'load-balancer',
  template: loadBalancerTemplate,
  concrete: loadBalancerConcrete,
  seat: 'member',
  nics: ({ nics }) => nics.map((nic, index) => ({ ...nic, pointer: pointerOf('nics', index) })),
  check: checkLoadBalancer,
  config: loadBalancerConfig,
  withoutSecrets: (config) => ({
    ...config,
    certificates: Object.fromEntries(
      Object.entries(config.certificates).map(([name, { certificate }]) => [
        name,
        { certificate, privateKey: '' },
      ]),
    ),
  }),
  publicIps: ({ listeners }) => listeners.flatMap(({ publicIp }) => (publicIp === null ? [] : [publicIp])),
  entries: ({ listeners }) =>
    listeners.flatMap(({ name, publicIp, port, vnet }) =>
      publicIp === null
        ? []
        : [{ label: `listener “${name}”`, publicIp, protocol: 'tcp' as const, port, vnet }],
    ),
  input: loadBalancerInput,
};
