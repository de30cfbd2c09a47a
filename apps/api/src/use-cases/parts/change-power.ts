/** Starts, stops and restarts a server: its wanted power or its count of wanted restarts changes. */
import { Injectable } from '@nestjs/common';
import { getVdc, insertGeneration, lockVsys, type LockedSystem, type Session } from '@openvsys/persistence';
import { DomainError, vsysOfPart, type VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Placing } from '../placing/placing.js';
import { Transactor, type Change } from '../transactor.js';
import { acceptedOf, type Accepted } from '../vsys/accepted.js';
import { Admission } from '../vsys/admission.js';
import { WakeUp } from '../wake-up.js';
import { noServer, specAfterPower, type ChangePowerCommand } from './power-spec.js';

@Injectable()
export class ChangePower {
  constructor(
    private readonly transactor: Transactor,
    private readonly admission: Admission,
    private readonly placing: Placing,
    private readonly wakeUp: WakeUp,
  ) {}

  /** Throws `not-found`, and `conflict` when the server is wanted so already or its VSYS is being deleted. */
  async execute(call: Call, command: ChangePowerCommand): Promise<Accepted> {
    const { accepted, poolId } = await this.transactor.change(call, async (session, at) => {
      const vsys = await lockVsys(session, call.scope, vsysOfPart(command.server)).catch((error: unknown) => {
        throw error instanceof DomainError && error.code === 'not-found' ? noServer(command.server) : error;
      });
      return this.admit(session, call, vsys, command, at);
    });
    this.wakeUp.wake(poolId, accepted.vsysId);
    return accepted;
  }

  private async admit(
    session: Session,
    call: Call,
    vsys: LockedSystem,
    command: ChangePowerCommand,
    at: Date,
  ): Promise<Change<{ accepted: Accepted; poolId: LockedSystem['poolId'] }>> {
    const spec = await specAfterPower(session, call.scope, vsys, command);
    if (command.verb === 'start') await this.requireRoom(session, call, vsys, spec);
    const kind = `vserver.${command.verb === 'cut' ? 'stop' : command.verb}`;
    const about = { organizationId: vsys.organizationId, vsysId: vsys.id, generation: spec.generation };
    const operation = this.admission.newOperation(call, { kind, onFailure: 'rollback', ...about }, at);
    const { design, descriptor, descriptorVersionId, parameters, numbers } = vsys;
    const source = { design, descriptor, descriptorVersionId, parameters, numbers };
    const phase = vsys.observedGeneration === 0 ? 'provisioning' : 'changing';
    await insertGeneration(session, vsys, { ...source, spec, phase, operationId: operation.id, at });
    await this.admission.complete(session, operation, { efmConfigs: [], agents: [] }, vsys, spec);
    return {
      answer: { accepted: acceptedOf(operation, spec), poolId: vsys.poolId },
      audit: { organizationId: vsys.organizationId, verb: kind, resource: command.server },
    };
  }

  /** A server that runs takes memory of a host. Throws `no-capacity`. */
  private async requireRoom(session: Session, call: Call, vsys: LockedSystem, spec: VsysSpec): Promise<void> {
    const vdc = await getVdc(session, call.scope, vsys.vdcId);
    const change = { previous: vsys.spec, next: spec };
    await this.placing.inTurn(session, vdc.zoneId, async (turn) =>
      this.placing.requireRoom(session, vsys.poolId, vdc.zoneId, change, turn),
    );
  }
}
