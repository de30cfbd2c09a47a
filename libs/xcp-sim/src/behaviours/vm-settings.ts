// Purpose: memory and CPU settings of VMs, and turning a VM into a template and back.
import { assertVmOperation, badPowerState } from './vm-rules.js';
import { invalidValue, XenFailure } from '../core/failure.js';
import { domainTypeOf } from './vm-records.js';
import { memoryOverhead } from './memory.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { compactDate, NULL_REF } from '../datamodel/xen-value.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';

interface MemoryLimits {
  staticMin: number;
  staticMax: number;
  dynamicMin: number;
  dynamicMax: number;
}

const VCPU_RULE = 'VCPU values must satisfy: 0 < VCPUs_at_startup ≤ VCPUs_max';

function limitsOf(vm: Row): MemoryLimits {
  return {
    staticMin: vm.int('memory_static_min'),
    staticMax: vm.int('memory_static_max'),
    dynamicMin: vm.int('memory_dynamic_min'),
    dynamicMax: vm.int('memory_dynamic_max'),
  };
}

/** @throws XenFailure MEMORY_CONSTRAINT_VIOLATION_ORDER unless static_min ≤ dynamic_min ≤ dynamic_max ≤ static_max */
function applyMemory(call: Call, vm: Row, op: string, changes: Partial<MemoryLimits>): void {
  assertVmOperation(vm, op);
  const limits = { ...limitsOf(vm), ...changes };
  const { staticMin, staticMax, dynamicMin, dynamicMax } = limits;
  if (!(
    staticMin >= 0 &&
    staticMax > 0 &&
    staticMin <= dynamicMin &&
    dynamicMin <= dynamicMax &&
    dynamicMax <= staticMax
  )) {
    throw new XenFailure('MEMORY_CONSTRAINT_VIOLATION_ORDER');
  }
  call.sim.db.update(vm, {
    memory_static_min: staticMin,
    memory_static_max: staticMax,
    memory_dynamic_min: dynamicMin,
    memory_dynamic_max: dynamicMax,
  });
  call.sim.db.update(vm, { memory_overhead: memoryOverhead(vm) });
  if (vm.text('power_state') === 'Running') call.sim.db.update(vm, { memory_target: dynamicMax });
}

function vmOf(call: Call, args: Args): Row {
  return call.sim.db.get('VM', args.ref(0));
}

function memorySetter(
  op: string,
  changes: (args: Args, vm: Row) => Partial<MemoryLimits>,
): ReturnType<typeof quick> {
  return quick((call, args) => {
    const vm = vmOf(call, args);
    applyMemory(call, vm, op, changes(args, vm));
  });
}

function setVcpus(call: Call, vm: Row, max: number, atStartup: number, asked: number): void {
  assertVmOperation(vm, 'changing_VCPUs');
  if (!(atStartup > 0 && atStartup <= max)) throw invalidValue(VCPU_RULE, String(asked));
  call.sim.db.update(vm, { VCPUs_max: max, VCPUs_at_startup: atStartup });
  call.sim.db.update(vm, { memory_overhead: memoryOverhead(vm) });
}

function requireRunning(vm: Row): void {
  if (vm.text('power_state') !== 'Running') throw badPowerState(vm, ['Running']);
}

function setShadowMultiplier(call: Call, vm: Row, multiplier: number): void {
  if (multiplier < 1) throw invalidValue('multiplier', String(multiplier));
  call.sim.db.update(vm, { HVM_shadow_multiplier: multiplier });
  call.sim.db.update(vm, { memory_overhead: memoryOverhead(vm) });
}

/** A template has no metrics; what stops being one counts as installed from then on. */
function setIsTemplate(call: Call, vm: Row, wanted: boolean): void {
  const { sim } = call;
  const metrics = sim.db.find('VM_metrics', vm.link('metrics'));
  if (wanted) {
    assertVmOperation(vm, 'make_into_template');
    if (metrics !== undefined) sim.db.remove(metrics);
    sim.db.update(vm, { is_a_template: true, metrics: NULL_REF });
  } else {
    if (metrics !== undefined) sim.db.update(metrics, { install_time: compactDate(sim.clock.now()) });
    sim.db.update(vm, { is_a_template: false, is_default_template: false });
  }
  sim.refreshAllowed(vm);
}

/** The policy that full guests have; every other kind of guest has none. */
const HVM_BOOT_POLICY = 'BIOS order';

/** Type and boot policy say the same in two ways: whichever is set, the other one follows. */
function setDomainType({ sim }: Call, vm: Row, domainType: string, bootPolicy: string): void {
  sim.db.update(vm, { domain_type: domainType, HVM_boot_policy: bootPolicy });
}

/** Undocumented: the flag of templates that come with the product. @throws XenFailure HANDLE_INVALID without metrics */
function setIsDefaultTemplate({ sim }: Call, vm: Row, wanted: boolean): void {
  const metrics = sim.db.get('VM_metrics', vm.link('metrics'));
  if (!wanted) sim.db.update(metrics, { install_time: compactDate(sim.clock.now()) });
  sim.db.update(vm, { is_default_template: wanted });
  sim.refreshAllowed(vm);
}

