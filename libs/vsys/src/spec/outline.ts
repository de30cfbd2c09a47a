/**
 * Who is in a VSYS: the servers that a descriptor expands to, EFM appliances first (the firewall before all),
 * each with its NICs. Works on descriptors with open references too: what is open is `undefined`.
 */
import { pointerOf } from './pointer.js';
import { isOpen } from './references.js';
import type { Descriptor } from './schema/descriptor.schema.js';
import type { ServerKind } from './vsys-spec.js';

export interface OutlineNic {
  readonly vnet: string | undefined;
  readonly address: string | undefined;
  readonly pointer: string;
}

export interface Member {
  readonly name: string;
  readonly role: string;
  readonly kind: ServerKind;
  /** Of the role or EFM in the descriptor. */
  readonly pointer: string;
  readonly nics: readonly OutlineNic[];
}

export interface Outline {
  readonly members: readonly Member[];
  /** Roles whose count is not known yet; they stand in `members` with one server. */
  readonly openRoles: ReadonlySet<string>;
}

export const closed = (text: string | undefined): string | undefined =>
  text === undefined || isOpen(text) ? undefined : text;

type Nics = readonly { readonly vnet: string; readonly address?: string }[];
const outlineNics = (nics: Nics, ...path: string[]): OutlineNic[] =>
  nics.map((nic, index) => ({
    vnet: closed(nic.vnet),
    address: closed(nic.address),
    pointer: pointerOf(...path, 'nics', index),
  }));

function efmMembers(descriptor: Descriptor): Member[] {
  const nets = Object.keys(descriptor.vnets);
  const members = Object.entries(descriptor.efms ?? {}).map(([name, efm]): Member => {
    const pointer = pointerOf('efms', name);
    if (efm.kind === 'load-balancer') {
      return { name, role: name, kind: efm.kind, pointer, nics: outlineNics(efm.nics, 'efms', name) };
    }
    const nics = (efm.vnets ?? nets).map((vnet, index) => ({
      vnet: closed(vnet),
      address: undefined,
      pointer: efm.vnets ? pointerOf('efms', name, 'vnets', index) : pointer,
    }));
    return { name, role: name, kind: efm.kind, pointer, nics };
  });
  return members.toSorted((a, b) => Number(b.kind === 'firewall') - Number(a.kind === 'firewall'));
}

/** Names of a role's servers; with an open count at least the first. */
export function serverNames(role: string, count: number | string | undefined): string[] {
  if (count === undefined) return [role];
  const known = typeof count === 'number' ? count : 1;
  return Array.from({ length: known }, (_, index) => `${role}-${index + 1}`);
}

export function outlineOf(descriptor: Descriptor): Outline {
  const openRoles = new Set<string>();
  const servers = Object.entries(descriptor.vservers).flatMap(([role, server]) => {
    if (typeof server.count === 'string') openRoles.add(role);
    const nics = outlineNics(server.nics, 'vservers', role);
    const pointer = pointerOf('vservers', role);
    return serverNames(role, server.count).map((name): Member => ({
      name,
      role,
      kind: 'server',
      pointer,
      nics,
    }));
  });
  return { members: [...efmMembers(descriptor), ...servers], openRoles };
}

/** The servers that a name in the descriptor stands for: a server, an EFM, or all of a role. */
export const membersNamed = (outline: Outline, name: string): readonly Member[] =>
  outline.members.filter((member) => member.name === name || member.role === name);

/** Could the name be a server of a role whose count is not known yet. */
export function mayExist(outline: Outline, name: string): boolean {
  const role = /^(.*)-[1-9][0-9]*$/.exec(name)?.[1];
  return role !== undefined && outline.openRoles.has(role);
}
