/** VPN by WireGuard, road-warrior and site-to-site. */
import { pointerOf } from '../../spec/pointer.js';
import type { EfmDefinition } from '../efm-definition.js';
import { checkVpn } from './check.js';
import { vpnConfig, type VpnConfig } from './config.js';
import { vpnInput, type VpnInput } from './input.js';
import { vpnConcrete, vpnTemplate } from './schema.js';

export const vpnDefinition: EfmDefinition<
  'vpn',
  typeof vpnTemplate,
  typeof vpnConcrete,
  VpnConfig,
  VpnInput
> = {
  kind: 'vpn',
  template: vpnTemplate,
  concrete: vpnConcrete,
  seat: 'member',
  nics: ({ nics }) => nics.map((nic, index) => ({ ...nic, pointer: pointerOf('nics', index) })),
  check: checkVpn,
  config: vpnConfig,
  withoutSecrets: (config) => ({
    ...config,
    privateKey: '',
    peers: config.peers.map((peer) => ({ ...peer, presharedKey: null })),
  }),
  publicIps: ({ publicIp }) => [publicIp],
  entries: ({ publicIp, port, vnet }) => [{ label: 'VPN', publicIp, protocol: 'udp', port, vnet }],
  input: vpnInput,
};
