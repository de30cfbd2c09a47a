import type { EfmModule } from '../module.js';
import { renderLoadBalancer } from './render.js';
import { validateLoadBalancer } from './validate.js';

export const loadBalancerModule: EfmModule<'load-balancer'> = {
  kind: 'load-balancer',
  format: 1,
  validate: validateLoadBalancer,
  render: renderLoadBalancer,
};
