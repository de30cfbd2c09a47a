/** An agreed connection put into the firewall of one's own system, and taken out again: changes of the system like any other. */
import type { ConnectionEnd, ConnectionRecord } from '@openvsys/persistence';
import {
  DomainError,
  firewallSeatOf,
  withConnectionZone,
  withoutConnectionZone,
  type Scope,
  type VsysId,
} from '@openvsys/vsys';
import type { PartEdit } from '../parts/edit-parts.js';

/** The end that the caller means: the only one of the caller's, or that of the system named. */
export function ownEnd(
  { id, ends }: ConnectionRecord,
  scope: Scope,
  vsysId: VsysId | undefined,
): ConnectionEnd {
  const own = ends.filter((end) => scope.coversVdc(end.organizationId, end.vdcId));
  const named = vsysId === undefined ? own : own.filter((end) => end.vsysId === vsysId);
  const [end] = named;
  if (end === undefined)
    throw new DomainError('not-found', `The connection ${id} has no end in ${vsysId ?? 'your systems'}.`, {
      pointer: '/vsysId',
    });
  if (named.length === 1) return end;
  throw new DomainError('invalid-request', 'Both ends are yours.', {
    pointer: '/vsysId',
    remedy: `Name the system: ${named.map((each) => each.vsysId).join(' or ')}.`,
  });
}

/** Throws `conflict` for one that is not agreed. */
export function attachedConnection(
  { id, acceptedAt, releasedAt }: ConnectionRecord,
  end: ConnectionEnd,
): PartEdit {
  if (acceptedAt === null || releasedAt !== null)
    throw new DomainError(
      'conflict',
      `The connection ${id} is ${releasedAt ? 'deleted' : 'not accepted yet'}.`,
      {
        retry: releasedAt ? 'never' : 'after-change',
        remedy: releasedAt ? 'Propose another one.' : 'Give the other owner its id and its key.',
      },
    );
  return {
    vsysId: end.vsysId,
    about: { kind: 'connection.attach', resource: id },
    draft: (present) => {
      const seat = firewallSeatOf(present.spec, end.vnetId);
      if (seat !== undefined) return withConnectionZone(present, seat.name, end.zone);
      throw new DomainError('conflict', `No firewall is the gateway of ${end.vnetId}.`, {
        retry: 'after-change',
        remedy: 'Add a firewall to the system, or the VNet to the firewall’s vnets.',
      });
    },
  };
}

/** `kept`: rules that name the zone keep it, with nobody behind it · `refused`: then it stays attached. */
export const detachedConnection = (
  id: string,
  { vsysId, zone }: Pick<ConnectionEnd, 'vsysId' | 'zone'>,
  used: 'kept' | 'refused',
): PartEdit => ({
  vsysId,
  about: { kind: 'connection.detach', resource: id },
  draft: (present) => withoutConnectionZone(present, zone, used),
});