export const VM_SETTINGS: BehaviourTable = {
  'VM.set_memory': memorySetter('changing_memory_limits', (args, vm) => ({
    staticMax: args.int(1),
    dynamicMax: args.int(1),
    dynamicMin: args.int(1),
    staticMin:
      args.int(1) > 0 ? Math.min(vm.int('memory_static_min'), args.int(1)) : vm.int('memory_static_min'),
  })),
  'VM.set_memory_limits': memorySetter('changing_memory_limits', (args) => ({
    staticMin: args.int(1),
    staticMax: args.int(2),
    dynamicMin: args.int(3),
    dynamicMax: args.int(4),
  })),
  'VM.set_memory_static_range': memorySetter('changing_static_range', (args) => ({
    staticMin: args.int(1),
    staticMax: args.int(2),
  })),
  'VM.set_memory_static_min': memorySetter('changing_static_range', (args) => ({ staticMin: args.int(1) })),
  'VM.set_memory_static_max': memorySetter('changing_static_range', (args) => ({ staticMax: args.int(1) })),
  'VM.set_memory_dynamic_range': memorySetter('changing_dynamic_range', (args) => ({
    dynamicMin: args.int(1),
    dynamicMax: args.int(2),
  })),
  'VM.set_memory_dynamic_min': memorySetter('changing_dynamic_range', (args) => ({
    dynamicMin: args.int(1),
  })),
  'VM.set_memory_dynamic_max': memorySetter('changing_dynamic_range', (args) => ({
    dynamicMax: args.int(1),
  })),
  'VM.set_memory_target_live': quick((call, args) => {
    const vm = vmOf(call, args);
    requireRunning(vm);
    applyMemory(call, vm, 'changing_dynamic_range', { dynamicMin: args.int(1), dynamicMax: args.int(1) });
  }),
  'VM.add_to_VCPUs_params_live': quick((call, args) => {
    requireRunning(vmOf(call, args));
    throw new XenFailure('NOT_IMPLEMENTED', 'add_to_VCPUs_params_live');
  }),
  'VM.set_HVM_shadow_multiplier': quick((call, args) => {
    const vm = vmOf(call, args);
    assertVmOperation(vm, 'changing_shadow_memory');
    setShadowMultiplier(call, vm, Number(args.at(1)));
  }),
  'VM.set_shadow_multiplier_live': quick((call, args) => {
    const vm = vmOf(call, args);
    requireRunning(vm);
    setShadowMultiplier(call, vm, Number(args.at(1)));
  }),
  'VM.compute_memory_overhead': quick((call, args) => memoryOverhead(vmOf(call, args))),
  'VM.set_VCPUs_max': quick((call, args) => {
    const vm = vmOf(call, args);
    setVcpus(call, vm, args.int(1), vm.int('VCPUs_at_startup'), args.int(1));
  }),
  'VM.set_VCPUs_at_startup': quick((call, args) => {
    const vm = vmOf(call, args);
    setVcpus(call, vm, vm.int('VCPUs_max'), args.int(1), args.int(1));
  }),
  'VM.set_VCPUs_number_live': quick((call, args) => {
    const vm = vmOf(call, args);
    requireRunning(vm);
    if (args.int(1) < 1 || args.int(1) > vm.int('VCPUs_max'))
      throw invalidValue(VCPU_RULE, String(args.int(1)));
    const metrics = call.sim.db.find('VM_metrics', vm.link('metrics'));
    if (metrics !== undefined) call.sim.db.update(metrics, { VCPUs_number: args.int(1) });
    call.sim.db.update(vm, { VCPUs_at_startup: args.int(1) });
  }),
  'VM.set_ha_restart_priority': quick((call, args) => {
    const priority = args.text(1);
    if (!['', 'best-effort', 'restart'].includes(priority))
      throw invalidValue('ha_restart_priority', priority);
    call.sim.db.update(vmOf(call, args), { ha_restart_priority: priority });
  }),
  // Kept for old clients: the priority alone decides.
  'VM.set_ha_always_run': quick((call, args) => void vmOf(call, args)),
  'VM.set_domain_type': quick((call, args) => {
    if (args.text(1) === 'unspecified') throw invalidValue('domain_type', 'unspecified');
    setDomainType(call, vmOf(call, args), args.text(1), args.text(1) === 'hvm' ? HVM_BOOT_POLICY : '');
  }),
  'VM.set_HVM_boot_policy': quick((call, args) =>
    setDomainType(call, vmOf(call, args), domainTypeOf(args.text(1)), args.text(1)),
  ),
  'VM.set_is_default_template': quick((call, args) =>
    setIsDefaultTemplate(call, vmOf(call, args), args.flag(1)),
  ),
  'VM.set_is_a_template': quick((call, args) => setIsTemplate(call, vmOf(call, args), args.flag(1))),
};
