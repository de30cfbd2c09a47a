/**
 * Admits a next spec that needs no new design and takes no new address: power of all, deletion, the recycle bin. The
 * engine does the rest.
 */
import { Injectable } from '@nestjs/common';
import {
  admitNextSpec,
  getVdc,
  lockVsys,
  type BinSide,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import type { FailurePolicy, PartNumbers, VsysId, VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Placing } from '../placing/placing.js';
import { checkPrecondition, type Precondition } from '../precondition.js';
import { Transactor, type Change } from '../transactor.js';
import { WakeUp } from '../wake-up.js';
import { acceptedOf, type Accepted } from './accepted.js';
import { Admission } from './admission.js';
import { requireSamePlan, withoutPlan } from './same-plan.js';

export interface SpecChange {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
  /** Absent: not for systems in the recycle bin. */
  readonly side?: BinSide;
  /** Asked inside the transaction of the change, with the system locked. Throws when it must not be. */
  decide(vsys: LockedSystem, session: Session, at: Date): NextSpec | Promise<NextSpec>;
}

export interface NextSpec {
  /** Of the operation and in the audit, e.g. `vsys.stop`. */
  readonly kind: string;
  readonly onFailure: FailurePolicy;
  readonly spec: VsysSpec;
  /** Last used numbers of parts, when it took some; absent: as they are. */
  readonly numbers?: PartNumbers;
  /** What is written with it. */
  also?(session: Session): Promise<void>;
}

@Injectable()
export class ChangeSpec {
  constructor(
    private readonly transactor: Transactor,
    private readonly admission: Admission,
    private readonly placing: Placing,
    private readonly ids: FreshIds,
    private readonly wakeUp: WakeUp,
  ) {}

  /** Throws `not-found`, `stale`, what `decide` throws, `no-capacity` when servers start, `quota-exceeded`. */
  async execute(call: Call, change: SpecChange): Promise<Accepted> {
    const { accepted, poolId } = await this.transactor.change(withoutPlan(call), async (session, at) => {
      const vsys = await lockVsys(session, call.scope, change.vsysId, change.side);
      checkPrecondition(change.precondition, vsys.generation);
      return this.admit(session, call, vsys, { ...(await change.decide(vsys, session, at)), at });
    });
    this.wakeUp.wake(poolId, accepted.vsysId);
    return accepted;
  }

  private async admit(
    session: Session,
    call: Call,
    vsys: LockedSystem,
    next: NextSpec & { readonly at: Date },
  ): Promise<Change<{ accepted: Accepted; poolId: LockedSystem['poolId'] }>> {
    const { kind, onFailure, spec, at } = next;
    if (startsServers(vsys.spec, spec)) await this.requireRoom(session, call, vsys, spec);
    await requireSamePlan(session, call, { owner: vsys, at, previous: vsys.spec, next: spec });
    const about = { organizationId: vsys.organizationId, vsysId: vsys.id, generation: spec.generation };
    const operation = this.admission.newOperation(call, { kind, onFailure, ...about }, at);
    const { numbers = vsys.numbers } = next;
    await admitNextSpec(session, { ...vsys, numbers }, { spec, operation, eventId: this.ids.uuid() });
    await next.also?.(session);
    const audit = { organizationId: vsys.organizationId, verb: kind, resource: vsys.id };
    return {
      answer: { accepted: acceptedOf(operation, spec, vsys.spec), poolId: vsys.poolId },
      audit: { ...audit, detail: { generation: spec.generation, operation: operation.id } },
    };
  }

  /** Servers that run take memory of hosts. Throws `no-capacity`. */
  private async requireRoom(session: Session, call: Call, vsys: LockedSystem, spec: VsysSpec): Promise<void> {
    const { zoneId } = await getVdc(session, call.scope, vsys.vdcId);
    const change = { previous: vsys.spec, next: spec };
    await this.placing.inTurn(session, zoneId, async (turn) =>
      this.placing.requireRoom(session, vsys.poolId, zoneId, change, turn),
    );
  }
}

function startsServers(previous: VsysSpec, next: VsysSpec): boolean {
  const before = new Map(previous.servers.map(({ id, power }) => [id, power]));
  return (
    next.presence === 'present' &&
    next.servers.some(({ id, power }) => power === 'running' && before.get(id) !== 'running')
  );
}
