/** Stops the servers of one system by an ordinary change of its spec; the engine does the rest. */
import {
  insertGeneration,
  insertOperation,
  lockVsys,
  type DueBudget,
  type Session,
} from '@openvsys/persistence';
import { assertAllowed, occupiesHost, operationId, Scope, type VsysId, type VsysSpec } from '@openvsys/vsys';

export interface StopFacts {
  readonly operationId: string;
  readonly eventId: string;
  readonly at: Date;
}

/** False when there is nothing to stop any more. Throws `conflict` when the state of the system does not allow it. */
export async function stopForBudget(
  session: Session,
  budget: Pick<DueBudget, 'id' | 'organizationId' | 'protectedServers'>,
  id: VsysId,
  facts: StopFacts,
): Promise<boolean> {
  const actor = `budget:${budget.id}`;
  const { organizationId, protectedServers } = budget;
  const scope = Scope.of({ actor, organizationId, roles: [], vdcIds: null });
  const vsys = await lockVsys(session, scope, id);
  const spec = withServersStopped(vsys.spec, protectedServers);
  if (spec === undefined) return false;
  assertAllowed('vsys', id, 'stop', vsys.phase);
  const operation = {
    id: operationId(facts.operationId),
    organizationId,
    vsysId: id,
    kind: 'budget.stop',
    // A roll-back would start again what may cost nothing more.
    onFailure: 'keep',
    generation: spec.generation,
    requestId: null,
    requestedBy: actor,
    stepsTotal: 0,
    createdAt: facts.at,
  } as const;
  const { design, descriptor, descriptorVersionId, parameters, numbers } = vsys;
  await insertGeneration(session, vsys, {
    design,
    descriptor,
    descriptorVersionId,
    parameters,
    numbers,
    spec,
    phase: vsys.observedGeneration === 0 ? 'provisioning' : 'changing',
    operationId: operation.id,
    at: facts.at,
  });
  await insertOperation(session, operation, { id: facts.eventId, vsysName: spec.name });
  return true;
}

/** The next spec, with every server stopped that may be; EFMs go on, because a protected server may need them. */
function withServersStopped(spec: VsysSpec, protectedServers: readonly string[]): VsysSpec | undefined {
  const isStopped = ({ id, kind, power }: VsysSpec['servers'][number]): boolean =>
    kind === 'server' && occupiesHost(power) && !protectedServers.includes(id);
  if (spec.presence === 'absent' || !spec.servers.some(isStopped)) return undefined;
  const servers = spec.servers.map((server) =>
    isStopped(server) ? { ...server, power: 'stopped' as const } : server,
  );
  return { ...spec, generation: spec.generation + 1, servers };
}
