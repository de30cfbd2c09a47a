// Purpose: VMs move: to another host with shared storage, or with their disks to other storage.
//
//   pool_migrate   memory only, over the source host's executor
//   migrate_send   disks copied to their new SRs (three VMs at a time a host), then the memory, then the disks swap
import { claimVm } from './vm-power.js';
import { destroyDisk } from './vdi-work.js';
import { isNullRef, textOf } from '../datamodel/xen-value.js';
import { bootRefusal } from './placement.js';
import { copyVbds, copyVifs, copyVmRow, type CopiedDisk } from './vm-records.js';
import { mirrorDisk, requireMigratable, swapDisk, targetSrs, type DiskMove } from './storage-motion.js';
import { onHost, requireContact } from './host-work.js';
import { postMessage } from './messages.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { releaseReservation, reserve, scheduleMemoryMetrics } from './memory.js';
import { announceConsole, removeConsoles, vmHost } from './vm-domain.js';
import { internalError, XenFailure } from '../core/failure.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** XenAPI: storage migrations a host takes part in at the same time. */
const STORAGE_MIGRATION_SLOTS = 3;

function vmOf(call: Call, args: Args): Row {
  return call.sim.db.get('VM', args.ref(0));
}

/** XenAPI VM.pool_migrate. @throws XenFailure the reasons of a start there, CANNOT_CONTACT_HOST of either host */
export async function migrateVm(call: Call, vm: Row, host: Row): Promise<void> {
  await claimVm(call, vm, 'pool_migrate', async () => {
    if (vm.link('resident_on') === host.ref) return;
    const refusal = bootRefusal(call.sim, vm, host, 'with memory');
    if (refusal !== undefined) throw refusal;
    await moveMemory(call, vm, host);
  });
}

async function moveMemory(call: Call, vm: Row, host: Row): Promise<void> {
  const { sim } = call;
  requireContact(sim, host);
  const source = vmHost(sim, vm);
  reserve(sim, vm, host);
  try {
    await onHost(
      call,
      source,
      async () => {
        await call.spend('migrate');
        await call.transfer(`link:${source.uuid}`, sim.latency.migrateMemory(vm.int('memory_target')));
      },
      () => {
        requireContact(sim, host);
        if (vm.text('power_state') === 'Halted')
          throw new XenFailure('VM_BAD_POWER_STATE', vm.ref, 'running', 'halted');
        arrive(sim, vm, host);
      },
    );
  } finally {
    releaseReservation(sim, vm);
  }
  scheduleMemoryMetrics(sim, source);
  scheduleMemoryMetrics(sim, host);
}

/** The domain is a new one on the other host, with a console of its own. */
function arrive(sim: SimPool, vm: Row, host: Row): void {
  sim.nextDomid += 1;
  removeConsoles(sim, vm);
  sim.db.update(vm, { resident_on: host.ref, domid: sim.nextDomid });
  announceConsole(sim, vm);
  postMessage(sim, 'VM_MIGRATED', { cls: 'VM', uuid: vm.uuid });
}

/** XenAPI host.migrate_receive: what a sender must know. @throws XenFailure HOST_CANNOT_ATTACH_NETWORK, INTERFACE_HAS_NO_IP */
function migrateReceive(call: Call, host: Row, network: Row): Record<string, string> {
  const { sim } = call;
  requireContact(sim, host);
  const pif = sim.db.follow('PIF', host.set('PIFs')).find((one) => one.link('network') === network.ref);
  if (pif === undefined) throw new XenFailure('HOST_CANNOT_ATTACH_NETWORK', host.ref, network.ref);
  if (pif.text('IP') === '') throw new XenFailure('INTERFACE_HAS_NO_IP', pif.ref);
  const session = sim.sessions.create(sim.options.user, 'migrate_receive').ref;
  const address = host.text('address');
  return {
    host: host.ref,
    session_id: session,
    SM: `https://${address}/services/SM?session_id=${session}`,
    xenops: `https://${address}/services/xenops?session_id=${session}`,
    master: `https://${sim.master.text('address')}/`,
  };
}

interface Journey {
  readonly host: Row;
  readonly moves: readonly DiskMove[];
  readonly networks: ReadonlyMap<string, string>;
  readonly isCopy: boolean;
}

/** What the answer of host.migrate_receive holds, as far as the sender needs it. */
const NEEDED_OF_TARGET = ['master', 'xenops', 'session_id', 'host'] as const;

/** Everything that can be said against it beforehand (XenAPI VM.assert_can_migrate). Errors: those of the checks. */
function planJourney(sim: SimPool, vm: Row, args: Args): Journey {
  const dest = args.map(1);
  if (NEEDED_OF_TARGET.some((key) => dest[key] === undefined)) throw internalError('Not_found');
  if (sim.db.find('session', textOf(dest['session_id'])) === undefined)
    throw new XenFailure('VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED');
  const host = sim.db.find('host', textOf(dest['host']));
  if (host === undefined) throw new XenFailure('VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED');
  const isCopy = textOf(args.map(5)['copy']) === 'true';
  if (isCopy && vm.text('power_state') !== 'Halted')
    throw new XenFailure('VM_BAD_POWER_STATE', vm.ref, 'halted', vm.text('power_state').toLowerCase());
  const moves = targetSrs(sim, vm, host, args.map(3));
  requireMigratable(sim, moves);
  const running = !isNullRef(vm.link('resident_on'));
  if (running && vm.link('resident_on') !== host.ref) {
    const moving = new Set(moves.map(({ vdi }) => vdi.ref));
    const refusal = bootRefusal(sim, vm, host, 'with memory', moving);
    if (refusal !== undefined) throw refusal;
  }
  return { host, moves, networks: networkMap(sim, vm, args), isCopy };
}

