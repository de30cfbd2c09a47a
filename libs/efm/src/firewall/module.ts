import type { EfmModule } from '../module.js';
import { renderFirewall } from './render.js';
import { validateFirewall } from './validate.js';

export const firewallModule: EfmModule<'firewall'> = {
  kind: 'firewall',
  format: 1,
  validate: validateFirewall,
  render: renderFirewall,
};
