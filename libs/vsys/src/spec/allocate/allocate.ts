/**
 * Design to spec: every id, address, VLAN and storage decided. Pure: what must be unique in a pool or a zone was reserved
 * before (`needs`) and comes in as data. Parts with the same name keep id, MAC, address, VLAN.
 */
import { DomainError, type Violation } from '../../errors.js';
import { publicIpIdOf, vdiskIdOf, vnetIdOf, type SrUuid, type VNetId, type VServerId } from '../../ids.js';
import { efmWithoutSecrets, publicIpsOf, type EfmDesign, type ModuleInput } from '../../efm/registry.js';
import type { DesignNet, VsysDesign } from '../bind/vsys-design.js';
import { pointerOf } from '../pointer.js';
import { autoPrefixOf } from '../address-space.js';
import { NO_SEALER } from '../sealed-text.js';
import { TUNNEL_MTU, USUAL_MTU } from '../vnet-kind.js';
import {
  isVNet,
  type ConfigDriveSpec,
  type PublicIpSpec,
  type VDiskSpec,
  type VNetSpec,
  type VServerSpec,
  type VsysSpec,
} from '../vsys-spec.js';
import { STANDARD_DISK_CLASS } from '../../placement/disk-class.js';
import type { Allocation, AllocationContext, EfmConfig, Reserved } from './allocation.js';
import { allocateServers, type BareServer } from './allocate-servers.js';
import { checkCatalog } from './check-catalog.js';
import { checkChange } from './check-change.js';
import { configDriveOf, loginDataOf, sealGuestData, type FirstBoot } from './first-boot.js';
import { guestDataOf, type GuestFacts } from './guest-data.js';
import { keptRange, matchParts, type Survivors } from './match-parts.js';
import { moduleInputs, type AddressBook } from './module-input.js';
import { withPublicAddresses } from './public-addresses.js';
import { applianceDriveOf, type AgentAccess, type EnrolledAgent } from './appliance-boot.js';
import { isSameData } from './same-data.js';
import { PartCounter } from './part-counter.js';
import { Supply } from './supply.js';

/** Of zones whose appliances have no way out: RFC 6598 keeps it for providers. */
const NO_APPLIANCE_NET = { cidr: '100.64.0.0/16', gateway: '100.64.0.1' };

/**
 * Throws `invalid-descriptor` for unknown types, images and wrong EFM rules (violations with pointers into the descriptor),
 * `conflict` for changes that would destroy data, `address-exhausted`, `no-capacity` when a disk has no storage.
 */
export function allocate(design: VsysDesign, context: AllocationContext): Allocation {
  const previous = context.previous?.spec;
  refuse('invalid-descriptor', checkCatalog(design, context.catalog, previous));
  if (previous) refuse('conflict', checkChange(design, previous, context.catalog));
  const survivors = matchParts(design, previous);
  const nets = allocateNets(design, context, survivors);
  const { servers: bare, number } = allocateServers(design, context, nets, survivors);
  const disks = allocateDisks(design, context, bare, survivors);
  const publicIps = allocatePublicIps(design, context, bare, survivors);
  const servers = withPublicAddresses(bare, publicIps.parts);
  const { configs, advice } = renderModules(design, context, {
    nets,
    servers,
    publicIps: publicIps.parts,
    applianceNet: context.reserved.uplink ?? NO_APPLIANCE_NET,
  });
  const agents = enrol(servers, configs, context);
  const spec: VsysSpec = {
    vsysId: context.vsysId,
    name: context.name,
    generation: context.generation,
    presence: 'present',
    nets,
    servers: completeServers(servers, design, nets, { configs, agents }, context),
    disks: disks.parts,
    publicIps: publicIps.parts,
    ...connectionsIn(configs),
    ...(previous?.snapshots === undefined ? {} : { snapshots: previous.snapshots }),
    ...(previous?.backups === undefined ? {} : { backups: previous.backups }),
  };
  return {
    spec,
    numbers: { ...context.numbers, server: number, disk: disks.number, publicIp: publicIps.number },
    efmConfigs: configs.filter(({ version }) => version === context.generation),
    agents,
    advice,
  };
}

/** Those that lead somewhere: what a firewall was told of. */
function connectionsIn(configs: readonly EfmConfig[]): Pick<VsysSpec, 'connections'> {
  const ids = configs.flatMap(({ input }) =>
    input.kind === 'firewall' ? (input.connections ?? []).map(({ id }) => id) : [],
  );
  return ids.length === 0 ? {} : { connections: [...new Set(ids)].toSorted() };
}

function refuse(code: 'invalid-descriptor' | 'conflict', violations: readonly Violation[]): void {
  const [first] = violations;
  if (!first) return;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  throw new DomainError(code, `${first.message}${more}`, {
    violations,
    pointer: first.pointer,
    remedy: first.remedy ?? 'Correct the places named in `violations`.',
  });
}

