/**
 * The pool as it is once a spec is reached: what plans of changes start from where nobody looks at a pool.
 *
 *   spec ──► what is plain, as it ends ──► whatever is due then, until nothing is
 *
 * The first step saves the way there, which for a large system is as long as all of its start orders. The second one makes it
 * right: what the first leaves out or has wrong is done by the same rules that the engine follows.
 */
import { marksOf } from '../spec/sealed-text.js';
import type { VServerSpec, VsysSpec } from '../spec/vsys-spec.js';
import type { Action } from './action.js';
import { wantedDrive } from './config-drive.js';
import { dueIn } from './next-actions.js';
import { EMPTY_OBSERVED, type ObservedServer, type ObservedVsys } from './observed.js';
import { predictAll } from './predict-all.js';
import { indexSpec } from './spec-index.js';
import { worldOf } from './world.js';

/** From nothing. Linear in the number of parts for a system without history. */
export function reachedWorld(spec: VsysSpec | undefined): ObservedVsys {
  if (spec === undefined) return EMPTY_OBSERVED;
  const wanted = indexSpec(spec);
  let now = spec.presence === 'absent' ? EMPTY_OBSERVED : plainParts(spec);
  const dueNow = (): readonly Action[] => dueIn(worldOf(spec, now, wanted));
  for (let due = dueNow(); due.length > 0; due = dueNow()) now = predictAll(now, due);
  return now;
}

/** Without history, and neither asleep nor paused: those must have run before. */
const isPlain = ({ revert, systemOrigin, rescue, power }: VServerSpec): boolean =>
  revert === undefined &&
  systemOrigin === undefined &&
  rescue === undefined &&
  (power === 'running' || power === 'stopped');

function plainParts(spec: VsysSpec): ObservedVsys {
  const servers = spec.servers.filter(isPlain);
  const made = new Set(servers.map(({ id }) => id));
  const actions: Action[] = spec.nets.map((net) => ({ kind: 'vnet.create', part: net.id, net }));
  for (const { id, nics } of servers) {
    for (const nic of nics) actions.push({ kind: 'nic.create', part: nic.id, server: id, nic });
  }
  for (const disk of spec.disks) {
    const { id, server, origin } = disk;
    if (origin !== undefined) continue;
    actions.push({ kind: 'vdisk.create', part: id, disk });
    if (server !== null && made.has(server)) actions.push({ kind: 'vdisk.attach', part: id, server });
  }
  return predictAll({ ...EMPTY_OBSERVED, servers: servers.map(asReached) }, actions);
}

function asReached(server: VServerSpec): ObservedServer {
  const { id, power, vcpus, memoryMiB, minMemoryMiB, tuning, headroom, restarts, ready } = server;
  const drive = wantedDrive(server);
  const runs = power === 'running';
  return {
    id,
    stage: 'configured',
    power: runs ? 'running' : 'halted',
    vcpus,
    memoryMiB,
    ...(minMemoryMiB === undefined ? {} : { minMemoryMiB }),
    ...(tuning === undefined ? {} : { tuning }),
    ...(headroom === undefined ? {} : { headroom }),
    restarts,
    guestData: marksOf(server.guestData),
    ...(drive === undefined ? {} : { configDrive: { version: drive.version ?? 0, stage: 'inserted' } }),
    host: null,
    ...(runs && ready !== undefined ? { readiness: 'in-time' } : {}),
    guestReady: false,
  };
}
