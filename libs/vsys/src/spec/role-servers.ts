/**
 * The single servers of a role: as the role says, or as the role says for the one of that name. Everything that looks at
 * servers of a descriptor looks here.
 */
import { serverNames } from './outline.js';
import { pointerOf } from './pointer.js';

interface RoleLike<Role> {
  readonly count?: number | string;
  readonly servers?: Readonly<Record<string, Partial<Role> & { readonly removed?: true }>>;
}

export interface RoleServer<Role> {
  readonly name: string;
  /** What is true for it. */
  readonly server: Role;
  /** Where the descriptor says so. */
  readonly at: (field: keyof Role & string, ...rest: (string | number)[]) => string;
}

/** In the order of their names' numbers; of a role whose count is open the first one. */
export function serversOf<Role extends RoleLike<Role>>(roleName: string, role: Role): RoleServer<Role>[] {
  return serverNames(roleName, role.count).flatMap((name) => {
    const own = role.count === undefined ? undefined : role.servers?.[name];
    if (own?.removed === true) return [];
    const place = pointerOf('vservers', roleName);
    return [
      {
        name,
        server: own === undefined ? role : { ...role, ...own },
        at: (field, ...rest) =>
          (own !== undefined && Object.hasOwn(own, field) ? place + pointerOf('servers', name) : place) +
          pointerOf(field, ...rest),
      },
    ];
  });
}

/** The number in the name of a server of the role; undefined when it cannot be one of it. */
export function numberIn(roleName: string, server: string): number | undefined {
  const digits = /^[1-9][0-9]*$/.exec(server.slice(roleName.length + 1))?.[0];
  return server.startsWith(`${roleName}-`) && digits !== undefined ? Number(digits) : undefined;
}
