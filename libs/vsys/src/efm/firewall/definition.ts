/** Firewall/NAT: the gateway of its VNets. */
import { pointerOf } from '../../spec/pointer.js';
import type { EfmDefinition } from '../efm-definition.js';
import { checkFirewall } from './check.js';
import { firewallConfig, type FirewallConfig } from './config.js';
import { firewallInput, type FirewallInput } from './input.js';
import { firewallConcrete, firewallTemplate } from './schema.js';

export const firewallDefinition: EfmDefinition<
  'firewall',
  typeof firewallTemplate,
  typeof firewallConcrete,
  FirewallConfig,
  FirewallInput
> = {
  kind: 'firewall',
  template: firewallTemplate,
  concrete: firewallConcrete,
  seat: 'gateway',
  nics: ({ vnets }, nets) =>
    (vnets ?? nets).map((vnet, index) => ({ vnet, pointer: vnets ? pointerOf('vnets', index) : '' })),
  check: checkFirewall,
  config: firewallConfig,
  withoutSecrets: (config) => config,
  publicIps: ({ sourceNat, staticNat = [], portForwards }) => [
    ...(sourceNat ? [sourceNat.publicIp] : []),
    ...[...staticNat, ...portForwards].map(({ publicIp }) => publicIp),
  ],
  entries: () => [],
  input: firewallInput,
};
