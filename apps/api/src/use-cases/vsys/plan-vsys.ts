/**
 * Plans: the same decisions as admission, with nothing taken and nothing written. Ids, VLANs and addresses that a real
 * admission would draw are stand-ins; a quota or a pool that would be too small is told, not thrown.
 */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getOrganization,
  getPresentSystem,
  getVdc,
  pickUplink,
  type BinSide,
  type PresentSystem,
  type Session,
} from '@openvsys/persistence';
import {
  assertAllowed,
  contractId,
  needs,
  NO_NUMBERS,
  vsysIdOf,
  type Allocation,
  type PoolId,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { findSystemConnections } from '../connections/system-connections.js';
import type { Demand } from '../placing/demand.js';
import { Placing, type CapacityAnswer } from '../placing/placing.js';
import { checkPrecondition, type Precondition } from '../precondition.js';
import { Admission, chooseAddresses } from './admission.js';
import type { DesignChange } from './design-change.js';
import { LearntEstimates } from './learnt-estimates.js';
import type { NewSystem } from './new-system.js';
import { planOf, type Plan, type PlanInput } from './plan.js';
import { numbersOf, regardedOf } from './present-system.js';
import { allocateWithStandIns } from './stand-ins.js';

/** Stands in a plan where the drawn name of a new system will be. */
const PLANNED_SYSTEM = 'PLANNED00';

@Injectable()
export class PlanVsys {
  constructor(
    private readonly database: Database,
    private readonly admission: Admission,
    private readonly placing: Placing,
    private readonly time: BusinessTime,
    private readonly estimates: LearntEstimates,
  ) {}

  /** Throws `not-found`, `invalid-descriptor`, `invalid-parameter`. */
  async ofNew(call: Call, command: NewSystem): Promise<Plan> {
    return this.database.session(async (session) => {
      const vdc = await getVdc(session, call.scope, command.vdcId);
      const organization = await getOrganization(session, call.scope, vdc.organizationId);
      const scope = call.scope.within(organization.id);
      const owner = { organizationId: organization.id, vdcId: vdc.id };
      const { design } = await command.design(session, scope, this.admission.sealer);
      const catalog = await this.admission.readCatalog(session, organization.id);
      const { spec, advice } = allocateWithStandIns(
        design,
        {
          vsysId: vsysIdOf(contractId(organization.contract), PLANNED_SYSTEM),
          name: command.name,
          generation: 1,
          numbers: NO_NUMBERS,
          catalog,
          ...this.admission.surroundings(),
        },
        await pickUplink(session, vdc.zoneId, 0),
        await chooseAddresses(session, owner, vdc.zoneId, design, needs(design)),
      );
      const capacity = await this.placing.check(async () =>
        this.placing.choose(session, vdc.zoneId, {
          design,
          catalog,
          only: await command.pool?.(session, scope),
        }),
      );
      return this.plan(session, undefined, {
        owner,
        currency: organization.currency,
        previous: undefined,
        next: (await command.shape?.(spec, session, scope)) ?? spec,
        capacity,
        warnings: advice,
      });
    });
  }

  /** Throws `not-found`, `stale`, `conflict`, `invalid-descriptor`, `invalid-parameter`. */
  async ofChange(call: Call, command: DesignChange): Promise<Plan> {
    return (await this.ofChangeWith(call, command, async () => undefined)).plan;
  }

  /** The same, with what the caller looks up in what it would be made of. */
  async ofChangeWith<Extra>(
    call: Call,
    command: DesignChange,
    look: (session: Session, allocation: Allocation) => Promise<Extra>,
  ): Promise<{ readonly plan: Plan; readonly extra: Extra }> {
    return this.database.session(async (session) => {
      const vsys = await getPresentSystem(session, call.scope, command.vsysId);
      checkPrecondition(command.precondition, vsys.generation);
      assertAllowed('vsys', vsys.id, command.verb, vsys.phase);
      const { currency } = await getOrganization(session, call.scope, vsys.organizationId);
      const vdc = await getVdc(session, call.scope, vsys.vdcId);
      const scope = call.scope.within(vsys.organizationId);
      const { design } = await command.design(session, scope, vsys, this.admission.sealer);
      const catalog = await this.admission.readCatalog(session, vsys.organizationId);
      const allocation = await this.allocationOf(session, vsys, vdc.zoneId, command, { design, catalog });
      const capacity = await this.roomWithin(session, vsys, vdc.zoneId, { design, catalog });
      const plan = await this.plan(session, vsys.poolId, {
        owner: vsys,
        currency,
        previous: vsys.spec,
        next: (await command.shape?.(allocation.spec, session, scope)) ?? allocation.spec,
        capacity,
        warnings: allocation.advice,
      });
      return { plan, extra: await look(session, allocation) };
    });
  }

  /** What the change would be made of; what is scarce is stood in for and not taken. */
  private async allocationOf(
    session: Session,
    vsys: PresentSystem,
    zoneId: string,
    command: DesignChange,
    { design, catalog }: Pick<Demand, 'design' | 'catalog'>,
  ): Promise<Allocation> {
    const connections = await findSystemConnections(session, vsys.id, design, this.admission.sealer);
    return allocateWithStandIns(
      design,
      {
        ...(connections === undefined ? {} : { connections }),
        vsysId: vsys.id,
        name: command.name ?? vsys.spec.name,
        generation: vsys.generation + 1,
        numbers: numbersOf(vsys),
        catalog,
        ...this.admission.surroundings(),
        previous: regardedOf(vsys, command, catalog),
      },
      await pickUplink(session, zoneId, 0),
      await chooseAddresses(session, vsys, zoneId, design, needs(design, vsys.spec)),
    );
  }

  /** What a change of the present spec without a new design would do: deleting, power. Throws what `next` throws. */
  async ofNext(
    call: Call,
    vsysId: VsysId,
    precondition: Precondition | undefined,
    next: (vsys: PresentSystem, session: Session) => VsysSpec | Promise<VsysSpec>,
    side: BinSide = 'outside',
  ): Promise<Plan> {
    return this.database.session(async (session) => {
      const vsys = await getPresentSystem(session, call.scope, vsysId, side);
      checkPrecondition(precondition, vsys.generation);
      const spec = await next(vsys, session);
      const { currency } = await getOrganization(session, call.scope, vsys.organizationId);
      const { zoneId } = await getVdc(session, call.scope, vsys.vdcId);
      const capacity = await this.placing.check(async () =>
        this.placing.requireRoom(session, vsys.poolId, zoneId, { previous: vsys.spec, next: spec }),
      );
      return this.plan(session, vsys.poolId, {
        owner: vsys,
        currency,
        previous: vsys.spec,
        next: spec,
        capacity,
        warnings: [],
      });
    });
  }

  private async roomWithin(
    session: Session,
    { poolId, spec: previous }: PresentSystem,
    zoneId: string,
    wanted: Pick<Demand, 'design' | 'catalog'>,
  ): Promise<CapacityAnswer> {
    return this.placing.check(async () =>
      this.placing.within(session, poolId, zoneId, { ...wanted, previous }),
    );
  }

  private async plan(
    session: Session,
    pool: PoolId | undefined,
    input: Omit<PlanInput, 'at' | 'estimates'>,
  ): Promise<Plan> {
    const estimates = await this.estimates.of(pool);
    return planOf(session, { ...input, estimates, at: this.time.now() });
  }
}