function allocateNets(design: VsysDesign, context: AllocationContext, survivors: Survivors): VNetSpec[] {
  const vlans = new Supply(context.reserved.vlans, 'VLANs');
  const ranges = new Supply(context.reserved.ranges ?? [], 'ranges');
  return design.nets.map((net): VNetSpec => {
    const { name, kind } = net;
    const isChosen = autoPrefixOf(net.cidr) !== undefined;
    const cidr = isChosen ? (keptRange(net, survivors.nets.get(name)) ?? ranges.take()) : net.cidr;
    const before: VNetSpec = survivors.nets.get(name) ?? {
      cidr,
      id: vnetIdOf(context.vsysId, name),
      name,
      vlan: kind === undefined ? vlans.take() : null,
      ...(kind === undefined ? {} : { kind }),
    };
    const { mtu: _mtu, autoRange: _auto, range6: _range6, ...base } = before;
    return {
      ...base,
      cidr,
      ...(net.range6 === undefined ? {} : { range6: net.range6 }),
      ...(isChosen ? { autoRange: true as const } : {}),
      ...mtuOfNet(net),
    };
  });
}

function mtuOfNet({
  kind,
  mtu = kind === 'tunnel' ? TUNNEL_MTU : USUAL_MTU,
}: DesignNet): Pick<VNetSpec, 'mtu'> {
  return mtu === USUAL_MTU ? {} : { mtu };
}

interface Numbered<T> {
  readonly parts: readonly T[];
  readonly number: number;
}

function allocateDisks(
  design: VsysDesign,
  context: AllocationContext,
  servers: readonly BareServer[],
  survivors: Survivors,
): Numbered<VDiskSpec> {
  const numbers = new PartCounter(context.vsysId, 'disk', context.numbers);
  const idOf = new Map(servers.map(({ name, id }) => [name, id]));
  const parts = design.disks.map(({ name, sizeGiB, server, diskClass, priority }): VDiskSpec => {
    const survivor = survivors.disks.get(name);
    const wanted = {
      name,
      sizeGiB,
      server: server === null ? null : (idOf.get(server) ?? null),
      ...(diskClass === undefined ? {} : { diskClass }),
      ...(priority === undefined ? {} : { priority }),
    };
    const origin = survivor?.origin === undefined ? {} : { origin: survivor.origin };
    if (survivor) return { ...wanted, id: survivor.id, sr: survivor.sr, ...origin };
    const sr = storageFor(diskClass, context.reserved);
    if (sr === null) throw new DomainError('no-capacity', `No storage is chosen for the disk “${name}”.`);
    return { ...wanted, id: vdiskIdOf(context.vsysId, numbers.take()), sr };
  });
  return { parts, number: numbers.last };
}

const storageFor = (diskClass: string | undefined, { sr, srs }: Reserved): SrUuid | null =>
  diskClass === undefined || diskClass === STANDARD_DISK_CLASS ? sr : (srs?.get(diskClass) ?? null);

function allocatePublicIps(
  design: VsysDesign,
  context: AllocationContext,
  servers: readonly BareServer[],
  survivors: Survivors,
): Numbered<PublicIpSpec> {
  const numbers = new PartCounter(context.vsysId, 'publicIp', context.numbers);
  const addresses = new Supply(context.reserved.publicAddresses, 'public addresses');
  const parts = design.publicIps.map(({ name, allocation }): PublicIpSpec => {
    const survivor = survivors.publicIps.get(name);
    const answering = answeringEfm(design, name);
    const server = servers.find((candidate) => candidate.name === answering)?.id ?? null;
    if (survivor) return { ...survivor, server };
    const id = publicIpIdOf(context.vsysId, numbers.take());
    if (allocation === undefined) return { id, name, address: addresses.take(), server };
    const address = context.reserved.allocated?.get(allocation);
    if (address === undefined)
      throw new DomainError('internal', `The address ${allocation} was not looked up.`);
    return { id, name, address, server, allocation };
  });
  return { parts, number: numbers.last };
}

/** The firewall answers for all public addresses that are used; without one, the EFM that names it. */
function answeringEfm(design: VsysDesign, publicIp: string): string | undefined {
  const user = design.efms.find((efm) => publicIpsOf(efm).includes(publicIp));
  const firewall = design.efms.find(({ kind }) => kind === 'firewall');
  return user && (firewall ?? user).name;
}

interface RenderedModules {
  readonly configs: readonly EfmConfig[];
  readonly advice: readonly Violation[];
}

