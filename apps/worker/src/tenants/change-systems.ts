/** Changes of systems that nobody asked for at the moment: by a budget, by the state of an organization. The engine does the rest. */
import {
  insertGeneration,
  insertOperation,
  lockVsys,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import {
  absent,
  assertAllowed,
  occupiesHost,
  operationId,
  Scope,
  type OrganizationId,
  type VsysId,
  type VsysPhase,
  type VsysSpec,
} from '@openvsys/vsys';

/** In whose name it is done. */
export interface Order {
  /** As audit and operations show it, e.g. `budget:<id>`. */
  readonly actor: string;
  /** Of the operation. */
  readonly kind: string;
  readonly organizationId: OrganizationId;
}

export interface OrderFacts {
  readonly operationId: string;
  readonly eventId: string;
  readonly at: Date;
}

/** False when there is nothing to stop any more. Throws `conflict` when the state of the system does not allow it. */
export async function stopServers(
  session: Session,
  order: Order & { readonly protectedServers: readonly string[] },
  id: VsysId,
  facts: OrderFacts,
): Promise<boolean> {
  const vsys = await lockVsys(session, scopeOf(order), id);
  const spec = withServersStopped(vsys.spec, order.protectedServers);
  if (spec === undefined) return false;
  assertAllowed('vsys', id, 'stop', vsys.phase);
  await write(
    session,
    order,
    vsys,
    { spec, phase: vsys.observedGeneration === 0 ? 'provisioning' : 'changing' },
    facts,
  );
  return true;
}

/** False when it is being deleted already. */
export async function deleteSystem(
  session: Session,
  order: Order,
  id: VsysId,
  facts: OrderFacts,
): Promise<boolean> {
  const vsys = await lockVsys(session, scopeOf(order), id);
  if (vsys.spec.presence === 'absent') return false;
  await write(session, order, vsys, { spec: absent(vsys.spec), phase: 'deleting' }, facts);
  return true;
}

const scopeOf = ({ actor, organizationId }: Order): Scope =>
  Scope.of({ actor, organizationId, roles: [], vdcIds: null });

async function write(
  session: Session,
  { actor, kind, organizationId }: Order,
  vsys: LockedSystem,
  { spec, phase }: { readonly spec: VsysSpec; readonly phase: VsysPhase },
  facts: OrderFacts,
): Promise<void> {
  const operation = {
    id: operationId(facts.operationId),
    organizationId,
    vsysId: vsys.id,
    kind,
    // A roll-back would start again what may cost nothing more.
    onFailure: 'keep',
    generation: spec.generation,
    requestId: null,
    requestedBy: actor,
    stepsTotal: 0,
    createdAt: facts.at,
  } as const;
  const { design, descriptor, descriptorVersionId, parameters, numbers } = vsys;
  const source = { design, descriptor, descriptorVersionId, parameters, numbers };
  await insertGeneration(session, vsys, { ...source, spec, phase, operationId: operation.id, at: facts.at });
  await insertOperation(session, operation, { id: facts.eventId, vsysName: spec.name });
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
