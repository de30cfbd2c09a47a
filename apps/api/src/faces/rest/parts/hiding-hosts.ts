/** On which host a server runs is the provider's business: tenants get null. */
import type { Page, VServerRecord } from '@openvsys/persistence';
import { isProvider } from '@openvsys/vsys';
import type { Call } from '../../../use-cases/call.js';

export function hidingHost(call: Call, server: VServerRecord): VServerRecord {
  return isProvider(call.principal) ? server : { ...server, host: null };
}

export function hidingHosts(call: Call, page: Page<VServerRecord>): Page<VServerRecord> {
  return { ...page, items: page.items.map((server) => hidingHost(call, server)) };
}