function renderModules(design: VsysDesign, context: AllocationContext, book: AddressBook): RenderedModules {
  const modules = moduleInputs(design, book, context.connections);
  // The two of a pair are wrong together.
  const firsts = modules.filter(({ appliance, efm }) => appliance === efm.name);
  const about = (verb: 'validate' | 'advise', timeOf: (efm: EfmDesign) => Date | undefined): Violation[] =>
    firsts.flatMap(({ efm, input }) =>
      context.modules[verb](input, timeOf(efm)).map((violation) => ({
        ...violation,
        pointer: pointerOf('efms', efm.name) + violation.pointer,
      })),
    );
  // A certificate that ended while it was in use is no reason to refuse a change of something else.
  const isNew = (efm: EfmDesign): boolean => !isConfiguredSo(efm, context.previous?.design);
  refuse(
    'invalid-descriptor',
    about('validate', (efm) => (isNew(efm) ? context.at : undefined)),
  );
  const configs = modules.flatMap(({ appliance, input }) => {
    const server = book.servers.find(({ name }) => name === appliance)?.id;
    return server === undefined ? [] : [renderModule(server, input, context)];
  });
  return { configs, advice: about('advise', () => context.at) };
}

/** Has the EFM had just this configuration before? Keys are not compared: they are in no stored design. */
const isConfiguredSo = (efm: EfmDesign, previous: VsysDesign | undefined): boolean =>
  previous?.efms.some(
    ({ name, kind, config }) =>
      name === efm.name && kind === efm.kind && isSameData(config, efmWithoutSecrets(efm).config),
  ) === true;

function renderModule(server: VServerId, input: ModuleInput, context: AllocationContext): EfmConfig {
  const { sealer = NO_SEALER, modules, generation, previous } = context;
  const document = modules.render(input);
  const old = previous?.spec.servers.find(({ id }) => id === server)?.efm;
  const version = old?.configHash === document.hash ? old.configVersion : generation;
  const secrets = Object.entries(input.secrets).map(([file, text]) => [file, sealer.seal(text, server)]);
  return {
    server,
    version,
    input: { ...input, secrets: {} },
    secrets: Object.fromEntries(secrets) as EfmConfig['secrets'],
    document,
  };
}

/** An appliance is given its token once: with its config drive. */
function enrol(
  servers: readonly BareServer[],
  configs: readonly EfmConfig[],
  { agents, previous }: AllocationContext,
): EnrolledAgent[] {
  if (agents === undefined) return [];
  const known = new Set(previous?.spec.servers.flatMap(({ id, configDrive }) => (configDrive ? [id] : [])));
  const appliances = servers.filter(
    ({ id }) => configs.some(({ server }) => server === id) && !known.has(id),
  );
  return appliances.map(({ id }) => ({ server: id, token: agents.newToken() }));
}

/** Undefined for servers that are no appliances, and for appliances that nothing can reach. */
function applianceDrive(
  { server, generation, sealer, previous }: FirstBoot,
  config: EfmConfig | undefined,
  agents: readonly EnrolledAgent[],
  access: AgentAccess | undefined,
): ConfigDriveSpec | undefined {
  if (config === undefined || previous?.configDrive !== undefined) return previous?.configDrive;
  const agent = agents.find((candidate) => candidate.server === server.id);
  if (agent === undefined || access === undefined) return undefined;
  return applianceDriveOf({
    server,
    uplink: config.input.uplink,
    access,
    token: agent.token,
    generation,
    sealer,
  });
}

function guestFactsOf(boot: FirstBoot, config: EfmConfig | undefined): GuestFacts {
  const { id, name, nics } = boot.server;
  return {
    ...boot,
    id,
    name,
    nics,
    userData: boot.wish.userData,
    login: loginDataOf(boot.wish),
    ...(config ? { configHash: config.document.hash } : {}),
  };
}

function completeServers(
  servers: readonly BareServer[],
  design: VsysDesign,
  nets: readonly VNetSpec[],
  { configs, agents }: { readonly configs: readonly EfmConfig[]; readonly agents: readonly EnrolledAgent[] },
  { generation, sealer = NO_SEALER, previous, agents: access }: AllocationContext,
): VServerSpec[] {
  const netById = new Map(nets.map((net) => [net.id, net]));
  const firewall = servers.find(({ kind }) => kind === 'firewall');
  const gateways = new Set<VNetId>((firewall?.nics ?? []).map(({ net }) => net).filter(isVNet));
  const wishes = new Map(design.servers.map((server) => [server.name, server]));
  return servers.map((server) => {
    const config = configs.find((candidate) => candidate.server === server.id);
    const boot: FirstBoot = {
      server,
      wish: wishes.get(server.name) ?? { userData: '' },
      nets: netById,
      routed: server.kind === 'firewall' ? new Set() : gateways,
      generation,
      sealer,
      previous: previous?.spec.servers.find(({ id }) => id === server.id),
    };
    const configDrive =
      server.kind === 'server' ? configDriveOf(boot) : applianceDrive(boot, config, agents, access);
    return {
      ...server,
      guestData: sealGuestData(guestDataOf(guestFactsOf(boot, config)), boot),
      ...(configDrive === undefined ? {} : { configDrive }),
      ...(config ? { efm: { configVersion: config.version, configHash: config.document.hash } } : {}),
    };
  });
}
