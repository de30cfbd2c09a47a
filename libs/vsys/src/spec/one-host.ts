/**
 * Which servers must run on one host: those that a private network joins, directly or by way of others. A bridge that no
 * physical interface carries ends at its host (XenAPI refuses to attach it on a second one).
 */
import type { VServerId } from '../ids.js';
import { wantedMembers } from './allocate/match-parts.js';
import type { VsysDesign } from './bind/vsys-design.js';

interface JoinedNet<Net> {
  readonly id: Net;
  readonly kind?: string;
}

interface JoinedServer<Net> {
  readonly id: VServerId;
  readonly role: string;
  readonly nics: readonly { readonly net: Net }[];
}

/** Groups of two or more things that private networks join. Linear in the number of memberships. */
export function groupsOnOneHost<Thing, Net>(
  things: readonly Thing[],
  privateNetsOf: (thing: Thing) => readonly Net[],
): Thing[][] {
  const byNet = new Map<Net, Thing[]>();
  for (const thing of things)
    for (const net of privateNetsOf(thing)) byNet.set(net, [...(byNet.get(net) ?? []), thing]);
  const seen = new Set<Thing>();
  const collect = (start: Thing): Thing[] => {
    const group: Thing[] = [];
    const open = [start];
    for (let thing = open.pop(); thing !== undefined; thing = open.pop()) {
      if (seen.has(thing)) continue;
      seen.add(thing);
      group.push(thing);
      open.push(...privateNetsOf(thing).flatMap((net) => byNet.get(net) ?? []));
    }
    return group;
  };
  return things.map(collect).filter((group) => group.length > 1);
}

/** Number of the group of each server and appliance of a design that must share a host. */
export function groupsByMember(design: VsysDesign): ReadonlyMap<string, number> {
  const isPrivate = new Set(design.nets.filter(({ kind }) => kind === 'private').map(({ name }) => name));
  const groups = groupsOnOneHost(wantedMembers(design), ({ nics }) =>
    nics.map(({ vnet }) => vnet).filter((vnet) => isPrivate.has(vnet)),
  );
  return new Map(groups.flatMap((group, index) => group.map(({ name }) => [name, index] as const)));
}

/** For each server that must share a host: the roles of its group, its own among them when others have it too. */
export function rolesTogether<Net>(spec: {
  readonly nets: readonly JoinedNet<Net>[];
  readonly servers: readonly JoinedServer<Net | string>[];
}): ReadonlyMap<VServerId, readonly string[]> {
  const isPrivate = new Set<Net | string>(
    spec.nets.filter(({ kind }) => kind === 'private').map(({ id }) => id),
  );
  if (isPrivate.size === 0) return new Map();
  const groups = groupsOnOneHost(spec.servers, ({ nics }) =>
    nics.map(({ net }) => net).filter((net) => isPrivate.has(net)),
  );
  return new Map(
    groups.flatMap((group) =>
      group.map(({ id }) => {
        const others = group.filter((other) => other.id !== id);
        return [id, [...new Set(others.map(({ role }) => role))].toSorted()] as const;
      }),
    ),
  );
}
