// Purpose: VM.create, provision and the read-only questions about a VM.
import { allowedVbdDevices } from './vbd.js';
import { allowedVifDevices } from './vif.js';
import { assertVmOperation, badPowerState } from './vm-rules.js';
import { bootRefusal, possibleHosts } from './placement.js';
import { bringDown } from './vm-domain.js';
import { isDead, requireContact } from './host-work.js';
import { createVmRow } from './vm-records.js';
import { memoryOverhead } from './memory.js';
import { provision } from './provision.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { removeSuspendImage } from './vm-suspend.js';
import { XenFailure } from '../core/failure.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';

function vmOf(call: Call, args: Args): Row {
  return call.sim.db.get('VM', args.ref(0));
}

/** Only a domain that is really gone may be declared so. @throws XenFailure DOMAIN_EXISTS */
function resetPowerState(call: Call, vm: Row): void {
  const { sim } = call;
  assertVmOperation(vm, 'power_state_reset');
  const state = vm.text('power_state');
  if (state === 'Running' || state === 'Paused') {
    const host = sim.db.find('host', vm.link('resident_on'));
    if (host === undefined || !isDead(sim, host)) throw new XenFailure('DOMAIN_EXISTS', vm.ref);
  }
  if (state === 'Suspended') removeSuspendImage(sim, vm);
  bringDown(sim, vm);
}

export const VM_QUERIES: BehaviourTable = {
  'VM.create': timed(async (call, args) => {
    await call.spend('vmCreate');
    return createVmRow(call.sim, args.map(0)).ref;
  }),
  'VM.provision': timed((call, args) => provision(call, vmOf(call, args))),
  'VM.get_allowed_VBD_devices': quick((call, args) => allowedVbdDevices(call.sim, vmOf(call, args))),
  'VM.get_allowed_VIF_devices': quick((call, args) => allowedVifDevices(call.sim, vmOf(call, args))),
  'VM.get_possible_hosts': quick((call, args) =>
    possibleHosts(call.sim, vmOf(call, args), 'with memory').map((host) => host.ref),
  ),
  'VM.assert_can_boot_here': quick((call, args) => {
    const vm = vmOf(call, args);
    const host = call.sim.db.get('host', args.ref(1));
    const refusal = bootRefusal(call.sim, vm, host, 'with memory');
    if (refusal !== undefined) throw refusal;
    requireContact(call.sim, host);
  }),
  'VM.assert_operation_valid': quick((call, args) => assertVmOperation(vmOf(call, args), args.text(1))),
  'VM.update_allowed_operations': quick((call, args) => call.sim.refreshAllowed(vmOf(call, args))),
  'VM.maximise_memory': quick((call, args) => Math.max(0, args.int(1) - memoryOverhead(vmOf(call, args)))),
  'VM.get_cooperative': quick((call, args) => vmOf(call, args).alive),
  'VM.power_state_reset': quick((call, args) => resetPowerState(call, vmOf(call, args))),
  'VM.get_boot_record': quick((call, args) => {
    const vm = vmOf(call, args);
    if (vm.text('power_state') === 'Halted') throw badPowerState(vm, ['Paused', 'Suspended', 'Running']);
    return vm.record();
  }),
};
