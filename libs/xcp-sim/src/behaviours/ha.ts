// Purpose: messages about high availability.
import { adjustSpace, requireSpace } from '../storage/space.js';
import { driverCan } from '../storage/storage-drivers.js';
import { invalidValue, XenFailure } from '../core/failure.js';
import { isLive } from './host-roles.js';
import { mostFailures, planExists, planFailover, refreshPlan } from './ha-plan.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { destroyDisk } from './vdi-work.js';
import { textOf } from '../datamodel/xen-value.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const MIB = 2 ** 20;
/** Sizes of the disks that the pool's heartbeat and its database log live on. */
const STATEFILE_BYTES = 4 * MIB;
const REDO_LOG_BYTES = 256 * MIB;

/** @throws XenFailure HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED, SR_OPERATION_NOT_SUPPORTED, SR_HAS_NO_PBDS */
function requireStatefileSr(sim: SimPool, sr: Row): void {
  if (!sr.bool('shared')) throw new XenFailure('HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED', sr.ref);
  if (!driverCan(sr.text('type'), 'VDI_CREATE')) throw new XenFailure('SR_OPERATION_NOT_SUPPORTED', sr.ref);
  const attached = sim.db.follow('PBD', sr.set('PBDs')).filter((pbd) => pbd.bool('currently_attached'));
  if (attached.length < sim.db.count('host')) throw new XenFailure('SR_HAS_NO_PBDS', sr.ref);
}

function canHostStatefile(sim: SimPool, sr: Row): boolean {
  try {
    requireStatefileSr(sim, sr);
    requireSpace(sr, STATEFILE_BYTES + REDO_LOG_BYTES);
    return true;
  } catch {
    return false;
  }
}

/** The SRs named, or the first that can. @throws XenFailure CANNOT_CREATE_STATE_FILE */
function heartbeatSrs(sim: SimPool, refs: readonly string[]): Row[] {
  const named = refs.map((ref) => sim.db.get('SR', ref));
  for (const sr of named) requireStatefileSr(sim, sr);
  if (named.length > 0) return named;
  const found = sim.db.rows('SR').find((sr) => canHostStatefile(sim, sr));
  if (found === undefined) throw new XenFailure('CANNOT_CREATE_STATE_FILE');
  return [found];
}

/** XenAPI pool.enable_ha. @throws XenFailure HA_IS_ENABLED, HA_TOO_FEW_HOSTS, HOST_OFFLINE, HOST_DISABLED … */
async function enableHa(call: Call, args: Args): Promise<void> {
  const { sim } = call;
  const hosts = sim.db.rows('host');
  if (sim.pool.bool('ha_enabled')) throw new XenFailure('HA_IS_ENABLED');
  const srs = heartbeatSrs(sim, args.texts(0));
  if (hosts.length < 2) throw new XenFailure('HA_TOO_FEW_HOSTS');
  const dead = hosts.find((host) => !isLive(sim, host));
  if (dead !== undefined) throw new XenFailure('HOST_OFFLINE', dead.ref);
  const disabled = hosts.find((host) => !host.bool('enabled'));
  if (disabled !== undefined) throw new XenFailure('HOST_DISABLED', disabled.ref);
  for (const sr of srs) requireSpace(sr, STATEFILE_BYTES + REDO_LOG_BYTES);
  await call.inQueue('pool:ha', 1, () => call.spend('pbdPlug'));
  arm(sim, srs, args.map(1));
}

function arm(sim: SimPool, srs: readonly Row[], configuration: Readonly<Record<string, unknown>>): void {
  const statefiles = srs.map((sr) => poolDisk(sim, sr, 'ha_statefile', STATEFILE_BYTES));
  for (const sr of srs) poolDisk(sim, sr, 'metadata', REDO_LOG_BYTES);
  const peers = sim.db.rows('host').map((host) => host.uuid);
  for (const host of sim.db.rows('host')) {
    sim.db.update(host, { ha_statefiles: statefiles.map((vdi) => vdi.ref), ha_network_peers: peers });
  }
  sim.db.update(sim.pool, {
    ha_enabled: true,
    ha_statefiles: statefiles.map((vdi) => vdi.ref),
    ha_configuration: Object.fromEntries(
      Object.entries(configuration).map(([key, value]) => [key, String(value)]),
    ),
    ha_cluster_stack: 'xhad',
    redo_log_enabled: true,
  });
  refreshPlan(sim);
  sim.refreshAllowed(sim.pool);
}

