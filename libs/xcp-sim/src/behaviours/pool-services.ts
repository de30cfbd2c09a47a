// Purpose: messages of class pool about services beside its hosts: workload balancing, licences, the redo log, and the
// tests whether something outside can be reached.
import { invalidValue, XenFailure } from '../core/failure.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';

/** `host:port`, as a balancer is named. */
const BALANCER_URL = /^[A-Za-z0-9.-]+:\d{1,5}$/;

export const POOL_SERVICES: BehaviourTable = {
  'pool.initialize_wlb': quick((_call, args) => {
    if (!BALANCER_URL.test(args.text(0))) throw new XenFailure('WLB_URL_INVALID', args.text(0));
    // There is no balancer at any address.
    throw new XenFailure('WLB_CONNECTION_REFUSED');
  }),
  'pool.deconfigure_wlb': quick(({ sim }) => {
    sim.db.update(sim.pool, { wlb_url: '', wlb_username: '', wlb_enabled: false });
  }),
  'VM.retrieve_wlb_recommendations': quick(({ sim }, args) => {
    sim.db.get('VM', args.ref(0));
    throw new XenFailure('WLB_NOT_INITIALIZED');
  }),
  'pool.get_license_state': quick(({ sim }, args) => {
    sim.db.get('pool', args.ref(0));
    return { edition: sim.master.text('edition'), expiry: 'never' };
  }),
  'pool.get_guest_secureboot_readiness': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    return pool.text('uefi_certificates') === '' ? 'not_ready' : 'ready_no_dbx';
  }),
  // Sessions between hosts are not simulated, so there is nothing that a new secret would change.
  'pool.rotate_secret': quick(({ sim }) => {
    if (sim.pool.bool('ha_enabled')) throw new XenFailure('HA_IS_ENABLED');
  }),
  'SR.make': quick(() => {
    throw new XenFailure('MESSAGE_DEPRECATED');
  }),
  'VMSS.snapshot_now': quick(({ sim }, args) => {
    sim.db.get('VMSS', args.ref(0));
    throw new XenFailure('XENAPI_MISSING_PLUGIN', 'vmss');
  }),
  // The device model comes up again under the running guest, which notices nothing.
  'VM.restart_device_models': quick(({ sim }, args) => {
    const vm = sim.db.get('VM', args.ref(0));
    const state = vm.text('power_state').toLowerCase();
    if (state !== 'running') throw new XenFailure('VM_BAD_POWER_STATE', vm.ref, 'running', state);
    sim.db.update(vm, {
      pending_guidances: vm.set('pending_guidances').filter((item) => item !== 'restart_device_model'),
    });
  }),
  'VM.query_services': quick(({ sim }, args) => {
    sim.db.get('VM', args.ref(0));
    return {};
  }),
  'pool.set_local_auth_max_threads': threads('local_auth_max_threads'),
  'pool.set_ext_auth_max_threads': threads('ext_auth_max_threads'),
};

/** At least one, or nobody could log in. */
function threads(field: string): BehaviourTable[string] {
  return quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    if (args.int(1) < 1) throw invalidValue('value', String(args.int(1)));
    sim.db.update(pool, { [field]: args.int(1) });
  });
}
