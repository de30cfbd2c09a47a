/** Servers and EFM appliances of a spec: ids, NICs, addresses, sizes. Guest data is filled in when all addresses are known. */
import { DomainError } from '../../errors.js';
import { nicIdOf, vserverIdOf, type VServerId } from '../../ids.js';
import { applianceNames } from '../../efm/design-efm.js';
import type { DesignEfm, DesignServer, VsysDesign } from '../bind/vsys-design.js';
import { ANY_IPV4 } from '../any-address.js';
import { EXTERNAL_NET, type NicSpec, type VNetSpec, type VServerSpec } from '../vsys-spec.js';
import { templateOf, type AllocationContext } from './allocation.js';
import {
  findUplink,
  hasUplink,
  matchNics,
  wantedMembers,
  type Survivors,
  type WantedMember,
} from './match-parts.js';
import { nicAddresses, type NicAddresses } from './nic-addresses.js';
import { PartCounter } from './part-counter.js';
import { Supply } from './supply.js';
import { ipv6Of } from '../ipv6.js';

/** All of a server but what depends on the addresses of others. */
export type BareServer = Omit<VServerSpec, 'guestData' | 'efm'>;

interface Seat {
  readonly member: WantedMember;
  readonly id: VServerId;
  /** In VNets. */
  readonly nics: readonly SeatedNic[];
  readonly uplink: NicSpec | null;
}
type SeatedNic = Pick<NicSpec, 'id' | 'device' | 'mac'> & { readonly net: VNetSpec };

export interface AllocatedServers {
  readonly servers: readonly BareServer[];
  /** Last used server number. */
  readonly number: number;
}

export function allocateServers(
  design: VsysDesign,
  context: AllocationContext,
  nets: readonly VNetSpec[],
  survivors: Survivors,
): AllocatedServers {
  const numbers = new PartCounter(context.vsysId, 'server', context.numbers);
  const macs = new Supply(context.reserved.macs, 'MAC addresses');
  const netByName = new Map(nets.map((net) => [net.name, net]));
  const outside = new Supply(context.reserved.uplink?.applianceAddresses ?? [], 'appliance addresses');
  const seats = wantedMembers(design).map((member): Seat => {
    const survivor = survivors.servers.get(member.name);
    const id = survivor?.id ?? vserverIdOf(context.vsysId, numbers.take());
    const kept = matchNics(member.nics, survivor, context.previous?.spec);
    const nextDevice = deviceCounter((survivor?.nics ?? []).map(({ device }) => device));
    const nics = member.nics.map(({ vnet }, index): SeatedNic => {
      const net = netOf(vnet, netByName);
      const old = kept[index];
      if (old) return { id: old.id, device: old.device, mac: old.mac, net };
      const device = nextDevice();
      return { id: nicIdOf(id, device), device, mac: macs.take(), net };
    });
    const makeUplink = (): NicSpec => {
      const device = nextDevice();
      return { id: nicIdOf(id, device), device, net: EXTERNAL_NET, mac: macs.take(), ipv4: outside.take() };
    };
    const isWanted = hasUplink(member) && context.reserved.uplink !== undefined;
    return { member, id, nics, uplink: findUplink(survivor) ?? (isWanted ? makeUplink() : null) };
  });
  const addresses = nicAddresses(design, seats, context, survivors);
  const servers = seats.map(({ id, nics, member, uplink }, index) => {
    const inside = nics.map((nic, position) => nicSpec(nic, member, position, addresses[index]?.[position]));
    const placed = uplink === null ? inside : [...inside, uplink];
    return bareServer({ id, name: member.name, nics: placed }, design, context, survivors);
  });
  return { servers, number: numbers.last };
}

/** What the design says beside network and address, e.g. limits, goes with it. A gateway sends for all of the VNet. */
function nicSpec(
  nic: SeatedNic,
  { nics, isGateway, kind }: WantedMember,
  position: number,
  found: NicAddresses | undefined,
): NicSpec {
  const { vnet: _net, address: _fixed, ...limits } = nics[position] ?? { vnet: '', address: null };
  const mtu = limits.mtu ?? nic.net.mtu;
  const ipv4 = found?.own ?? '';
  const { range6 } = nic.net;
  const base = {
    ...nic,
    net: nic.net.id,
    ipv4,
    // Appliances pass on IPv4 only.
    ...(range6 === undefined || kind !== 'server' || ipv4 === '' ? {} : { ipv6: ipv6Of(range6, ipv4) }),
    ...limits,
    ...(mtu === undefined ? {} : { mtu }),
  };
  const virtual = found?.virtual ?? null;
  const also = [...(virtual === null ? [] : [virtual]), ...(isGateway ? [ANY_IPV4] : [])];
  return also.length === 0 ? base : { ...base, alsoIpv4: also };
}

/** `usedDevices` holds those of NICs that go away with this change too: they are not given again in it. */
function deviceCounter(usedDevices: readonly number[]): () => number {
  const used = new Set(usedDevices);
  return () => {
    let device = 0;
    while (used.has(device)) device += 1;
    used.add(device);
    return device;
  };
}

function netOf(name: string, nets: ReadonlyMap<string, VNetSpec>): VNetSpec {
  const net = nets.get(name);
  if (net) return net;
  throw new DomainError('internal', `The design names the VNet “${name}” that it does not have.`);
}

