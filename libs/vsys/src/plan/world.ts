/**
 * Wanted and observed side by side, with the judgements that several action kinds share. Every rule asks here, so two
 * kinds can never judge the same server differently.
 *
 *   a wanted server      must be halted?  ── yes ──► stop ► configure/resize ► start
 *                              └── no ──► hot: NICs, disks, guest data and a size within its headroom are changed while it runs
 */
import type { VServerId } from '../ids.js';
import { isSameHeadroom } from '../spec/headroom.js';
import { isSameTuningSet } from '../spec/server-tuning.js';
import { isSameTexts } from '../spec/sealed-text.js';
import { mtuOf, USUAL_MTU, type VNetCarrier } from '../spec/vnet-kind.js';
import {
  isVNet,
  type NetRef,
  type NicSpec,
  type VDiskSpec,
  type VServerSpec,
  type VsysSpec,
} from '../spec/vsys-spec.js';
import { wantedDrive } from './config-drive.js';
import { indexObserved, isVm } from './observed-index.js';
import type { ObservedIndex } from './observed-index.js';
import type { ObservedDisk, ObservedNet, ObservedNic, ObservedServer, ObservedVsys } from './observed.js';
import { indexSpec } from './spec-index.js';
import type { SpecIndex } from './spec-index.js';

export interface World {
  readonly wanted: SpecIndex;
  readonly seen: ObservedIndex;
  /** Wanted servers that may not run until something about them was changed. */
  readonly mustHalt: ReadonlySet<VServerId>;
  /** Among them those that shall go back to a snapshot. Nothing else is done to them before. */
  readonly owesRevert: ReadonlySet<VServerId>;
  /** Servers with a higher `startOrder` wait: somebody before them is not up, or not ready, yet. */
  readonly startGate: number;
  /** Servers with a higher `startOrder` are not restarted yet: somebody before them is not, or is not ready since it was. */
  readonly restartGate: number;
  /** Servers with a lower `startOrder` are not stopped yet: somebody after them still is up. */
  readonly stopGate: number;
}

/** Joins wanted and observed. `wanted` may be given when the same spec is looked at many times. */
export function worldOf(spec: VsysSpec, observed: ObservedVsys, wanted: SpecIndex = indexSpec(spec)): World {
  const seen = indexObserved(observed);
  const mustHalt = new Set<VServerId>();
  const owesRevert = new Set<VServerId>();
  let startGate = Infinity;
  let restartGate = Infinity;
  let stopGate = -Infinity;
  for (const server of wanted.servers.values()) {
    const vm = seen.servers.get(server.id);
    const reverting = isVm(vm) && isRevertOwed(server, vm);
    if (reverting) owesRevert.add(server.id);
    const halting = reverting || (isVm(vm) && needsHalt(wanted, seen, server, vm));
    if (halting) mustHalt.add(server.id);
    if (isStarting(server, vm, mustHalt)) startGate = Math.min(startGate, server.startOrder);
    if (!halting && isRestarting(server, vm)) restartGate = Math.min(restartGate, server.startOrder);
    if (isStopping(server, vm, owesRevert)) stopGate = Math.max(stopGate, server.startOrder);
  }
  return { wanted, seen, mustHalt, owesRevert, startGate, restartGate, stopGate };
}

/** It shall be up and is not, or not for long. */
const isStarting = (
  server: VServerSpec,
  vm: ObservedServer | undefined,
  mustHalt: ReadonlySet<VServerId>,
): boolean => server.power !== 'stopped' && (mustHalt.has(server.id) || !isUp(server, vm));

/** It shall be halted and is not. One that goes back to a snapshot may wake up asleep, and be halted after that. */
const isStopping = (
  { id, power }: VServerSpec,
  vm: ObservedServer | undefined,
  owesRevert: ReadonlySet<VServerId>,
): boolean => power === 'stopped' && isVm(vm) && (vm.power !== 'halted' || owesRevert.has(id));

