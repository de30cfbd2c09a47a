/** Starts, stops and restarts a server: its wanted power or its count of wanted restarts changes. */
import { Injectable } from '@nestjs/common';
import {
  insertGeneration,
  listVServers,
  lockVsys,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import {
  assertAllowed,
  DomainError,
  vsysOfPart,
  withPower,
  withRestart,
  type VServerId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor, type Change } from '../transactor.js';
import { acceptedOf, type Accepted } from '../vsys/accepted.js';
import { Admission } from '../vsys/admission.js';
import { WakeUp } from '../wake-up.js';

export type PowerVerb = 'start' | 'stop' | 'restart';

export interface ChangePowerCommand {
  readonly server: VServerId;
  readonly verb: PowerVerb;
}

@Injectable()
export class ChangePower {
  constructor(
    private readonly transactor: Transactor,
    private readonly admission: Admission,
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
    const { items } = await listVServers(session, call.scope, { id: command.server }, { limit: 1 });
    const state = items[0]?.state;
    if (state === undefined) throw noServer(command.server);
    assertAllowed('vsys', vsys.id, command.verb === 'restart' ? 'change' : command.verb, vsys.phase);
    assertAllowed('vserver', command.server, command.verb, state);
    const spec = specAfter(vsys, command);
    const kind = `vserver.${command.verb}`;
    const about = { organizationId: vsys.organizationId, vsysId: vsys.id, generation: spec.generation };
    const operation = this.admission.newOperation(call, { kind, onFailure: 'rollback', ...about }, at);
    const { design, descriptor, descriptorVersionId, parameters, numbers } = vsys;
    const source = { design, descriptor, descriptorVersionId, parameters, numbers };
    const phase = vsys.observedGeneration === 0 ? 'provisioning' : 'changing';
    await insertGeneration(session, vsys, { ...source, spec, phase, operationId: operation.id, at });
    await this.admission.complete(session, operation, { efmConfigs: [] }, vsys, spec);
    return {
      answer: { accepted: acceptedOf(operation, spec), poolId: vsys.poolId },
      audit: { organizationId: vsys.organizationId, verb: kind, resource: command.server },
    };
  }
}

/** A server of somebody else, one that never was and one that is gone answer alike. */
function noServer(id: VServerId): DomainError {
  return new DomainError('not-found', `No server has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}

function specAfter(vsys: LockedSystem, { server: id, verb }: ChangePowerCommand): VsysSpec {
  const server = vsys.spec.servers.find((each) => each.id === id);
  if (server === undefined) throw noServer(id);
  if (verb === 'restart') return withRestart(vsys.spec, id);
  const power = verb === 'start' ? 'running' : 'stopped';
  if (server.power !== power) return withPower(vsys.spec, id, power);
  throw new DomainError('conflict', `“${server.name}” is wanted ${power} already.`, {
    retry: 'never',
    remedy: 'There is nothing to do.',
    details: { power, allowed: power === 'running' ? ['stop', 'restart'] : ['start'] },
  });
}
