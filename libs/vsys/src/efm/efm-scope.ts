/** What the checks of all kinds share: names of VNets, public IPs, servers, and who can be reached. */
import type { Violation } from '../errors.js';
import { didYouMean } from '../spec/did-you-mean.js';
import { closed, mayExist, membersNamed, type Outline } from '../spec/outline.js';
import { pointerOf } from '../spec/pointer.js';
import { isOpen } from '../spec/references.js';

export interface EfmScope {
  readonly outline: Outline;
  readonly efm: string;
  /** VNets that the EFM has a NIC in. */
  readonly nets: readonly string[];
  /** Names of roles, public IPs and all VNets of the descriptor. */
  readonly roles: readonly string[];
  readonly publicIps: readonly string[];
  readonly allNets: readonly string[];
}

/** Pointer into the configuration of the EFM. */
export const configPointer = ({ efm }: EfmScope, ...rest: (string | number)[]): string =>
  pointerOf('efms', efm, 'config', ...rest);

export function unknownName(
  pointer: string,
  what: string,
  name: string | undefined,
  known: readonly string[],
): Violation[] {
  if (name === undefined || known.includes(name)) return [];
  return [{ pointer, message: `There is no ${what} “${name}”.`, remedy: didYouMean(name, known) }];
}

export const unknownPublicIp = ({ publicIps }: EfmScope, pointer: string, name?: string): Violation[] =>
  unknownName(pointer, 'public IP', closed(name), publicIps);

export function unknownMember({ outline, roles }: EfmScope, pointer: string, name: string): Violation[] {
  if (isOpen(name) || membersNamed(outline, name).length > 0 || mayExist(outline, name)) return [];
  // A role may have no server at the moment.
  if (roles.includes(name)) return [];
  const names = outline.members.flatMap((member) => [member.name, member.role]);
  return unknownName(pointer, 'server or role', name, [...new Set(names)]);
}

/** An EFM talks to a server through a VNet that both have. */
export function unreachableMember(
  { nets, efm }: EfmScope,
  pointer: string,
  server: string,
  nics: readonly { readonly vnet: string | undefined }[],
): Violation[] {
  if (nics.some(({ vnet }) => vnet === undefined || nets.includes(vnet))) return [];
  const message = `“${server}” has no NIC in a VNet of “${efm}” (${nets.join(', ')}).`;
  return [{ pointer, message, remedy: 'Give one of them a NIC in a VNet of the other.' }];
}

/** One server, or an EFM, that the EFM reaches: what an address is translated to. */
export function checkTarget(scope: EfmScope, pointer: string, server: string): Violation[] {
  const unknown = unknownMember(scope, pointer, server);
  if (unknown.length > 0 || isOpen(server)) return unknown;
  const found = membersNamed(scope.outline, server);
  const isPair = found.length > 1 && found.every(({ kind }) => kind !== 'server');
  if (found.length > 1 && !isPair) {
    const message = `“${server}” are ${found.length} servers.`;
    return [{ pointer, message, remedy: 'Name one server, or put a load balancer in front.' }];
  }
  return found.slice(0, 1).flatMap((member) => unreachableMember(scope, pointer, server, member.nics));
}

/** With a firewall, public addresses are the firewall's: it must be able to reach what listens. */
export function checkWayIn(
  { outline, nets }: EfmScope,
  entry: { readonly publicIp: string | undefined; readonly vnet: string | undefined; readonly what: string },
  pointer: string,
): Violation[] {
  const firewall = outline.members.find(({ kind }) => kind === 'firewall');
  const inside = entry.vnet === undefined ? nets[0] : closed(entry.vnet);
  if (!firewall || entry.publicIp === undefined || inside === undefined) return [];
  if (firewall.nics.some((nic) => nic.vnet === undefined || nic.vnet === inside)) return [];
  const message = `The firewall “${firewall.name}” has no NIC in VNet “${inside}”, so it cannot forward to this ${entry.what}.`;
  return [{ pointer, message, remedy: `Add “${inside}” to the firewall’s vnets.` }];
}
