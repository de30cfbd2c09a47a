// Purpose: messages of class host.
import { compactDate } from '../datamodel/xen-value.js';
import { freeMemory } from './memory.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';

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
  'host.list_methods': quick(({ sim }) =>
    [...sim.db.model.classes.values()].flatMap((cls) =>
      [...cls.messages.keys()].map((name) => `${cls.name}.${name}`),
    ),
  ),
};
