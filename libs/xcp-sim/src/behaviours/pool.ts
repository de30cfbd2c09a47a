// Purpose: messages of class pool that concern one pool alone. There is no workload balancing, and the
// answers say so.
import { invalidValue, XenFailure } from '../core/failure.js';
import { isIP } from 'node:net';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';

function refuse(code: string): Behaviour {
  return quick(() => {
    throw new XenFailure(code);
  });
}

export const POOL: BehaviourTable = {
  'pool.sync_database': quick(() => undefined),
  'pool.has_extension': quick(({ sim }, args) => {
    sim.db.get('pool', args.ref(0));
    return false;
  }),
  'pool.retrieve_wlb_configuration': refuse('WLB_NOT_INITIALIZED'),
  'pool.retrieve_wlb_recommendations': refuse('WLB_NOT_INITIALIZED'),
  'pool.send_wlb_configuration': refuse('WLB_NOT_INITIALIZED'),
  'pool.set_wlb_enabled': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    if (args.flag(1) && pool.text('wlb_url') === '') throw new XenFailure('WLB_NOT_INITIALIZED');
    sim.db.update(pool, { wlb_enabled: args.flag(1) });
  }),
  'pool.disable_redo_log': quick(({ sim }) => {
    sim.db.update(sim.pool, { redo_log_enabled: false });
  }),
  'pool.set_vswitch_controller': quick(({ sim }, args) => {
    const address = args.text(0);
    if (address !== '' && isIP(address) === 0)
      throw new XenFailure('INVALID_IP_ADDRESS_SPECIFIED', 'address');
    sim.db.update(sim.pool, { vswitch_controller: address });
  }),
  'pool.configure_update_sync': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    const [frequency, day] = [args.text(1), args.int(2)];
    const latest = frequency === 'weekly' ? 6 : 0;
    if (day < 0 || day > latest) throw invalidValue('update_sync_day', String(day));
    sim.db.update(pool, { update_sync_frequency: frequency, update_sync_day: day });
  }),
  'pool.set_update_sync_enabled': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    if (args.flag(1) && pool.set('repositories').length === 0)
      throw new XenFailure('NO_REPOSITORIES_CONFIGURED');
    sim.db.update(pool, { update_sync_enabled: args.flag(1) });
  }),
};