function bareServer(
  { id, name, nics }: Pick<BareServer, 'id' | 'name' | 'nics'>,
  design: VsysDesign,
  context: AllocationContext,
  survivors: Survivors,
): BareServer {
  const survivor = survivors.servers.get(name);
  const found = wantedOf(design, name, context);
  const { wanted, role, kind, type, image } = found;
  return {
    id,
    name,
    role,
    kind,
    ...sizeOf(type, context, survivor),
    image: survivor?.image ?? templateOf(image),
    ...licenceOf(survivor ?? image),
    systemDiskGiB: survivor?.systemDiskGiB ?? image.systemDiskGiB,
    ...systemDiskOf(found, context, survivor),
    ...powerOf(wanted, context, survivor),
    restarts: survivor?.restarts ?? 0,
    startOrder: wanted.startOrder,
    nics,
    ...(survivor?.revert === undefined ? {} : { revert: survivor.revert }),
    ...(survivor?.rescue === undefined ? {} : { rescue: survivor.rescue }),
    ...(survivor?.systemOrigin === undefined ? {} : { systemOrigin: survivor.systemOrigin }),
    ...(found.kind === 'server' ? { ...tuningOf(found.wanted), ...neighbourWishesOf(found.wanted) } : {}),
  };
}

/** Kept as the image is: what the provider says of it later is for servers that are made then. */
const licenceOf = ({ licence }: Pick<VServerSpec, 'licence'>): Pick<VServerSpec, 'licence'> =>
  licence === undefined ? {} : { licence };

/** Decided when the server is made; a disk does not move afterwards. */
function systemDiskOf(
  { wanted, image }: ReturnType<typeof wantedOf>,
  { reserved }: AllocationContext,
  survivor: VServerSpec | undefined,
): Pick<VServerSpec, 'systemSr' | 'systemDiskClass'> {
  const systemDiskClass = 'systemDiskClass' in wanted ? wanted.systemDiskClass : undefined;
  const place = reserved.systemPlaces?.find(
    (candidate) => candidate.image === templateOf(image) && candidate.diskClass === systemDiskClass,
  );
  const systemSr = survivor === undefined ? place?.sr : survivor.systemSr;
  return {
    ...(systemSr === undefined ? {} : { systemSr }),
    ...(systemDiskClass === undefined ? {} : { systemDiskClass }),
  };
}

function tuningOf({
  minMemoryMiB,
  headroom,
  tuning,
  startOrder,
}: DesignServer): Pick<VServerSpec, 'minMemoryMiB' | 'headroom' | 'tuning'> {
  // The pool starts them again without us, so it has to know the order.
  const comesBack = tuning?.afterHostFailure === 'restart' || tuning?.afterHostFailure === 'best-effort';
  return {
    ...(minMemoryMiB === undefined ? {} : { minMemoryMiB }),
    ...(headroom === undefined ? {} : { headroom }),
    ...(tuning === undefined ? {} : { tuning: comesBack ? { ...tuning, restartOrder: startOrder } : tuning }),
  };
}

/** What it wishes of its neighbours: where they are, and that they wait for it. */
const neighbourWishesOf = ({ affinity, ready }: DesignServer): Pick<VServerSpec, 'affinity' | 'ready'> => ({
  ...(affinity === undefined ? {} : { affinity }),
  ...(ready === undefined ? {} : { ready }),
});

type Sizes = Pick<VServerSpec, 'type' | 'vcpus' | 'memoryMiB'>;
/** A server keeps the size it was bought with while its type stays, whatever the catalogue says today. */
function sizeOf(name: string, { catalog }: AllocationContext, survivor: VServerSpec | undefined): Sizes {
  if (survivor?.type === name) return { type: name, vcpus: survivor.vcpus, memoryMiB: survivor.memoryMiB };
  const type = catalog.serverTypes.find((candidate) => candidate.name === name);
  if (!type) throw new DomainError('internal', `The server type “${name}” was not checked.`);
  return { type: name, vcpus: type.vcpus, memoryMiB: type.memoryMiB };
}

function wantedOf(design: VsysDesign, name: string, { catalog }: AllocationContext) {
  const efm = design.efms.find((candidate) =>
    applianceNames(candidate.name, candidate.redundant === true).includes(name),
  );
  if (efm) {
    const type = efm.type ?? catalog.efm.defaultType;
    return { wanted: efm, role: efm.name, kind: efm.kind, type, image: catalog.efm.image };
  }
  const server = design.servers.find((candidate) => candidate.name === name);
  const image = catalog.images.find((candidate) => candidate.name === server?.image);
  if (!server || !image) throw new DomainError('internal', `The server “${name}” was not checked.`);
  return { wanted: server, role: server.role, kind: 'server' as const, type: server.type, image };
}

/** What a user set stays, unless the descriptor itself now says something else than before. */
function powerOf(
  wanted: DesignServer | DesignEfm,
  { previous }: AllocationContext,
  survivor: VServerSpec | undefined,
): Pick<VServerSpec, 'power' | 'stopMode'> {
  if (!survivor) return { power: wanted.power };
  const before = [...(previous?.design?.servers ?? []), ...(previous?.design?.efms ?? [])].find(
    ({ name }) => name === wanted.name,
  );
  if (before && before.power !== wanted.power) return { power: wanted.power };
  const { power, stopMode } = survivor;
  return stopMode === undefined ? { power } : { power, stopMode };
}
