/** A design whose servers will have the inner addresses that those of a system have: for clones. */
import { seatOf } from '../../efm/registry.js';
import { matchNics } from '../allocate/match-parts.js';
import type { DesignNic, VsysDesign } from '../bind/vsys-design.js';
import type { VsysSpec } from '../vsys-spec.js';

/**
 * Servers and EFMs are told apart by name, NICs by their VNet. A gateway has the first address of each VNet anyway; the two of
 * a pair get addresses of their own beside the one that they share.
 */
export function withAddressesOf(design: VsysDesign, spec: VsysSpec): VsysDesign {
  const pinned = <Member extends { readonly name: string; readonly nics: readonly DesignNic[] }>(
    member: Member,
  ): Member => {
    const present = spec.servers.find(({ name }) => name === member.name);
    const found = matchNics(member.nics, present, spec);
    const nics = member.nics.map((nic, index) => ({ ...nic, address: found[index]?.ipv4 ?? nic.address }));
    return { ...member, nics };
  };
  const cidrOf = new Map(spec.nets.map(({ name, cidr }) => [name, cidr]));
  return {
    ...design,
    // A range that was chosen for the source is written down in the copy.
    nets: design.nets.map((net) => ({ ...net, cidr: cidrOf.get(net.name) ?? net.cidr })),
    servers: design.servers.map(pinned),
    efms: design.efms.map((efm) =>
      seatOf(efm.kind) === 'gateway' || efm.redundant === true ? efm : pinned(efm),
    ),
  };
}
