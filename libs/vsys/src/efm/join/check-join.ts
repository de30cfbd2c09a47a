/** Can two VNets of different systems be joined by their firewalls? What cannot be mended later is refused before anybody agrees. */
import { firewallSeatOf } from '../firewall/connection-seat.js';
import { DomainError } from '../../errors.js';
import type { VNetId } from '../../ids.js';
import { ipv4Range, overlaps } from '../../spec/ipv4.js';
import type { VNetSpec, VsysSpec } from '../../spec/vsys-spec.js';

export interface JoinSide {
  readonly spec: Pick<VsysSpec, 'vsysId' | 'nets' | 'servers'>;
  readonly vnet: VNetId;
  /** Of the VNet in what the caller sent. */
  readonly pointer: string;
  /** Ranges that its connections lead to already. */
  readonly remotes: readonly string[];
}

/** Throws `not-found` when the system has no such VNet any more. */
export function joinedNet({ spec, vnet, pointer }: JoinSide): VNetSpec {
  const found = spec.nets.find(({ id }) => id === vnet);
  if (found !== undefined) return found;
  throw new DomainError('not-found', `${spec.vsysId} has no VNet ${vnet}.`, { pointer });
}

/** Throws `conflict` when nothing could carry a connection of the VNet. */
export function requireSeat(side: JoinSide): void {
  const { name } = joinedNet(side);
  if (firewallSeatOf(side.spec, side.vnet) !== undefined) return;
  throw new DomainError('conflict', `No firewall is the gateway of VNet “${name}” of ${side.spec.vsysId}.`, {
    pointer: side.pointer,
    retry: 'after-change',
    remedy: 'Add a firewall to the system, or the VNet to the firewall’s vnets.',
  });
}

/**
 * Throws `conflict` for VNets of one system, a side without a firewall, firewalls that cannot call each other, and ranges that
 * overlap with another network of the other side.
 */
export function checkJoin(from: JoinSide, to: JoinSide, neighbour: 'same-zone' | 'elsewhere'): void {
  if (from.spec.vsysId === to.spec.vsysId) {
    throw new DomainError('conflict', 'Both VNets are of one system: its own firewall joins them.', {
      pointer: to.pointer,
      retry: 'never',
      remedy: 'Write rules from the one zone to the other.',
    });
  }
  for (const side of [from, to]) {
    requireSeat(side);
    requireAddress(side, neighbour);
  }
  requireApart(from, to);
  requireApart(to, from);
}

function requireAddress(side: JoinSide, neighbour: 'same-zone' | 'elsewhere'): void {
  const seat = firewallSeatOf(side.spec, side.vnet);
  if (seat === undefined || seat.addressFor(neighbour) !== undefined) return;
  const why = neighbour === 'elsewhere' ? 'the other system is in another zone' : 'it is a pair';
  throw new DomainError(
    'conflict',
    `The firewall “${seat.name}” of ${side.spec.vsysId} has no address at which the other one could call it: ${why}.`,
    {
      pointer: side.pointer,
      retry: 'after-change',
      remedy: 'Let the firewall use a public IP, e.g. for source NAT.',
    },
  );
}

/** The range of one side must be nowhere else for the other side. */
function requireApart(side: JoinSide, other: JoinSide): void {
  const range = ipv4Range(joinedNet(side).cidr);
  const own = other.spec.nets.map(({ name, cidr }) => ({ what: `VNet “${name}”`, cidr }));
  const joined = other.remotes.map((cidr) => ({ what: 'another connection', cidr }));
  const hit = [...own, ...joined].find(({ cidr }) => overlaps(range, ipv4Range(cidr)));
  if (hit === undefined) return;
  throw new DomainError(
    'conflict',
    `${range.cidr} of ${side.spec.vsysId} overlaps with ${hit.cidr} of ${other.spec.vsysId} (${hit.what}).`,
    {
      pointer: side.pointer,
      retry: 'after-change',
      remedy: 'Connect VNets whose ranges have no address in common; `cidr: auto` chooses such.',
      details: { range: range.cidr, overlapsWith: hit.cidr },
    },
  );
}
