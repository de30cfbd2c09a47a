import { LIMITS } from '@openvsys/vsys';
import type { Capabilities } from '../capabilities.js';

export const vpnCapabilities: Capabilities = {
  protocols: ['wireguard'],
  features: ['road-warrior', 'site-to-site', 'preshared-keys', 'peer-counters'],
  limits: { peers: LIMITS.vpnPeers },
  incremental: true,
  redundant: true,
};
