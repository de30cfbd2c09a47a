// Purpose: messages of class host: power, evacuation, the questions about one.
import { assertCanEvacuate, evacuate, preventingVms } from './host-evacuation.js';
import { compactDate } from '../datamodel/xen-value.js';
import { comeBack, goDown, guestsOf } from './host-life.js';
import { freeMemory } from './memory.js';
import { internalError, XenFailure } from '../core/failure.js';
import { isLive, restartToolstack, setLive, simHostOf } from './host-roles.js';
import { bringDown } from './vm-domain.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { removeHost } from './pool-membership.js';
import { requirePlanWithout, refreshPlan } from './ha-plan.js';
import { withOperations } from '../core/operations.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** An answer gets out before the machine goes down. */
const ANSWER_FIRST_MS = 100;

function hostOf(sim: SimPool, args: Args): Row {
  return sim.db.get('host', args.ref(0));
}

async function enable(call: Call, host: Row): Promise<void> {
  await call.spend('hostEnable');
  call.sim.db.update(host, { enabled: true, stays_disabled: false });
  call.sim.refreshAllowed(host);
  refreshPlan(call.sim);
}

/** XenAPI host.disable(host, auto_enable): no VM starts there any more; those that run go on. */
async function disable(call: Call, host: Row, args: Args): Promise<void> {
  requirePlanWithout(call.sim, host);
  await call.spend('hostEnable');
  const stays = args.count > 1 && !args.flag(1);
  call.sim.db.update(host, { enabled: false, stays_disabled: stays });
  call.sim.refreshAllowed(host);
  refreshPlan(call.sim);
}

/** @throws XenFailure HOST_NOT_DISABLED, HOST_IN_USE */
function requireIdle(sim: SimPool, host: Row): void {
  if (host.bool('enabled')) throw new XenFailure('HOST_NOT_DISABLED');
  const guest = guestsOf(sim, host).find((vm) => vm.text('power_state') !== 'Suspended');
  if (guest !== undefined) throw new XenFailure('HOST_IN_USE', host.ref, 'VM', guest.ref);
}

/** XenAPI host.reboot, host.shutdown: the call answers, then the machine goes. */
async function leave(call: Call, host: Row, op: 'reboot' | 'shutdown'): Promise<void> {
  const { sim } = call;
  const claim = { row: host, op, check: () => requireIdle(sim, host) };
  await withOperations(call, [claim], () => call.spend('hostEnable'));
  const then = op === 'reboot' ? 'reboot' : 'stay off';
  sim.clock.schedule(ANSWER_FIRST_MS, () => goDown(sim, simHostOf(sim, host.ref), then));
}

/** XenAPI host.power_on. @throws XenFailure HOST_IS_LIVE, HOST_POWER_ON_MODE_DISABLED */
function powerOn(sim: SimPool, host: Row): void {
  if (isLive(sim, host)) throw new XenFailure('HOST_IS_LIVE', host.ref);
  if (host.text('power_on_mode') === '') throw new XenFailure('HOST_POWER_ON_MODE_DISABLED');
  sim.clock.schedule(sim.latency.sample('hostReboot'), () => comeBack(sim, simHostOf(sim, host.ref)));
}

/** XenAPI host.declare_dead: the administrator's word replaces the heartbeat; its VMs count as stopped. */
function declareDead(sim: SimPool, host: Row): void {
  const { powered } = simHostOf(sim, host.ref);
  if (powered && isLive(sim, host)) throw new XenFailure('HOST_IS_LIVE', host.ref);
  setLive(sim, host, false);
  for (const vm of guestsOf(sim, host)) bringDown(sim, vm);
}

/** XenAPI host.destroy. @throws XenFailure HOST_IS_LIVE, HOST_HAS_RESIDENT_VMS */
function destroyHost(sim: SimPool, host: Row): void {
  if (isLive(sim, host)) throw new XenFailure('HOST_IS_LIVE', host.ref);
  if (host === sim.master) throw new XenFailure('HOST_CANNOT_DESTROY_SELF', host.ref);
  if (guestsOf(sim, host).length > 0) throw new XenFailure('HOST_HAS_RESIDENT_VMS', host.ref);
  removeHost(sim, host);
}

function hostTime(sim: SimPool, args: Args): string {
  const host = hostOf(sim, args);
  return compactDate(sim.clock.now() + simHostOf(sim, host.ref).clockSkewMs);
}

export const HOST: BehaviourTable = {
  'host.enable': timed((call, args) => enable(call, hostOf(call.sim, args))),
  'host.disable': timed((call, args) => disable(call, hostOf(call.sim, args), args)),
  'host.reboot': timed((call, args) => leave(call, hostOf(call.sim, args), 'reboot')),
  'host.shutdown': timed((call, args) => leave(call, hostOf(call.sim, args), 'shutdown')),
  'host.power_on': quick(({ sim }, args) => powerOn(sim, hostOf(sim, args))),
  'host.declare_dead': quick(({ sim }, args) => declareDead(sim, hostOf(sim, args))),
  'host.destroy': quick(({ sim }, args) => destroyHost(sim, hostOf(sim, args))),
  'host.restart_agent': quick(({ sim }, args) => {
    const host = simHostOf(sim, hostOf(sim, args).ref);
    sim.clock.schedule(ANSWER_FIRST_MS, () => restartToolstack(sim, host));
  }),
  'host.compute_free_memory': quick(({ sim }, args) => freeMemory(sim, hostOf(sim, args))),
  'host.compute_memory_overhead': quick(({ sim }, args) => hostOf(sim, args).int('memory_overhead')),
  'host.get_servertime': quick(({ sim }, args) => hostTime(sim, args)),
  'host.get_server_localtime': quick(({ sim }, args) => hostTime(sim, args)),
  'host.get_vms_which_prevent_evacuation': quick(({ sim }, args) => preventingVms(sim, hostOf(sim, args))),
  'host.assert_can_evacuate': quick(({ sim }, args) => assertCanEvacuate(sim, hostOf(sim, args))),
  'host.get_uncooperative_resident_VMs': quick(({ sim }, args) => {
    hostOf(sim, args);
    return [];
  }),
  'host.evacuate': timed((call, args) => evacuate(call, hostOf(call.sim, args), args.int(2))),
  // Extensions are called by a JSON text; without any installed nothing parses.
  'host.call_extension': quick(({ sim }, args) => {
    hostOf(sim, args);
    throw internalError(`Json_error("Invalid token '${args.text(1)}'")`);
  }),
  'host.get_management_interface': quick(({ sim }, args) => {
    const pifs = sim.db.follow('PIF', hostOf(sim, args).set('PIFs'));
    const management = pifs.find((pif) => pif.bool('management'));
    if (management === undefined) throw internalError('Not_found');
    return management.ref;
  }),
  'host.has_extension': quick(({ sim }, args) => {
    hostOf(sim, args);
    return false;
  }),
  'host.list_methods': quick(({ sim }) =>
    [...sim.db.model.classes.values()].flatMap((cls) =>
      [...cls.messages.keys()].map((name) => `${cls.name}.${name}`),
    ),
  ),
};
