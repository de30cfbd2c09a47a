import type { EfmModule } from '../module.js';
import { adviseFirewall } from './advise.js';
import { firewallCapabilities } from './capabilities.js';
import { firewallCounters } from './counters.js';
import { firewallLog } from './logs.js';
import { firewallVerdict } from './reachability.js';
import { renderFirewall } from './render.js';
import { firewallSamples } from './samples.js';
import { validateFirewall } from './validate.js';

export const firewallModule: EfmModule<'firewall'> = {
  kind: 'firewall',
  format: 2,
  capabilities: firewallCapabilities,
  validate: validateFirewall,
  advise: adviseFirewall,
  render: renderFirewall,
  counters: firewallCounters,
  logs: firewallLog,
  verdict: firewallVerdict,
  samples: firewallSamples,
};
