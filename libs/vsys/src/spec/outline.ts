/**
 * Who is in a VSYS: the servers that a descriptor expands to, EFM appliances first (the firewall before all),
 * each with its NICs. Works on descriptors with open references too: what is open is `undefined`.
 */
import { isOpen } from './references.js';
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
  /** Its own addresses are the first of their VNets. */
  readonly isGateway: boolean;
  /** Addresses that a pair shares beside those of its NICs; listed at the first appliance. */
  readonly virtualNics: readonly OutlineNic[];
}

export interface Outline {
  readonly members: readonly Member[];
  /** Roles whose count is not known yet; they stand in `members` with one server. */
  readonly openRoles: ReadonlySet<string>;
}

export const closed = (text: string | undefined): string | undefined =>
  text === undefined || isOpen(text) ? undefined : text;

/** Names of a role's servers; with an open count at least the first. */
export function serverNames(role: string, count: number | string | undefined): string[] {
  if (count === undefined) return [role];
  const known = typeof count === 'number' ? count : 1;
  return Array.from({ length: known }, (_, index) => `${role}-${index + 1}`);
}

/** The servers that a name in the descriptor stands for: a server, an EFM, or all of a role. */
export const membersNamed = (outline: Outline, name: string): readonly Member[] =>
  outline.members.filter((member) => member.name === name || member.role === name);

/** Could the name be a server of a role whose count is not known yet. */
export function mayExist(outline: Outline, name: string): boolean {
  const role = /^(.*)-[1-9][0-9]*$/.exec(name)?.[1];
  return role !== undefined && outline.openRoles.has(role);
}