function poolDisk(sim: SimPool, sr: Row, type: string, bytes: number): Row {
  const vdi = sim.db.create('VDI', {
    name_label: type === 'metadata' ? 'Metadata for HA' : 'Statefile for HA',
    SR: sr.ref,
    type,
    virtual_size: bytes,
    physical_utilisation: bytes,
    sharable: true,
    managed: true,
  });
  sim.db.update(vdi, { location: vdi.uuid });
  adjustSpace(sim, sr, bytes, bytes);
  sim.refreshAllowed(vdi);
  return vdi;
}

async function disableHa(call: Call): Promise<void> {
  const { sim } = call;
  if (!sim.pool.bool('ha_enabled')) throw new XenFailure('HA_NOT_ENABLED');
  await call.spend('pbdPlug');
  disarm(sim);
}

function disarm(sim: SimPool): void {
  for (const vdi of sim.db.rows('VDI'))
    if (['ha_statefile', 'metadata'].includes(vdi.text('type'))) destroyDisk(sim, vdi);
  for (const host of sim.db.rows('host')) sim.db.update(host, { ha_statefiles: [], ha_network_peers: [] });
  sim.db.update(sim.pool, {
    ha_enabled: false,
    ha_statefiles: [],
    ha_configuration: {},
    ha_plan_exists_for: 0,
    ha_overcommitted: false,
    redo_log_enabled: false,
  });
  sim.refreshAllowed(sim.pool);
}

/** @throws XenFailure HA_NO_PLAN if the pool cannot stand so many */
function setFailuresToTolerate(sim: SimPool, pool: Row, failures: number): void {
  if (failures < 0) throw invalidValue('ha_host_failures_to_tolerate', String(failures));
  if (pool.bool('ha_enabled') && failures > mostFailures(sim)) throw new XenFailure('HA_NO_PLAN');
  sim.db.update(pool, { ha_host_failures_to_tolerate: failures });
  refreshPlan(sim);
}

function failoverPlan(sim: SimPool, args: Args): Record<string, Record<string, string>> {
  const failed = new Set(args.texts(0).map((ref) => sim.db.get('host', ref).ref));
  const vms = args.texts(1).map((ref) => sim.db.get('VM', ref));
  const { places, homeless } = planFailover(sim, failed, vms);
  return Object.fromEntries([
    ...[...places].map(([vm, host]): [string, Record<string, string>] => [vm, { host }]),
    ...homeless.map((vm): [string, Record<string, string>] => [vm.ref, { error_code: 'NO_HOSTS_AVAILABLE' }]),
  ]);
}

function requireEnabled(sim: SimPool): void {
  if (!sim.pool.bool('ha_enabled')) throw new XenFailure('HA_NOT_ENABLED');
}

export const HA: BehaviourTable = {
  'pool.enable_ha': timed(enableHa),
  'pool.disable_ha': timed((call) => disableHa(call)),
  'pool.ha_prevent_restarts_for': quick(({ sim }) => requireEnabled(sim)),
  'pool.set_ha_host_failures_to_tolerate': quick(({ sim }, args) =>
    setFailuresToTolerate(sim, sim.db.get('pool', args.ref(0)), args.int(1)),
  ),
  'pool.ha_compute_max_host_failures_to_tolerate': quick(({ sim }) => mostFailures(sim)),
  'pool.ha_compute_hypothetical_max_host_failures_to_tolerate': quick(({ sim }, args) => {
    const wanted = Object.entries(args.map(0)).filter(([, priority]) => textOf(priority) === 'restart');
    return mostFailures(
      sim,
      wanted.map(([ref]) => sim.db.get('VM', ref)),
    );
  }),
  'pool.ha_failover_plan_exists': quick(({ sim }, args) =>
    planExists(
      sim,
      args.int(0),
      sim.db.rows('VM').filter((vm) => vm.bool('ha_always_run')),
    ),
  ),
  'pool.ha_compute_vm_failover_plan': quick(({ sim }, args) => failoverPlan(sim, args)),
  'SR.assert_can_host_ha_statefile': quick(({ sim }, args) =>
    requireStatefileSr(sim, sim.db.get('SR', args.ref(0))),
  ),
  'host.emergency_ha_disable': quick(({ sim }) => {
    requireEnabled(sim);
    disarm(sim);
  }),
};
