/** Which parts of the previous spec live on: those with the same name (and, for servers, the same kind). */
import type { DesignNic, VsysDesign } from '../bind/vsys-design.js';
import { pointerOf } from '../pointer.js';
import type {
  NetRef,
  NicSpec,
  ServerKind,
  VDiskSpec,
  VNetSpec,
  VServerSpec,
  VsysSpec,
  PublicIpSpec,
} from '../vsys-spec.js';
import type { Needs } from './allocation.js';

export interface Survivors {
  readonly nets: ReadonlyMap<string, VNetSpec>;
  readonly servers: ReadonlyMap<string, VServerSpec>;
  readonly disks: ReadonlyMap<string, VDiskSpec>;
  readonly publicIps: ReadonlyMap<string, PublicIpSpec>;
}

/** A server to be, whatever its kind. */
export interface WantedMember {
  readonly name: string;
  readonly kind: ServerKind;
  /** Of the role or EFM in the descriptor. */
  readonly pointer: string;
  readonly nics: readonly DesignNic[];
}

/** In the order of numbering: the firewall, other EFMs, servers. */
export const wantedMembers = (design: VsysDesign): WantedMember[] => [
  ...design.efms.map(({ name, kind, nics }) => ({ name, kind, nics, pointer: pointerOf('efms', name) })),
  ...design.servers.map(({ name, role, nics }) => ({
    name,
    kind: 'server' as const,
    nics,
    pointer: pointerOf('vservers', role),
  })),
];

function byName<T extends { readonly name: string }>(
  parts: readonly T[],
  wanted: ReadonlySet<string>,
): Map<string, T> {
  return new Map(parts.filter(({ name }) => wanted.has(name)).map((part) => [part.name, part]));
}

const namesOf = (parts: readonly { readonly name: string }[]): Set<string> =>
  new Set(parts.map(({ name }) => name));

export function matchParts(design: VsysDesign, previous: VsysSpec | undefined): Survivors {
  const kinds = new Map(wantedMembers(design).map(({ name, kind }) => [name, kind]));
  const servers = (previous?.servers ?? []).filter(({ name, kind }) => kinds.get(name) === kind);
  return {
    nets: byName(previous?.nets ?? [], namesOf(design.nets)),
    servers: new Map(servers.map((server) => [server.name, server])),
    disks: byName(previous?.disks ?? [], namesOf(design.disks)),
    publicIps: byName(previous?.publicIps ?? [], namesOf(design.publicIps)),
  };
}

/** For each wanted NIC the one of the server that lives on as it: same VNet, the same fixed address preferred. */
export function matchNics(
  wanted: readonly DesignNic[],
  server: VServerSpec | undefined,
  previous: VsysSpec | undefined,
): (NicSpec | undefined)[] {
  const netNames = new Map<NetRef, string>((previous?.nets ?? []).map(({ id, name }) => [id, name]));
  const free = new Set(server?.nics ?? []);
  const matched = new Map<DesignNic, NicSpec>();
  const take = (nic: DesignNic, fits: (candidate: NicSpec) => boolean): void => {
    if (matched.has(nic)) return;
    const found = [...free].find((candidate) => netNames.get(candidate.net) === nic.vnet && fits(candidate));
    if (!found) return;
    free.delete(found);
    matched.set(nic, found);
  };
  for (const nic of wanted) take(nic, ({ ipv4 }) => ipv4 === nic.address);
  for (const nic of wanted) take(nic, () => true);
  return wanted.map((nic) => matched.get(nic));
}

/** What has to be reserved before `allocate`. */
export function needs(design: VsysDesign, previous?: VsysSpec): Needs {
  const survivors = matchParts(design, previous);
  const newNics = wantedMembers(design).flatMap(({ name, nics }) =>
    matchNics(nics, survivors.servers.get(name), previous).filter((nic) => nic === undefined),
  );
  return {
    vlans: design.nets.length - survivors.nets.size,
    macs: newNics.length,
    publicAddresses: design.publicIps.length - survivors.publicIps.size,
    disks: design.disks.length - survivors.disks.size,
  };
}
