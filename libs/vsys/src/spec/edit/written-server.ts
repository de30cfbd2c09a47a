/** Where a descriptor says what one server is: the role itself, or what a role with a count says of that one. */
import { DomainError } from '../../errors.js';
import { pointerOf } from '../pointer.js';
import { numberIn } from '../role-servers.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

export type WrittenRole = Descriptor['vservers'][string];
export type SingleServer = NonNullable<WrittenRole['servers']>[string];

export interface WrittenServer {
  readonly name: string;
  readonly role: string;
  /** What is true for it, as written. */
  readonly effective: WrittenRole;
  /** `role`: it is the only one of its role. */
  readonly seat: 'role' | 'single';
  readonly pointer: string;
}

/** Of a server that is there. Throws `not-found`. */
export function writtenServer({ vservers }: Descriptor, name: string): WrittenServer {
  const own = Object.hasOwn(vservers, name) ? vservers[name] : undefined;
  if (own !== undefined && own.count === undefined) {
    return { name, role: name, effective: own, seat: 'role', pointer: pointerOf('vservers', name) };
  }
  const found = Object.entries(vservers).find(
    ([role, { count }]) => count !== undefined && numberIn(role, name) !== undefined,
  );
  if (found === undefined) throw new DomainError('not-found', `The system has no server “${name}”.`);
  const [role, written] = found;
  const { removed: _removed, ...single } = written.servers?.[name] ?? {};
  return {
    name,
    role,
    effective: { ...written, ...single },
    seat: 'single',
    pointer: pointerOf('vservers', role, 'servers', name),
  };
}

/** With other fields of one server; `undefined` takes one away, and then it is as in the role. */
export function withServerFields(
  descriptor: Descriptor,
  { name, role, seat }: WrittenServer,
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { vservers } = descriptor;
  const written = vservers[role];
  const next =
    seat === 'role'
      ? merged(written, fields)
      : { ...written, servers: { ...written?.servers, [name]: merged(written?.servers?.[name], fields) } };
  return { ...descriptor, vservers: { ...vservers, [role]: next } };
}

function merged(written: object | undefined, fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries({ ...written, ...fields }).filter(([, value]) => value !== undefined),
  );
}
