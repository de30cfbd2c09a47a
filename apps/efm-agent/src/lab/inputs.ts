/** EFMs of the labs, in the terms of the renderer. One appliance with a card in `dmz` and one to the outside. */
import type { FirewallInput, FirewallRuleInput, ModuleInterface, UplinkInput } from '@openvsys/vsys';

export const PUBLIC = '203.0.113.5';
export const SECOND_PUBLIC = '203.0.113.6';

export const insideCard = (changes: Partial<ModuleInterface> = {}): ModuleInterface => ({
  zone: 'dmz',
  device: 0,
  mac: '02:00:00:00:00:02',
  address: '10.0.1.1',
  cidr: '10.0.1.0/24',
  virtualAddress: null,
  ...changes,
});
export const uplink = (changes: Partial<UplinkInput> = {}): UplinkInput => ({
  device: 1,
  mac: '02:00:00:00:00:01',
  address: '100.64.0.2',
  cidr: '100.64.0.0/16',
  gateway: '100.64.255.1',
  publicAddresses: [PUBLIC, SECOND_PUBLIC],
  ...changes,
});
export const rule = (id: string, changes: Partial<FirewallRuleInput> = {}): FirewallRuleInput => ({
  id,
  from: 'internet',
  to: 'dmz',
  protocol: 'tcp',
  ports: [],
  sources: null,
  destinations: null,
  action: 'accept',
  rateLimit: null,
  log: false,
  ...changes,
});
export const firewall = (changes: Partial<FirewallInput> = {}): FirewallInput => ({
  kind: 'firewall',
  name: 'fw',
  interfaces: [insideCard()],
  uplink: uplink(),
  pair: null,
  secrets: {},
  rules: [],
  logDenied: false,
  sourceNat: { publicAddress: PUBLIC, networks: ['10.0.1.0/24'] },
  staticNat: [],
  portForwards: [],
  routes: [],
  dns: null,
  dhcp: null,
  ...changes,
});
export const forward = (
  port: number,
  toAddress: string,
  toPort: number,
): FirewallInput['portForwards'][number] => ({
  origin: '/config/portForwards/0',
  publicAddress: PUBLIC,
  protocol: 'tcp',
  port,
  toAddress,
  toPort,
});
/** How an appliance of these inputs stands in a lab. */
export const STANDING = {
  bootAddress: '100.64.0.2/16',
  cards: [
    { segment: 'outside', mac: uplink().mac, link: 'uplink' },
    { segment: 'dmz', mac: insideCard().mac, link: 'enX1' },
  ],
} as const;
