import { LIMITS } from '@openvsys/vsys';
import type { Capabilities } from '../capabilities.js';

export const firewallCapabilities: Capabilities = {
  protocols: ['tcp', 'udp', 'icmp', 'any'],
  features: [
    'stateful',
    'zone-pairs',
    'rule-counters',
    'rule-log',
    'rate-limit',
    'source-nat',
    'static-nat',
    'port-forward',
    'dns',
    'dhcp',
    'connections',
  ],
  limits: { rules: LIMITS.firewallRules, portForwards: LIMITS.portForwards, dnsRecords: LIMITS.dnsRecords },
  incremental: true,
  redundant: true,
};
