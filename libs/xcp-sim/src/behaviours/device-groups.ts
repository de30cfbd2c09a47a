// Purpose: groups of hardware and sites that clients make by name, and virtual TPMs. Hardware itself is not simulated,
// so the groups stay empty.
import { assertVmOperation } from './vm-rules.js';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

function createNamed(cls: string): Behaviour {
  return quick(
    ({ sim }, args) =>
      sim.db.create(cls, {
        name_label: args.text(0),
        name_description: args.text(1),
        other_config: args.map(2),
      }).ref,
  );
}

/** Removes a row unless one of its sets still holds something. */
function removeEmpty(cls: string, refusals: readonly (readonly [field: string, code: string])[]): Behaviour {
  return quick(({ sim }, args) => {
    const row = sim.db.get(cls, args.ref(0));
    for (const [field, code] of refusals)
      if (row.set(field).length > 0) throw new XenFailure(code, ...row.set(field));
    sim.db.remove(row);
  });
}

/** A VM has at most one. */
const MOST_VTPMS = 1;

/** @throws XenFailure VTPM_MAX_AMOUNT_REACHED, VM_BAD_POWER_STATE, VM_IS_TEMPLATE */
function createVtpm(sim: SimPool, vm: Row, isUnique: boolean): string {
  assertVmOperation(vm, 'create_vtpm');
  if (vm.set('VTPMs').length >= MOST_VTPMS)
    throw new XenFailure('VTPM_MAX_AMOUNT_REACHED', String(MOST_VTPMS));
  const vtpm = sim.db.create('VTPM', { VM: vm.ref, is_unique: isUnique });
  sim.refreshAllowed(vm);
  return vtpm.ref;
}

/** @throws XenFailure VM_BAD_POWER_STATE unless its VM is halted */
function destroyVtpm(sim: SimPool, vtpm: Row): void {
  const vm = sim.db.find('VM', vtpm.link('VM'));
  if (vm !== undefined) assertVmOperation(vm, 'create_vtpm');
  sim.db.remove(vtpm);
}

export const DEVICE_GROUPS: BehaviourTable = {
  'GPU_group.create': createNamed('GPU_group'),
  'GPU_group.destroy': removeEmpty('GPU_group', [
    ['PGPUs', 'GPU_GROUP_CONTAINS_PGPU'],
    ['VGPUs', 'GPU_GROUP_CONTAINS_VGPU'],
  ]),
  'USB_group.create': createNamed('USB_group'),
  'USB_group.destroy': removeEmpty('USB_group', [
    ['PUSBs', 'USB_GROUP_CONTAINS_PUSB'],
    ['VUSBs', 'USB_GROUP_CONTAINS_VUSB'],
  ]),
  'PVS_site.introduce': quick(
    ({ sim }, args) =>
      sim.db.create('PVS_site', {
        name_label: args.text(0),
        name_description: args.text(1),
        PVS_uuid: args.text(2),
      }).ref,
  ),
  'PVS_site.forget': removeEmpty('PVS_site', [['servers', 'PVS_SITE_CONTAINS_SERVERS']]),
  'PVS_site.set_PVS_uuid': quick(({ sim }, args) => {
    sim.db.update(sim.db.get('PVS_site', args.ref(0)), { PVS_uuid: args.text(1) });
  }),
  'VTPM.create': quick(({ sim }, args) => createVtpm(sim, sim.db.get('VM', args.ref(0)), args.flag(1))),
  'VTPM.destroy': quick(({ sim }, args) => destroyVtpm(sim, sim.db.get('VTPM', args.ref(0)))),
};
