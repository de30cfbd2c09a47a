// Purpose: callers (programs, by name and address) and the limits they share. The limits are kept, not enforced: calls
// are counted nowhere, so what asks for usage is refused.
import { NULL_REF } from '../datamodel/xen-value.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';

export const RATE_LIMIT: BehaviourTable = {
  'Rate_limit.add_caller': quick(({ sim }, args) => {
    const limit = sim.db.get('Rate_limit', args.ref(0));
    sim.db.update(sim.db.get('Caller', args.ref(1)), { rate_limit: limit.ref });
  }),
  'Rate_limit.remove_caller': quick(({ sim }, args) => {
    const limit = sim.db.get('Rate_limit', args.ref(0));
    const caller = sim.db.get('Caller', args.ref(1));
    if (caller.link('rate_limit') === limit.ref) sim.db.update(caller, { rate_limit: NULL_REF });
  }),
  'Caller.add_group': quick(({ sim }, args) => {
    const caller = sim.db.get('Caller', args.ref(0));
    sim.db.update(caller, { groups: [...new Set([...caller.set('groups'), args.text(1)])] });
  }),
  'Caller.remove_group': quick(({ sim }, args) => {
    const caller = sim.db.get('Caller', args.ref(0));
    sim.db.update(caller, { groups: caller.set('groups').filter((group) => group !== args.text(1)) });
  }),
};
