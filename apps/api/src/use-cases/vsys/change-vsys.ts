/** Changes a VSYS by another design: the next generation of its spec is decided, reserved and written in one transaction. */
import { Injectable } from '@nestjs/common';
import {
  getVdc,
  insertGeneration,
  listAddressesInUse,
  listWithheld,
  lockVsys,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import { assertAllowed } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Placing } from '../placing/placing.js';
import { checkPrecondition } from '../precondition.js';
import { Transactor, type Change } from '../transactor.js';
import { WakeUp } from '../wake-up.js';
import { acceptedOf, type Accepted } from './accepted.js';
import { Admission } from './admission.js';
import type { DesignChange } from './design-change.js';
import { sourceOf, type BoundDesign } from './design-source.js';
import { requireSamePlan, withoutPlan } from './same-plan.js';
import { numbersOf, regardedOf } from './present-system.js';

@Injectable()
export class ChangeVsys {
  constructor(
    private readonly transactor: Transactor,
    private readonly admission: Admission,
    private readonly placing: Placing,
    private readonly wakeUp: WakeUp,
  ) {}

  /** Throws `not-found`, `stale`, `conflict` and all that creating throws; then nothing is changed. */
  async execute(call: Call, command: DesignChange): Promise<Accepted> {
    const { accepted, poolId } = await this.transactor.change(withoutPlan(call), async (session, at) => {
      const vsys = await lockVsys(session, call.scope, command.vsysId);
      checkPrecondition(command.precondition, vsys.generation);
      assertAllowed('vsys', vsys.id, command.verb, vsys.phase);
      return this.admit(session, call, vsys, command, at);
    });
    this.wakeUp.wake(poolId, accepted.vsysId);
    return accepted;
  }

  private async admit(
    session: Session,
    call: Call,
    vsys: LockedSystem,
    command: DesignChange,
    at: Date,
  ): Promise<Change<{ accepted: Accepted; poolId: LockedSystem['poolId'] }>> {
    const scope = call.scope.within(vsys.organizationId);
    const bound = await command.design(session, scope, vsys, this.admission.sealer);
    const allocation = await this.allocate(session, call, vsys, command, { ...bound, at });
    const spec = (await command.shape?.(allocation.spec, session, scope)) ?? allocation.spec;
    command.refuse?.(vsys.spec, spec);
    await requireSamePlan(session, call, { owner: vsys, at, previous: vsys.spec, next: spec });
    const { onFailure } = command;
    const { kind, resource } = command.about ?? { kind: `vsys.${command.verb}`, resource: vsys.id };
    const about = { organizationId: vsys.organizationId, vsysId: vsys.id, generation: spec.generation };
    const operation = this.admission.newOperation(call, { kind, onFailure, ...about }, at);
    await insertGeneration(session, vsys, {
      spec,
      phase: vsys.observedGeneration === 0 ? 'provisioning' : 'changing',
      operationId: operation.id,
      ...sourceOf(bound, vsys.id, this.admission.sealer),
      numbers: allocation.numbers,
      at,
    });
    await this.admission.complete(session, operation, allocation, vsys, spec);
    await command.also?.(session, { spec, organizationId: vsys.organizationId, at });
    const audit = { organizationId: vsys.organizationId, verb: kind, resource };
    return {
      answer: { accepted: acceptedOf(operation, spec, vsys.spec), poolId: vsys.poolId },
      audit: { ...audit, detail: { generation: spec.generation, operation: operation.id } },
    };
  }

  private async allocate(
    session: Session,
    call: Call,
    vsys: LockedSystem,
    command: DesignChange,
    { design, at }: BoundDesign & { readonly at: Date },
  ) {
    const vdc = await getVdc(session, call.scope, vsys.vdcId);
    const catalog = await this.admission.readCatalog(session, vsys.organizationId);
    const previous = regardedOf(vsys, command, catalog);
    const request = {
      vsysId: vsys.id,
      name: command.name ?? vsys.spec.name,
      generation: vsys.generation + 1,
      numbers: numbersOf(vsys),
      design,
      catalog,
      previous,
      owner: vsys,
      addressesInUse: await listAddressesInUse(session, vsys.id),
      withheld: await listWithheld(session, vsys.id, at),
    };
    const demand = { design, catalog, previous: vsys.spec };
    return this.placing.inTurn(session, vdc.zoneId, async (turn) => {
      const place = await this.placing.within(session, vsys.poolId, vdc.zoneId, demand, turn);
      return this.admission.allocate(session, { ...request, place }, turn.company);
    });
  }
}