/** A restart is due, or it is waited for since one, or since its start. */
const isRestarting = (server: VServerSpec, vm: ObservedServer | undefined): boolean =>
  isVm(vm) &&
  vm.power === 'running' &&
  server.power !== 'stopped' &&
  (vm.restarts < server.restarts || isReadinessOwed(server, vm));

/** It boots from what it shall boot from. */
export function isRescueAsWanted({ rescue: wish }: VServerSpec, { rescue }: ObservedServer): boolean {
  if (wish === undefined) return rescue === undefined;
  return rescue?.count === wish.count && rescue.isPartial !== true;
}

/** A snapshot that is not there is no reason to write the wish off: the pool's refusal tells whoever wished it. */
const isRevertOwed = ({ revert }: VServerSpec, vm: ObservedServer): boolean =>
  revert !== undefined && vm.stage === 'configured' && (vm.reverts ?? 0) < revert.count;

function needsHalt(wanted: SpecIndex, seen: ObservedIndex, server: VServerSpec, vm: ObservedServer): boolean {
  if (vm.stage === 'cloned') return true;
  if (!isSameHeadroom(server.headroom, vm.headroom)) return true;
  if (server.headroom === undefined && !hasWantedSize(server, vm)) return true;
  // XenAPI VDI.resize is refused for a disk in use; VDI.resize_online is for those whose storage can.
  if (isSystemFillOwed(server, vm) || !isRescueAsWanted(server, vm)) return true;
  return (seen.disksOfServer.get(server.id) ?? []).some((disk) => {
    const spec = wanted.disks.get(disk.id);
    if (spec?.server === server.id && isFillOwed(spec, disk)) return true;
    if (spec?.server !== server.id || disk.sizeGiB >= spec.sizeGiB) return false;
    return !(disk.growsOnline === true && server.power === 'running' && vm.power === 'running');
  });
}

/** The disk shall get other contents first; until then it is not attached, grown or used. */
export const isFillOwed = ({ origin }: VDiskSpec, disk: ObservedDisk): boolean =>
  origin !== undefined && (disk.origin ?? 0) < origin.count;
export const isSystemFillOwed = ({ systemOrigin }: VServerSpec, vm: ObservedServer): boolean =>
  systemOrigin !== undefined && (vm.systemOrigin ?? 0) < systemOrigin.count;

export function hasWantedSize(server: VServerSpec, vm: ObservedServer): boolean {
  if (vm.vcpus !== server.vcpus || vm.memoryMiB !== server.memoryMiB) return false;
  return (vm.minMemoryMiB ?? vm.memoryMiB) === (server.minMemoryMiB ?? server.memoryMiB);
}

export const isSameTuning = (server: VServerSpec, vm: ObservedServer): boolean =>
  isSameTuningSet(server.tuning, vm.tuning);

/** Has come up as wanted, and is ready: a server that shall rest must have run before it does. */
function isUp(server: VServerSpec, vm: ObservedServer | undefined): boolean {
  if (!isVm(vm) || isUnready(server, vm)) return false;
  return vm.power === 'running' || vm.power === server.power;
}

/** It shall run and be waited for, and was not waited for since it last booted. */
export const isReadinessOwed = (server: VServerSpec, vm: ObservedServer): boolean =>
  isWaitedFor(server) && vm.readiness === undefined;

/** What another system answers says nothing about its own. */
const isWaitedFor = ({ ready, power, rescue }: VServerSpec): boolean =>
  ready !== undefined && power === 'running' && rescue === undefined;

/** Those after it wait: for its readiness, also for that after a restart that it owes. */
function isUnready(server: VServerSpec, vm: ObservedServer): boolean {
  if (!isWaitedFor(server)) return false;
  return isReadinessOwed(server, vm) || vm.restarts < server.restarts;
}

/** Runs and shall go on running, without a halt in between. */
export function staysUp(world: World, server: VServerSpec, vm: ObservedServer): boolean {
  return vm.power === 'running' && server.power !== 'stopped' && !world.mustHalt.has(server.id);
}

