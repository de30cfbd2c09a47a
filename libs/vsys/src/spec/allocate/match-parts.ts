/** Which parts of the previous spec live on: those with the same name (and, for servers, the same kind). */
import { applianceNames } from '../../efm/design-efm.js';
import { autoPrefixOf } from '../address-space.js';
import { seatOf } from '../../efm/registry.js';
import type { DesignEfm, DesignNet, DesignNic, VsysDesign } from '../bind/vsys-design.js';
import { pointerOf } from '../pointer.js';
import {
  EXTERNAL_NET,
  type NetRef,
  type NicSpec,
  type ServerKind,
  type VDiskSpec,
  type VNetSpec,
  type VServerSpec,
  type VsysSpec,
  type PublicIpSpec,
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
  /** The descriptor's key. */
  readonly role: string;
  readonly kind: ServerKind;
  /** Its address, or the one that it shares, is the first of each VNet. */
  readonly isGateway: boolean;
  /** Which of a pair; `null`: alone. */
  readonly pair: 1 | 2 | null;
  /** Of the role or EFM in the descriptor. */
  readonly pointer: string;
  readonly nics: readonly DesignNic[];
}

/** In the order of numbering: the firewall, other EFMs, servers. */
export const wantedMembers = (design: VsysDesign): WantedMember[] => [
  ...design.efms.flatMap(wantedAppliances),
  ...design.servers.map(({ name, role, nics }) => ({
    name,
    role,
    kind: 'server' as const,
    isGateway: false,
    pair: null,
    nics,
    pointer: pointerOf('vservers', role),
  })),
];

function wantedAppliances({ name, kind, nics, redundant }: DesignEfm): WantedMember[] {
  const isPair = redundant === true;
  return applianceNames(name, isPair).map((appliance, index) => ({
    name: appliance,
    role: name,
    kind,
    isGateway: seatOf(kind) === 'gateway',
    pair: isPair ? (index === 0 ? 1 : 2) : null,
    // A fixed address is the one that a pair shares.
    nics: isPair ? nics.map((nic) => ({ ...nic, address: null })) : nics,
    pointer: pointerOf('efms', name),
  }));
}

/** Appliances have a NIC to the outside beside those of the design. */
export const hasUplink = ({ kind }: WantedMember): boolean => kind !== 'server';
export const findUplink = (server: VServerSpec | undefined): NicSpec | undefined =>
  server?.nics.find(({ net }) => net === EXTERNAL_NET);

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
    // With another address it is another part.
    publicIps: new Map(
      (previous?.publicIps ?? [])
        .filter((ip) =>
          design.publicIps.some(({ name, allocation }) => name === ip.name && allocation === ip.allocation),
        )
        .map((ip) => [ip.name, ip]),
    ),
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

/** The chosen range that a VNet keeps; undefined when it needs a new one or its range is written. */
export function keptRange({ cidr }: DesignNet, survivor: VNetSpec | undefined): string | undefined {
  const prefix = autoPrefixOf(cidr);
  const isKept = prefix !== undefined && survivor?.cidr.endsWith(`/${prefix}`) === true;
  return isKept ? survivor.cidr : undefined;
}

/** What has to be reserved before `allocate`. */
export function needs(design: VsysDesign, previous?: VsysSpec): Needs {
  const survivors = matchParts(design, previous);
  const newNics = wantedMembers(design).flatMap(({ name, nics }) =>
    matchNics(nics, survivors.servers.get(name), previous).filter((nic) => nic === undefined),
  );
  const newUplinks = wantedMembers(design).filter(
    (member) => hasUplink(member) && !findUplink(survivors.servers.get(member.name)),
  );
  const newIps = design.publicIps.filter(({ name }) => !survivors.publicIps.has(name));
  return {
    vlans: design.nets.filter(({ name, kind }) => kind === undefined && !survivors.nets.has(name)).length,
    tunnels: design.nets.filter(({ name, kind }) => kind === 'tunnel' && !survivors.nets.has(name)).length,
    autoRanges: design.nets.flatMap((net) => {
      const prefix = autoPrefixOf(net.cidr);
      return prefix === undefined || keptRange(net, survivors.nets.get(net.name)) !== undefined
        ? []
        : [prefix];
    }),
    macs: newNics.length + newUplinks.length,
    applianceAddresses: newUplinks.length,
    publicAddresses: newIps.filter(({ allocation }) => allocation === undefined).length,
    allocations: newIps.flatMap(({ name, allocation }) =>
      allocation === undefined ? [] : [{ name, allocation }],
    ),
    disks: design.disks.length - survivors.disks.size,
  };
}