/** @throws XenFailure HANDLE_INVALID for interfaces or networks that do not exist */
function networkMap(sim: SimPool, vm: Row, args: Args): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [vif, network] of Object.entries(args.map(4))) {
    const row = sim.db.get('VIF', vif);
    if (row.link('VM') === vm.ref) map.set(vif, sim.db.get('network', textOf(network)).ref);
  }
  return map;
}

/** XenAPI VM.migrate_send. @throws XenFailure TOO_MANY_STORAGE_MIGRATES["3"] at once, without waiting */
async function migrateSend(call: Call, args: Args): Promise<string> {
  const { sim } = call;
  const vm = vmOf(call, args);
  planJourney(sim, vm, args);
  return claimVm(call, vm, 'migrate_send', async () => {
    const journey = planJourney(sim, vm, args);
    const source = sim.db.find('host', vm.link('resident_on')) ?? journey.host;
    return inStorageSlot(call, source, () => travel(call, vm, journey));
  });
}

/** @throws XenFailure TOO_MANY_STORAGE_MIGRATES */
function inStorageSlot<T>(call: Call, host: Row, work: () => Promise<T>): Promise<T> {
  const name = `storage-migrations:${host.uuid}`;
  const queue = call.sim.queue(name, STORAGE_MIGRATION_SLOTS);
  if (queue.holders >= queue.capacity)
    throw new XenFailure('TOO_MANY_STORAGE_MIGRATES', String(STORAGE_MIGRATION_SLOTS));
  return call.inQueue(name, STORAGE_MIGRATION_SLOTS, work);
}

async function travel(call: Call, vm: Row, journey: Journey): Promise<string> {
  const { sim } = call;
  await call.spend('storageMigrate');
  const made: { from: Row; to: Row }[] = [];
  try {
    for (const [index, move] of journey.moves.entries()) {
      made.push({ from: move.vdi, to: await mirrorDisk(call, move) });
      call.progress((0.9 * (index + 1)) / journey.moves.length);
    }
    const resident = vm.link('resident_on');
    if (!journey.isCopy && !isNullRef(resident) && resident !== journey.host.ref)
      await moveMemory(call, vm, journey.host);
  } catch (error) {
    for (const { to } of made) destroyDisk(sim, to);
    throw error;
  }
  if (journey.isCopy) return settleCopy(sim, vm, made, journey).ref;
  for (const { from, to } of made) swapDisk(sim, from, to);
  for (const [vif, network] of journey.networks) sim.db.update(sim.db.get('VIF', vif), { network });
  sim.refreshAllowed(vm);
  return vm.ref;
}

function settleCopy(
  sim: SimPool,
  vm: Row,
  made: readonly { from: Row; to: Row }[],
  { networks }: Journey,
): Row {
  const copy = copyVmRow(sim, vm, {
    name_label: vm.text('name_label'),
    other_config: { ...vm.map('other_config'), mac_seed: sim.ids.uuid() },
  });
  const disks: CopiedDisk[] = sim.db
    .follow('VBD', vm.set('VBDs'))
    .map((vbd) => ({ vbd, vdi: made.find(({ from }) => from.ref === vbd.link('VDI'))?.to }));
  copyVbds(sim, copy, disks);
  copyVifs(sim, vm, copy, 'new MACs');
  for (const [vif, network] of networks) {
    const device = sim.db.get('VIF', vif).text('device');
    const twin = sim.db.follow('VIF', copy.set('VIFs')).find((one) => one.text('device') === device);
    if (twin !== undefined) sim.db.update(twin, { network });
  }
  sim.refreshAllowed(copy);
  return copy;
}

/** XenAPI VDI.pool_migrate: the disk of a running VM moves under it. @throws XenFailure VDI_NEEDS_VM_FOR_MIGRATE */
async function migrateDisk(call: Call, vdi: Row, sr: Row): Promise<string> {
  const { sim } = call;
  const user = sim.db
    .follow('VBD', vdi.set('VBDs'))
    .filter((vbd) => vbd.bool('currently_attached'))
    .map((vbd) => sim.db.find('VM', vbd.link('VM')))
    .find((vm) => vm?.text('power_state') === 'Running' && !vm.bool('is_control_domain'));
  if (user === undefined) throw new XenFailure('VDI_NEEDS_VM_FOR_MIGRATE', vdi.ref);
  const move = { vdi, sr };
  requireMigratable(sim, [move]);
  return claimVm(call, user, 'migrate_send', () =>
    inStorageSlot(call, vmHost(sim, user), async () => {
      await call.spend('storageMigrate');
      const made = await mirrorDisk(call, move);
      swapDisk(sim, vdi, made);
      sim.refreshAllowed(user);
      return made.ref;
    }),
  );
}

export const VM_MIGRATION: BehaviourTable = {
  'VM.pool_migrate': timed((call, args) =>
    migrateVm(call, vmOf(call, args), call.sim.db.get('host', args.ref(1))),
  ),
  'host.migrate_receive': quick((call, args) =>
    migrateReceive(call, call.sim.db.get('host', args.ref(0)), call.sim.db.get('network', args.ref(1))),
  ),
  'VM.assert_can_migrate': quick((call, args) => void planJourney(call.sim, vmOf(call, args), args)),
  'VM.migrate_send': timed((call, args) => migrateSend(call, args)),
  'VDI.pool_migrate': timed((call, args) =>
    migrateDisk(call, call.sim.db.get('VDI', args.ref(0)), call.sim.db.get('SR', args.ref(1))),
  ),
};
