import { LIMITS } from '@openvsys/vsys';
import type { Capabilities } from '../capabilities.js';

export const loadBalancerCapabilities: Capabilities = {
  protocols: ['tcp', 'http', 'https'],
  features: [
    'sni',
    'client-certificates',
    'cookie-persistence',
    'source-persistence',
    'health-tcp',
    'health-http',
    'health-https',
    'weights',
    'drain',
    'maintenance',
    'error-page',
    'time-outs',
    'proxy-protocol',
    'encrypted-members',
    'statistics',
  ],
  limits: { listeners: LIMITS.listeners, members: LIMITS.servers, certificateBytes: LIMITS.pemBytes },
  incremental: true,
  redundant: true,
};
