/**
 * The steps that every admission shares. All of them run inside one transaction: rows of parts are the reservation, so a
 * failure anywhere leaves nothing behind.
 */
import { Injectable } from '@nestjs/common';
import { moduleRenderer } from '@openvsys/efm';
import {
  enforceGrowthLimits,
  enrolEfmAgent,
  insertEfmConfigs,
  insertOperation,
  nextMacs,
  pickAllocated,
  pickPublicAddresses,
  pickRanges,
  pickUplink,
  pickVlans,
  readCatalog,
  type Company,
  type EfmConfigRecord,
  type NewOperation,
  type QuotaOwner,
  type Session,
} from '@openvsys/persistence';
import {
  allocate,
  autoPrefixOf,
  needs,
  operationId,
  type Allocation,
  type AllocationContext,
  type Catalog,
  type FailurePolicy,
  type Needs,
  type OrganizationId,
  type PoolId,
  type Reserved,
  type SrUuid,
  type VsysDesign,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { findSystemConnections } from '../connections/system-connections.js';
import { BusinessTime, Enrolment, FreshIds, SecretSealer } from '../clock.js';
import { catalogOf } from './catalog-of.js';

export interface Place {
  readonly poolId: PoolId;
  readonly zoneId: string;
  /** Where data disks of the standard class go. */
  readonly sr: SrUuid | null;
  /** Where those of each class go; absent: there are none. */
  readonly srs?: Reserved['srs'];
  readonly systemPlaces?: Reserved['systemPlaces'];
}

export interface AllocationRequest extends Pick<
  AllocationContext,
  'vsysId' | 'name' | 'generation' | 'numbers' | 'previous'
> {
  readonly design: VsysDesign;
  readonly catalog: Catalog;
  readonly place: Place;
  readonly owner: QuotaOwner;
  readonly addressesInUse?: Reserved['addressesInUse'];
  readonly withheld?: Reserved['withheld'];
}

export interface OperationRequest {
  readonly kind: string;
  readonly onFailure: FailurePolicy;
  readonly organizationId: OrganizationId;
  readonly vsysId: VsysId;
  readonly generation: number;
}

@Injectable()
export class Admission {
  constructor(
    private readonly ids: FreshIds,
    readonly sealer: SecretSealer,
    private readonly time: BusinessTime,
    private readonly enrolment: Enrolment,
  ) {}

  /** With the images that the organization may use. */
  async readCatalog(session: Session, organization: OrganizationId): Promise<Catalog> {
    return catalogOf(await readCatalog(session, organization));
  }

  /** Takes VLANs, MACs and addresses and decides every id. Throws what `allocate` throws and `address-exhausted`. `company`: see `ZoneTurns`. */
  async allocate(session: Session, request: AllocationRequest, company: Company): Promise<Allocation> {
    const { design, catalog, place, owner, addressesInUse, withheld, ...context } = request;
    const wanted = needs(design, request.previous?.spec);
    const reserved = await reserve(session, place, wanted, company);
    const chosen = await chooseAddresses(session, owner, place.zoneId, design, wanted);
    const connections = await findSystemConnections(session, request.vsysId, design, this.sealer);
    return allocate(design, {
      ...context,
      ...(connections === undefined ? {} : { connections }),
      catalog,
      reserved: {
        ...reserved,
        ...chosen,
        ...(addressesInUse === undefined ? {} : { addressesInUse }),
        ...(withheld === undefined ? {} : { withheld }),
      },
      ...this.surroundings(),
    });
  }

  /** What an allocation stands on beside the system itself; for plans too, whose agents' tokens are never stored. */
  surroundings(): Pick<AllocationContext, 'modules' | 'sealer' | 'at' | 'agents'> {
    const agents = this.enrolment.find();
    const enrolment = agents === undefined ? {} : { agents };
    return { modules: moduleRenderer, sealer: this.sealer, at: this.time.now(), ...enrolment };
  }

  newOperation(call: Call, request: OperationRequest, at: Date): NewOperation {
    return {
      id: operationId(this.ids.uuid()),
      ...request,
      requestId: call.requestId,
      requestedBy: call.principal.actor,
      // The engine counts the steps from what it sees in the pool.
      stepsTotal: 0,
      createdAt: at,
    };
  }

  /** What comes after the parts are written; the limits are last so that their locks are held only for the commit. */
  async complete(
    session: Session,
    operation: NewOperation,
    allocation: Pick<Allocation, 'efmConfigs' | 'agents'>,
    owner: QuotaOwner,
    spec: VsysSpec,
  ): Promise<void> {
    const { createdAt } = operation;
    await insertEfmConfigs(session, allocation.efmConfigs.map(configRecord), createdAt);
    for (const { server, token } of allocation.agents) {
      const agent = { vserverId: server, organizationId: operation.organizationId, createdAt };
      await enrolEfmAgent(session, agent, token);
    }
    await insertOperation(session, operation, { id: this.ids.uuid(), vsysName: spec.name });
    await enforceGrowthLimits(session, owner, spec, createdAt);
  }
}

/** What a design gets of its VDC: chosen ranges and allocated addresses. Nothing is written, so plans ask too. */
export async function chooseAddresses(
  session: Session,
  { organizationId, vdcId }: QuotaOwner,
  zoneId: string,
  { nets }: VsysDesign,
  { autoRanges, allocations }: Needs,
): Promise<Pick<Reserved, 'ranges' | 'allocated'>> {
  const written = nets.map(({ cidr }) => cidr).filter((cidr) => autoPrefixOf(cidr) === undefined);
  return {
    ranges: await pickRanges(session, { organizationId, vdcId, zoneId, prefixes: autoRanges, written }),
    allocated: await pickAllocated(session, vdcId, allocations),
  };
}

async function reserve(session: Session, place: Place, wanted: Needs, company: Company): Promise<Reserved> {
  return {
    vlans: await pickVlans(session, place.poolId, wanted.vlans, company),
    macs: await nextMacs(session, wanted.macs),
    publicAddresses: await pickPublicAddresses(session, place.zoneId, wanted.publicAddresses),
    uplink: await pickUplink(session, place.zoneId, wanted.applianceAddresses, company),
    sr: place.sr,
    ...(place.srs === undefined ? {} : { srs: place.srs }),
    ...(place.systemPlaces === undefined ? {} : { systemPlaces: place.systemPlaces }),
  };
}

function configRecord(config: Allocation['efmConfigs'][number]): EfmConfigRecord {
  const { server, version, input, document, secrets } = config;
  const ours = { vserverId: server, version, hash: document.hash, document: input };
  return { ...ours, rendered: document.files, appliance: document, secrets };
}
