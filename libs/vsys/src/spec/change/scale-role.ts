/**
 * How many servers of a role there are to be, as a change of the descriptor or of one of its parameters: whichever says
 * it now. Servers that were removed one by one stay removed; those with the highest numbers go, and new ones come after them.
 *
 *   count: ${webCount}   the parameter changes, the descriptor stays
 *   count: 2             the descriptor's number changes, so the system gets a descriptor of its own
 *   no count             refused: the servers would be named anew, and the one that is there would be destroyed
 */
import { DomainError } from '../../errors.js';
import { didYouMean } from '../did-you-mean.js';
import { pointerOf } from '../pointer.js';
import { findWholeReference } from '../references.js';
import { numberIn } from '../role-servers.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

export type RoleScaling =
  /** `count`: what the parameter becomes. */
  | { readonly by: 'parameter'; readonly parameter: string; readonly count: number }
  | { readonly by: 'descriptor'; readonly descriptor: Descriptor };

/** Throws `not-found` for a role that the descriptor does not have, `conflict` for one whose count cannot be changed. */
export function scaleRole(descriptor: Descriptor, role: string, wanted: number): RoleScaling {
  const { vservers } = descriptor;
  const found = Object.hasOwn(vservers, role) ? vservers[role] : undefined;
  if (found === undefined) throw unknownRole(role, Object.keys(vservers));
  const count = lastNumber(role, found, wanted);
  if (typeof found.count === 'number') {
    const scaled = { ...found, count };
    return { by: 'descriptor', descriptor: { ...descriptor, vservers: { ...vservers, [role]: scaled } } };
  }
  const parameter = found.count === undefined ? undefined : findWholeReference(found.count);
  if (parameter !== undefined) return { by: 'parameter', parameter, count };
  throw new DomainError('conflict', `The role “${role}” has no count that can be changed.`, {
    pointer: pointerOf('vservers', role, 'count'),
    retry: 'after-change',
    remedy:
      'Change the system to a descriptor in which the role has a count; its server is then made anew as the first of them.',
  });
}

/** The number of the last server when so many that are not removed shall be there. */
function lastNumber(role: string, { servers = {} }: Descriptor['vservers'][string], wanted: number): number {
  const removed = new Set(
    Object.entries(servers).flatMap(([name, own]) => (own.removed === true ? [numberIn(role, name)] : [])),
  );
  let last = 0;
  for (let there = 0; there < wanted; there += removed.has(last) ? 0 : 1) last += 1;
  return last;
}

function unknownRole(role: string, roles: readonly string[]): DomainError {
  return new DomainError('not-found', `The system has no role “${role}”.`, {
    remedy: didYouMean(role, roles),
    details: { roles: [...roles] },
  });
}
