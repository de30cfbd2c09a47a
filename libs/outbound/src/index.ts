/** The only HTTP client for addresses that tenants give. */
export { createAddressGuard, type AddressGuard } from './address-guard.js';
export type { Resolve } from './checked-connector.js';
export {
  createOutboundClient,
  type OutboundAnswer,
  type OutboundClient,
  type OutboundHead,
  type OutboundOptions,
  type OutboundRequest,
  type OutboundStream,
} from './outbound-client.js';
export { parseTarget } from './target.js';
