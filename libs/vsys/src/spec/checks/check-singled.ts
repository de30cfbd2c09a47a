/** What a role says of single servers: only of its own, and only when it has a count. */
import type { Violation } from '../../errors.js';
import { pointerOf } from '../pointer.js';
import { numberIn } from '../role-servers.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

/** A server that is not there at the moment is no mistake: the count may grow again. */
export function checkSingled(descriptor: Descriptor): Violation[] {
  return Object.entries(descriptor.vservers).flatMap(([role, { count, servers = {} }]) =>
    Object.keys(servers).flatMap((name): Violation[] => {
      const pointer = pointerOf('vservers', role, 'servers', name);
      if (count === undefined) {
        const message = `“${role}” has no count, so it has no server “${name}”.`;
        return [{ pointer, message, remedy: 'Write it into the role itself, or give the role a count.' }];
      }
      if (numberIn(role, name) !== undefined) return [];
      const message = `“${name}” is not the name of a server of the role “${role}”.`;
      return [{ pointer, message, remedy: `They are named ${role}-1, ${role}-2 …` }];
    }),
  );
}
