// Purpose: messages of class host.
import { compactDate } from '../datamodel/xen-value.js';
import { withOperations } from '../core/operations.js';
import { internalError, XenFailure } from '../core/failure.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import { freeMemory } from './memory.js';
import { bootRefusal, chooseHost } from './placement.js';
import { migrateVm } from './vm-power.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';

/** Live hosts are refused as by the server; what it does with dead ones is not simulated. */
function refuseLive(sim: SimPool, host: Row, message: string): never {
  const live = sim.db.find('host_metrics', host.link('metrics'))?.bool('live') === true;
  throw live ? new XenFailure('HOST_IS_LIVE', host.ref) : new XenFailure('NOT_IMPLEMENTED', message);
}

function guestsOf(sim: SimPool, host: Row): Row[] {
  return sim.db.follow('VM', host.set('resident_VMs')).filter((vm) => !vm.bool('is_control_domain'));
}

/** @throws XenFailure CANNOT_EVACUATE_HOST with the reasons joined by "|" */
function assertCanEvacuate(sim: SimPool, host: Row): void {
  const others = sim.db.rows('host').filter((other) => other !== host);
  const reasons = guestsOf(sim, host)
    .filter((vm) => !others.some((other) => bootRefusal(sim, vm, other, 'with memory') === undefined))
    .map((vm) => `NO_HOSTS_AVAILABLE,${vm.ref}`);
  if (reasons.length > 0) throw new XenFailure('CANNOT_EVACUATE_HOST', reasons.join('|'));
}

/** Ten migrations at a time, as the server does by default. */
const EVACUATION_SLOTS = 10;

/** XenAPI host.evacuate: moves every VM away; the host stays disabled or not as it was. */
async function evacuate(call: Call, host: Row): Promise<void> {
  const { sim } = call;
  assertCanEvacuate(sim, host);
  await withOperations(call, [{ row: host, op: 'evacuate' }], async () => {
    const waiting = guestsOf(sim, host);
    const mover = async (): Promise<void> => {
      for (let vm = waiting.shift(); vm !== undefined; vm = waiting.shift())
        await migrateVm(call, vm, chooseHost(sim, vm));
    };
    await Promise.all(Array.from({ length: EVACUATION_SLOTS }, mover));
  });
}

export const HOST: BehaviourTable = {
  'host.enable': timed(async (call, args) => {
    const host = call.sim.db.get('host', args.ref(0));
    await call.spend('hostEnable');
    call.sim.db.update(host, { enabled: true });
    call.sim.refreshAllowed(host);
  }),
  'host.disable': timed(async (call, args) => {
    const host = call.sim.db.get('host', args.ref(0));
    await call.spend('hostEnable');
    call.sim.db.update(host, { enabled: false });
    call.sim.refreshAllowed(host);
  }),
  'host.compute_free_memory': quick(({ sim }, args) => freeMemory(sim, sim.db.get('host', args.ref(0)))),
  'host.compute_memory_overhead': quick(({ sim }, args) =>
    sim.db.get('host', args.ref(0)).int('memory_overhead'),
  ),
  'host.get_servertime': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    return compactDate(sim.clock.now());
  }),
  'host.get_server_localtime': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    return compactDate(sim.clock.now());
  }),
  'host.get_vms_which_prevent_evacuation': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    return {};
  }),
  'host.assert_can_evacuate': quick(({ sim }, args) =>
    assertCanEvacuate(sim, sim.db.get('host', args.ref(0))),
  ),
  'host.get_uncooperative_resident_VMs': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    return [];
  }),
  'host.evacuate': timed((call, args) => evacuate(call, call.sim.db.get('host', args.ref(0)))),
  'host.destroy': quick(({ sim }, args) => refuseLive(sim, sim.db.get('host', args.ref(0)), 'host.destroy')),
  'host.power_on': quick(({ sim }, args) =>
    refuseLive(sim, sim.db.get('host', args.ref(0)), 'host.power_on'),
  ),
  // Extensions are called by a JSON text; without any installed nothing parses.
  'host.call_extension': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    throw internalError(`Json_error("Invalid token '${args.text(1)}'")`);
  }),
  'host.get_management_interface': quick(({ sim }, args) => {
    const pifs = sim.db.follow('PIF', sim.db.get('host', args.ref(0)).set('PIFs'));
    const management = pifs.find((pif) => pif.bool('management'));
    if (management === undefined) throw internalError('Not_found');
    return management.ref;
  }),
  'host.has_extension': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    return false;
  }),
  'host.list_methods': quick(({ sim }) =>
    [...sim.db.model.classes.values()].flatMap((cls) =>
      [...cls.messages.keys()].map((name) => `${cls.name}.${name}`),
    ),
  ),
};
