import type { EfmModule } from '../module.js';
import { adviseVpn } from './advise.js';
import { vpnCapabilities } from './capabilities.js';
import { vpnCounters } from './counters.js';
import { vpnLog } from './logs.js';
import { vpnVerdict } from './reachability.js';
import { renderVpn } from './render.js';
import { vpnSamples } from './samples.js';
import { validateVpn } from './validate.js';

export const vpnModule: EfmModule<'vpn'> = {
  kind: 'vpn',
  format: 2,
  capabilities: vpnCapabilities,
  validate: validateVpn,
  advise: adviseVpn,
  render: renderVpn,
  counters: vpnCounters,
  logs: vpnLog,
  verdict: vpnVerdict,
  samples: vpnSamples,
};
