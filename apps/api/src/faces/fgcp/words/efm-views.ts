/** Appliances as answers show them. */
import type { VServerRecord } from '@openvsys/persistence';
import type { FgcpFields } from '../protocol/write-answer.js';
import { labelOf, type Owner } from './part-views.js';
import type { EfmType } from './server-words.js';

export type EfmServer = VServerRecord & { readonly efm: EfmType };

export const efmView = (server: EfmServer, { contract, labels }: Owner): FgcpFields => ({
  creator: contract,
  efmId: server.id,
  efmName: labelOf(labels, server),
  efmType: server.efm,
  slbVip: server.efm === 'SLB' ? slbVipOf(server) : undefined,
});

/** The address of a load balancer in its first segment, where its listeners are unless they say otherwise. */
export const slbVipOf = ({ nics }: VServerRecord): string =>
  nics.find(({ vnetId }) => vnetId !== null)?.ipv4 ?? '';