/**
 * NICs and disks may be put on or taken off now. Not while paused or suspended, where the pool refuses,
 * and not shortly before a halt, where plugging would be wasted and could fail.
 */
export function acceptsParts(world: World, id: VServerId): boolean {
  const server = world.wanted.servers.get(id);
  const vm = world.seen.servers.get(id);
  if (server === undefined || !isVm(vm) || world.owesRevert.has(id)) return false;
  return vm.power === 'halted' || staysUp(world, server, vm);
}

/** What carries the net is on every host that it shall be on. */
const isCarried = ({ vlan, kind }: ObservedNet): boolean => vlan !== null || kind !== undefined;
const hasSameCarrier = (a: VNetCarrier, b: VNetCarrier): boolean => a.vlan === b.vlan && a.kind === b.kind;

/** The net is there as wanted on every host. The external one is there without us. */
export function isNetReady(world: World, id: NetRef): boolean {
  if (!isVNet(id)) return true;
  const net = world.wanted.nets.get(id);
  const seen = world.seen.nets.get(id);
  return net !== undefined && seen !== undefined && hasSameCarrier(net, seen) && mtuOf(net) === mtuOf(seen);
}

/** The net is carried by something else than wanted; that cannot be changed, only made anew. */
export function isNetWrong(world: World, id: NetRef): boolean {
  if (!isVNet(id)) return false;
  const net = world.wanted.nets.get(id);
  const seen = world.seen.nets.get(id);
  return net !== undefined && seen !== undefined && isCarried(seen) && !hasSameCarrier(net, seen);
}

/** The NIC may stay; at most its addresses differ. */
export function fitsNic(world: World, seen: ObservedNic): boolean {
  const wanted = world.wanted.nics.get(seen.id);
  if (wanted === undefined || wanted.server.id !== seen.server || isNetWrong(world, seen.net)) return false;
  const { net, mac, mtu = USUAL_MTU, rateLimitKBps } = wanted.nic;
  if (net !== seen.net || mac !== seen.mac) return false;
  return mtu === (seen.mtu ?? USUAL_MTU) && rateLimitKBps === seen.rateLimitKBps;
}

/** The NIC is as wanted. */
export function isNicExact(world: World, nic: ObservedNic): boolean {
  const wanted = world.wanted.nics.get(nic.id);
  return wanted !== undefined && fitsNic(world, nic) && hasWantedAddresses(wanted.nic, nic);
}

/** A pool keeps the addresses of a NIC as a set: which of them is the first it does not know. */
function hasWantedAddresses(wanted: NicSpec, seen: ObservedNic): boolean {
  const has = new Set([seen.ipv4, ...(seen.alsoIpv4 ?? [])]);
  const wants = new Set([wanted.ipv4, ...(wanted.alsoIpv4 ?? [])]);
  return (
    wanted.ipv6 === seen.ipv6 && has.size === wants.size && [...wants].every((address) => has.has(address))
  );
}

export function isSameGuestData(server: VServerSpec, vm: ObservedServer): boolean {
  return isSameTexts(server.guestData, vm.guestData);
}

/**
 * Something about a resting server can only be changed while it runs: it is woken up, changed and put to rest again. What others
 * will put right (a VNet that is not ready) is no reason.
 */
export function needsAwake(world: World, server: VServerSpec, vm: ObservedServer): boolean {
  const { seen, wanted } = world;
  if (!hasWantedSize(server, vm)) return true;
  if (vm.restarts !== server.restarts || !isSameGuestData(server, vm) || !isSameTuning(server, vm))
    return true;
  if (vm.configDrive?.stage === 'inserted' && wantedDrive(server) === undefined) return true;
  const nics = seen.nicsOfServer.get(server.id) ?? [];
  if (nics.length !== server.nics.length || !nics.every((nic) => isNicExact(world, nic))) return true;
  const disks = seen.disksOfServer.get(server.id) ?? [];
  if (disks.length !== (wanted.disksOfServer.get(server.id) ?? []).length) return true;
  return !disks.every((disk) => wanted.disks.get(disk.id)?.server === server.id);
}
