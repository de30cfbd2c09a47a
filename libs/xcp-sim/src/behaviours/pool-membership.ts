// Purpose: who belongs to the pool and who leads it: joining, ejecting, new masters planned and in an emergency.
import { becomeMaster, cutOff, isLive, restartToolstack, simHostOf } from './host-roles.js';
import { destroyDisk } from './vdi-work.js';
import { guestsOf, recoverMembers, takeOver } from './host-life.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { requireContact } from './host-work.js';
import { XenFailure } from '../core/failure.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** The old master answers, then both toolstacks restart in their new roles. */
const RESTART_AFTER_MS = 5000;

/** Everything that belongs to the host alone goes with it: interfaces, links to storage, local storage, its own domain. */
export function removeHost(sim: SimPool, host: Row): void {
  const { db } = sim;
  const known = simHostOf(sim, host.ref);
  known.powered = false;
  cutOff(sim, known);
  for (const pbd of db.follow('PBD', host.set('PBDs'))) removePbd(sim, pbd);
  for (const pif of db.follow('PIF', host.set('PIFs'))) removePif(sim, pif);
  for (const cpu of db.follow('host_cpu', host.set('host_CPUs'))) db.remove(cpu);
  for (const vm of db.follow('VM', host.set('resident_VMs'))) if (vm.bool('is_control_domain')) db.remove(vm);
  const metrics = db.find('host_metrics', host.link('metrics'));
  db.remove(host);
  if (metrics !== undefined) db.remove(metrics);
}

function removePbd(sim: SimPool, pbd: Row): void {
  const sr = sim.db.find('SR', pbd.link('SR'));
  sim.db.remove(pbd);
  if (sr === undefined || sr.bool('shared') || sr.set('PBDs').length > 0) return;
  for (const vdi of sim.db.follow('VDI', sr.set('VDIs'))) destroyDisk(sim, vdi);
  sim.db.remove(sr);
}

function removePif(sim: SimPool, pif: Row): void {
  const { db } = sim;
  const vlan = db.find('VLAN', pif.link('VLAN_master_of'));
  if (vlan !== undefined) db.remove(vlan);
  for (const tunnel of db.rows('tunnel'))
    if (tunnel.link('access_PIF') === pif.ref || tunnel.link('transport_PIF') === pif.ref) db.remove(tunnel);
  const metrics = db.find('PIF_metrics', pif.link('metrics'));
  if (metrics !== undefined) db.remove(metrics);
  db.remove(pif);
}

/** XenAPI pool.eject. @throws XenFailure HA_IS_ENABLED, OPERATION_NOT_ALLOWED, HOST_HAS_RESIDENT_VMS */
async function eject(call: Call, host: Row): Promise<void> {
  const { sim } = call;
  if (sim.pool.bool('ha_enabled')) throw new XenFailure('HA_IS_ENABLED');
  if (host === sim.master) throw new XenFailure('OPERATION_NOT_ALLOWED', 'The master cannot be ejected');
  requireContact(sim, host);
  if (guestsOf(sim, host).length > 0) throw new XenFailure('HOST_HAS_RESIDENT_VMS', host.ref);
  await call.spend('pbdPlug');
  removeHost(sim, host);
}

/** XenAPI pool.designate_new_master. @throws XenFailure HOST_NOT_LIVE, HOST_DISABLED, CANNOT_CONTACT_HOST */
async function designate(call: Call, host: Row): Promise<void> {
  const { sim } = call;
  if (host === sim.master) return;
  requireContact(sim, host);
  if (!isLive(sim, host)) throw new XenFailure('HOST_NOT_LIVE');
  if (sim.pool.bool('handing_over')) throw new XenFailure('DESIGNATE_NEW_MASTER_IN_PROGRESS');
  sim.db.update(sim.pool, { handing_over: true });
  try {
    await call.spend('pbdPlug');
    requireContact(sim, host);
  } catch (error) {
    sim.db.update(sim.pool, { handing_over: false });
    throw error;
  }
  sim.clock.schedule(RESTART_AFTER_MS, () => handOver(sim, host));
}

function handOver(sim: SimPool, host: Row): void {
  sim.db.update(sim.pool, { handing_over: false });
  const next = simHostOf(sim, host.ref);
  if (!next.powered) return;
  const before = sim.hosts.find((known) => known.isMaster);
  becomeMaster(sim, next);
  for (const changed of [next, before]) if (changed?.powered === true) restartToolstack(sim, changed);
}

/** Every host here has a pool already; what a stand-alone host could join is another process. */
function refuseJoin(sim: SimPool): never {
  if (sim.db.count('host') > 1) throw new XenFailure('JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS');
  throw new XenFailure('JOINING_HOST_SERVICE_FAILED');
}

function emergencyTakeOver(call: Call): void {
  const { sim } = call;
  const host = simHostOf(sim, call.host.ref);
  if (host.isMaster) return;
  takeOver(sim, host);
}

export const POOL_MEMBERSHIP: BehaviourTable = {
  'pool.eject': timed((call, args) => eject(call, call.sim.db.get('host', args.ref(0)))),
  'pool.designate_new_master': timed((call, args) => designate(call, call.sim.db.get('host', args.ref(0)))),
  'pool.join': quick(({ sim }) => refuseJoin(sim)),
  'pool.join_force': quick(({ sim }) => refuseJoin(sim)),
  'pool.recover_slaves': quick(({ sim }) => recoverMembers(sim).map((host) => host.ref)),
  'pool.emergency_transition_to_master': quick((call) => {
    // The answer goes out before the toolstack restarts in its new role.
    call.sim.clock.schedule(100, () => emergencyTakeOver(call));
  }),
  'pool.emergency_reset_master': quick((call, args) => {
    const host = simHostOf(call.sim, call.host.ref);
    const isRight = args.text(0) === call.sim.master.text('address');
    host.believedMaster = isRight ? undefined : args.text(0);
    host.toolstack = isRight ? 'up' : 'emergency';
  }),
};
