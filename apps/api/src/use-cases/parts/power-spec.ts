/** What a verb of power makes of the present spec. */
import { listVServers, type Session } from '@openvsys/persistence';
import {
  assertAllowed,
  DomainError,
  withPower,
  withPowerCut,
  withRestart,
  type Scope,
  type VServerId,
  type VsysId,
  type VsysPhase,
  type VsysSpec,
} from '@openvsys/vsys';

/** `cut`: stopped without asking the guest. */
export type PowerVerb = 'start' | 'stop' | 'cut' | 'restart';

export interface ChangePowerCommand {
  readonly server: VServerId;
  readonly verb: PowerVerb;
}

interface Present {
  readonly id: VsysId;
  readonly phase: VsysPhase;
  readonly spec: VsysSpec;
}

const VSYS_VERB = { start: 'start', stop: 'stop', cut: 'stop', restart: 'change' } as const;

/** Throws `not-found`, and `conflict` when its state or that of its VSYS does not allow it or it is wanted so already. */
export async function specAfterPower(
  session: Session,
  scope: Scope,
  vsys: Present,
  { server: id, verb }: ChangePowerCommand,
): Promise<VsysSpec> {
  const { items } = await listVServers(session, scope, { id }, { limit: 1 });
  const server = vsys.spec.servers.find((each) => each.id === id);
  const state = items[0]?.state;
  if (server === undefined || state === undefined) throw noServer(id);
  assertAllowed('vsys', vsys.id, VSYS_VERB[verb], vsys.phase);
  assertAllowed('vserver', id, verb, state);
  if (verb === 'restart') return withRestart(vsys.spec, id);
  if (verb === 'cut' && server.stopMode !== 'hard') return withPowerCut(vsys.spec, id);
  const power = verb === 'start' ? 'running' : 'stopped';
  if (server.power !== power) return withPower(vsys.spec, id, power);
  throw new DomainError('conflict', `“${server.name}” is wanted ${power} already.`, {
    retry: 'never',
    remedy: 'There is nothing to do.',
    details: { power, allowed: power === 'running' ? ['stop', 'restart'] : ['start'] },
  });
}

/** A server of somebody else, one that never was and one that is gone answer alike. */
export function noServer(id: VServerId): DomainError {
  return new DomainError('not-found', `No server has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}
