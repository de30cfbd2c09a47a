/** Servers and EFM appliances of a spec: ids, NICs, addresses, sizes. Guest data is filled in when all addresses are known. */
import { DomainError } from '../../errors.js';
import { nicIdOf, vserverIdOf, type VServerId } from '../../ids.js';
import type { DesignEfm, DesignServer, VsysDesign } from '../bind/vsys-design.js';
import { ipv4FromNumber, ipv4Range } from '../ipv4.js';
import { isVNet, type NicSpec, type VNetSpec, type VServerSpec } from '../vsys-spec.js';
import type { AllocationContext } from './allocation.js';
import { assignAddresses, type AddressWish } from './assign-addresses.js';
import { matchNics, wantedMembers, type Survivors, type WantedMember } from './match-parts.js';
import { Counter, Supply } from './supply.js';

/** All of a server but what depends on the addresses of others. */
export type BareServer = Omit<VServerSpec, 'guestData' | 'efm'>;

interface Seat {
  readonly member: WantedMember;
  readonly id: VServerId;
  readonly nics: readonly Omit<NicSpec, 'ipv4'>[];
}

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
  const numbers = new Counter(context.numbers.server, 'servers');
  const macs = new Supply(context.reserved.macs, 'MAC addresses');
  const netByName = new Map(nets.map((net) => [net.name, net]));
  const seats = wantedMembers(design).map((member): Seat => {
    const survivor = survivors.servers.get(member.name);
    const id = survivor?.id ?? vserverIdOf(context.vsysId, numbers.take());
    const kept = matchNics(member.nics, survivor, context.previous?.spec);
    const used = (survivor?.nics ?? []).map(({ device }) => device);
    const wanted = member.nics.map(({ vnet }, index) => ({ net: netOf(vnet, netByName), kept: kept[index] }));
    return { member, id, nics: seatNics(id, wanted, used, macs) };
  });
  const addresses = addressesOf(seats, context, netByName, survivors);
  const servers = seats.map(({ id, nics, member }, index) => {
    const placed = nics.map((nic, position): NicSpec => {
      return { ...nic, ipv4: addresses[index]?.[position] ?? '' };
    });
    return bareServer({ id, name: member.name, nics: placed }, design, context, survivors);
  });
  return { servers, number: numbers.last };
}

interface WantedNic {
  readonly net: VNetSpec;
  readonly kept: NicSpec | undefined;
}

/** `usedDevices` holds those of NICs that go away with this change too: they are not given again in it. */
function seatNics(
  server: VServerId,
  wanted: readonly WantedNic[],
  usedDevices: readonly number[],
  macs: Supply<string>,
): Omit<NicSpec, 'ipv4'>[] {
  const used = new Set(usedDevices);
  const nextDevice = (): number => {
    let device = 0;
    while (used.has(device)) device += 1;
    used.add(device);
    return device;
  };
  return wanted.map(({ net, kept }) => {
    if (kept) return { id: kept.id, device: kept.device, net: kept.net, mac: kept.mac };
    const device = nextDevice();
    return { id: nicIdOf(server, device), device, net: net.id, mac: macs.take() };
  });
}

function netOf(name: string, nets: ReadonlyMap<string, VNetSpec>): VNetSpec {
  const net = nets.get(name);
  if (net) return net;
  throw new DomainError('internal', `The design names the VNet “${name}” that it does not have.`);
}

function addressesOf(
  seats: readonly Seat[],
  context: AllocationContext,
  nets: ReadonlyMap<string, VNetSpec>,
  survivors: Survivors,
): string[][] {
  const previousNics = (context.previous?.spec.servers ?? []).flatMap((server) => server.nics);
  const inNets = previousNics.flatMap(({ net, ipv4 }) => (isVNet(net) ? [{ net, ipv4 }] : []));
  const inUse = [...inNets, ...(context.reserved.addressesInUse ?? [])];
  const wishes = seats.map(({ member, nics }) =>
    member.nics.map((wanted, position): AddressWish => {
      const net = netOf(wanted.vnet, nets);
      const own = survivors.servers.get(member.name)?.nics.find(({ id }) => id === nics[position]?.id);
      const gateway = ipv4FromNumber(ipv4Range(net.cidr).gateway);
      return {
        server: member.name,
        net,
        pointer: member.kind === 'firewall' ? member.pointer : `${member.pointer}/nics/${position}/address`,
        wanted: member.kind === 'firewall' ? gateway : wanted.address,
        kept: own?.ipv4,
      };
    }),
  );
  const flat = assignAddresses(wishes.flat(), inUse);
  return wishes.map((own, index) => {
    const start = wishes.slice(0, index).reduce((sum, before) => sum + before.length, 0);
    return flat.slice(start, start + own.length);
  });
}

function bareServer(
  { id, name, nics }: Pick<BareServer, 'id' | 'name' | 'nics'>,
  design: VsysDesign,
  context: AllocationContext,
  survivors: Survivors,
): BareServer {
  const survivor = survivors.servers.get(name);
  const { wanted, role, kind, type, image } = wantedOf(design, name, context);
  return {
    id,
    name,
    role,
    kind,
    ...sizeOf(type, context, survivor),
    image: survivor?.image ?? image.name,
    systemDiskGiB: survivor?.systemDiskGiB ?? image.systemDiskGiB,
    power: powerOf(wanted, context, survivor),
    restarts: survivor?.restarts ?? 0,
    startOrder: wanted.startOrder,
    nics,
  };
}

type Sizes = Pick<VServerSpec, 'type' | 'vcpus' | 'memoryMiB'>;
/** A server keeps the size it was bought with while its type stays, whatever the catalogue says today. */
function sizeOf(name: string, { catalog }: AllocationContext, survivor: VServerSpec | undefined): Sizes {
  if (survivor?.type === name) return { type: name, vcpus: survivor.vcpus, memoryMiB: survivor.memoryMiB };
  const type = catalog.serverTypes.find((candidate) => candidate.name === name);
  if (!type) throw new DomainError('internal', `The server type “${name}” was not checked.`);
  return { type: name, vcpus: type.vcpus, memoryMiB: type.memoryMiB };
}

function wantedOf(design: VsysDesign, name: string, { catalog }: AllocationContext) {
  const efm = design.efms.find((candidate) => candidate.name === name);
  if (efm) {
    const type = efm.type ?? catalog.efm.defaultType;
    return { wanted: efm, role: name, kind: efm.kind, type, image: catalog.efm.image };
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
): VServerSpec['power'] {
  if (!survivor) return wanted.power;
  const before = [...(previous?.design?.servers ?? []), ...(previous?.design?.efms ?? [])].find(
    ({ name }) => name === wanted.name,
  );
  return before && before.power !== wanted.power ? wanted.power : survivor.power;
}
