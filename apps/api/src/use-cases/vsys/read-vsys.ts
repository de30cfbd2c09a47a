/** Lists VSYS and shows one with its parts and its price. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getVsys,
  listPublicIps,
  listVDisks,
  listVNets,
  listVServers,
  listVsys,
  type Page,
  type PageRequest,
  type PublicIpRecord,
  type VDiskRecord,
  type VNetRecord,
  type VServerRecord,
  type VsysDetailRecord,
  type VsysFilter,
  type VsysRecord,
} from '@openvsys/persistence';
import { descriptorOf, visibleValues, type ParameterValues, type VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { nothing, priceSpecs, type SpecPrice } from './running-price.js';

export interface VsysAnswer {
  readonly vsys: VsysDetailRecord;
  readonly price: SpecPrice;
  /** Secret values are null. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly vservers: readonly VServerRecord[];
  readonly vdisks: readonly VDiskRecord[];
  readonly vnets: readonly VNetRecord[];
  readonly publicIps: readonly PublicIpRecord[];
}

/** More parts of a kind than a VSYS can have: one page holds all. */
const ALL: PageRequest = { limit: 1_000 };

@Injectable()
export class ReadVsys {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  async list(call: Call, filter: VsysFilter, page: PageRequest): Promise<Page<VsysRecord>> {
    return this.database.session(async (session) => listVsys(session, call.scope, filter, page));
  }

  /** Throws `not-found`. */
  async get(call: Call, vsysId: VsysId): Promise<VsysAnswer> {
    return this.database.session(async (session) => {
      const vsys = await getVsys(session, call.scope, vsysId);
      const [price] = await priceSpecs(session, vsys, this.time.now(), [vsys.spec]);
      const filter = { vsysId };
      return {
        vsys,
        price: price ?? nothing(vsys.currency),
        parameters: shownParameters(vsys),
        vservers: (await listVServers(session, call.scope, filter, ALL)).items,
        vdisks: (await listVDisks(session, call.scope, filter, ALL)).items,
        vnets: (await listVNets(session, call.scope, filter, ALL)).items,
        publicIps: (await listPublicIps(session, call.scope, filter, ALL)).items,
      };
    });
  }
}

/** Values were checked against the descriptor when they were stored. */
function shownParameters(vsys: VsysDetailRecord): VsysAnswer['parameters'] {
  if (vsys.descriptorDocument === null) return {};
  return visibleValues(descriptorOf(vsys.descriptorDocument), vsys.parameters as ParameterValues);
}
