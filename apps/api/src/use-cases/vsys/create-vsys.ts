/** Creates a VSYS: everything is decided, reserved and written in one transaction; workers do the rest. */
import { Injectable } from '@nestjs/common';
import {
  getVdcHome,
  insertVsys,
  NOTHING_SET,
  writeVsysSettings,
  type Session,
  type VdcHome,
} from '@openvsys/persistence';
import {
  contractId,
  DomainError,
  NO_NUMBERS,
  vsysIdOf,
  type Allocation,
  type PoolId,
  type VsysId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Placing } from '../placing/placing.js';
import { settingsAfter } from '../settings/vsys-settings.js';
import { Transactor, type Change } from '../transactor.js';
import { WakeUp } from '../wake-up.js';
import { acceptedOf, type Accepted } from './accepted.js';
import { Admission, type Place } from './admission.js';
import { sourceOf, type BoundDesign } from './design-source.js';
import type { NewSystem } from './new-system.js';
import { requireSamePlan, withoutPlan } from './same-plan.js';

interface NewSystemDecision {
  readonly vsysId: VsysId;
  readonly name: string;
  readonly bound: BoundDesign;
  readonly pool: PoolId | undefined;
}

interface Admitted {
  readonly accepted: Accepted;
  readonly poolId: Place['poolId'];
}

@Injectable()
export class CreateVsys {
  constructor(
    private readonly transactor: Transactor,
    private readonly admission: Admission,
    private readonly placing: Placing,
    private readonly ids: FreshIds,
    private readonly wakeUp: WakeUp,
  ) {}

  /**
   * Throws `not-found`, `invalid-descriptor`, `invalid-parameter`, `quota-exceeded`, `no-capacity`, `address-exhausted`,
   * `idempotency-reused`; then nothing is stored.
   */
  async execute(call: Call, command: NewSystem): Promise<Accepted> {
    const { accepted, poolId } = await this.transactor.change(withoutPlan(call), async (session, at) =>
      this.admit(session, call, command, at),
    );
    this.wakeUp.wake(poolId, accepted.vsysId);
    return accepted;
  }

  private async admit(session: Session, call: Call, command: NewSystem, at: Date): Promise<Change<Admitted>> {
    const home = await getVdcHome(session, call.scope, command.vdcId);
    requireActive(home);
    const { organizationId, vdcId } = home;
    const scope = call.scope.within(organizationId);
    const bound = await command.design(session, scope, this.admission.sealer);
    const vsysId = vsysIdOf(contractId(home.contract), this.ids.systemName());
    const pool = await command.pool?.(session, scope);
    const { place, allocation } = await this.decide(session, home, {
      vsysId,
      pool,
      name: command.name,
      bound,
    });
    const spec = (await command.shape?.(allocation.spec, session, scope)) ?? allocation.spec;
    const owner = { organizationId, vdcId };
    await requireSamePlan(session, call, { owner, at, previous: undefined, next: spec });
    const about = { organizationId, vsysId, generation: spec.generation };
    const { kind, onFailure } = command;
    const operation = this.admission.newOperation(call, { kind, onFailure, ...about }, at);
    const { numbers } = allocation;
    const source = {
      ...sourceOf(bound, vsysId, this.admission.sealer),
      numbers,
      operationId: operation.id,
      at,
    };
    await insertVsys(session, { ...owner, ...source, poolId: place.poolId, spec, phase: 'provisioning' });
    if (command.settings !== undefined)
      await writeVsysSettings(session, vsysId, settingsAfter(NOTHING_SET, command.settings, at));
    await this.admission.complete(session, operation, allocation, owner, spec);
    const answer = { accepted: acceptedOf(operation, spec), poolId: place.poolId };
    const audit = { organizationId, verb: kind, resource: vsysId };
    return { answer, audit: { ...audit, detail: { name: command.name, operation: operation.id } } };
  }

  private async decide(
    session: Session,
    home: VdcHome,
    { vsysId, name, bound, pool }: NewSystemDecision,
  ): Promise<{ place: Place; allocation: Allocation }> {
    const { design } = bound;
    const { organizationId, zoneId } = home;
    const catalog = await this.admission.readCatalog(session, organizationId);
    const first = { vsysId, name, generation: 1, numbers: NO_NUMBERS, design, catalog, owner: home };
    return this.placing.inTurn(session, zoneId, async (turn) => {
      const place = await this.placing.choose(session, zoneId, { design, catalog, only: pool }, turn);
      return { place, allocation: await this.admission.allocate(session, { ...first, place }, turn.company) };
    });
  }
}

/** Throws `conflict` for an organization that may not order. */
function requireActive({ organizationState: state }: VdcHome): void {
  if (state === 'active') return;
  throw new DomainError('conflict', `The organization is ${state}, so it cannot create systems.`, {
    remedy: 'Ask the provider.',
    details: { state },
  });
}
