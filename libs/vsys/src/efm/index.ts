/** Extended Function Modules as the domain sees them; what their appliances run is made in libs/efm. */
export * from './appliance-input.js';
export { applianceNames, type DesignEfmBase } from './design-efm.js';
export * from './edit/index.js';
export { ruleIds } from './firewall/rule-id.js';
export type * from './firewall/config.js';
export type * from './firewall/input.js';
export {
  CONNECTION_KEY_FILE,
  type ConnectionLink,
  type SystemConnections,
} from './firewall/connections-input.js';
export { withConnectionZone, withoutConnectionZone } from './edit/connections.js';
export { CONNECTION_PORT, firewallSeatOf, type FirewallSeat } from './firewall/connection-seat.js';
export type * from './load-balancer/config.js';
export { authorityFile, certificateFile } from './load-balancer/input.js';
export type * from './load-balancer/input.js';
export { ANY_IPV4, sharedIpv4 } from '../spec/any-address.js';
export { EFM_KINDS, type EfmDesign, type EfmKind, type ModuleInput } from './registry.js';
export type * from './vpn/config.js';
export { PRIVATE_KEY_FILE } from './vpn/input.js';
export type * from './vpn/input.js';
export * from './join/check-join.js';
