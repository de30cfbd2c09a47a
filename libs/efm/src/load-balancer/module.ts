import type { EfmModule } from '../module.js';
import { adviseLoadBalancer } from './advise.js';
import { loadBalancerCapabilities } from './capabilities.js';
import { loadBalancerCounters } from './counters.js';
import { loadBalancerLog } from './logs.js';
import { loadBalancerVerdict } from './reachability.js';
import { renderLoadBalancer } from './render.js';
import { loadBalancerSamples } from './samples.js';
import { validateLoadBalancer } from './validate.js';

export const loadBalancerModule: EfmModule<'load-balancer'> = {
  kind: 'load-balancer',
  format: 2,
  capabilities: loadBalancerCapabilities,
  validate: validateLoadBalancer,
  advise: adviseLoadBalancer,
  render: renderLoadBalancer,
  counters: loadBalancerCounters,
  logs: loadBalancerLog,
  verdict: loadBalancerVerdict,
  samples: loadBalancerSamples,
};
