/**
 * Gives a VM its settings and makes it provably ours. On a fresh clone all settings are written side by side, then it is
 * provisioned, which makes a real VM of the template. A running VM takes guest data and the restart counter only.
 */
import {
  DomainError,
  isSameTexts,
  isSameTuningSet,
  vsysOfPart,
  type ActionContext,
  type VServerConfigure,
} from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located } from '../cache/pool-cache.js';
import { TAG, tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { claimDisks } from './claim-disks.js';
import { findVm } from './find-parts.js';
import { guestDataOf, openTexts, withGuestData, withNotes } from './guest-data.js';
import { removeInheritedVifs } from './inherited-vifs.js';
import { loadedVm } from './loaded-vm.js';
import type { PoolAccess } from './pool-access.js';
import { observedTuning, setTuning, tuningNote } from './server-tuning.js';

const MIB = 2 ** 20;

type Settings = VServerConfigure['settings'];

interface MemoryRange {
  readonly least: number;
  readonly most: number;
}

const memoryOf = ({ memoryMiB, minMemoryMiB = memoryMiB }: Settings): MemoryRange => ({
  least: minMemoryMiB * MIB,
  most: memoryMiB * MIB,
});

/** Keys of a template's `other_config` that must not live on: disks that VM.provision would make. */
const TEMPLATE_ONLY = new Set(['disks', TAG.restarting]);

function wantedConfig(
  { part, settings }: VServerConfigure,
  vm: Cached<'VM'>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(vm.other_config).filter(
    ([key]) => !TEMPLATE_ONLY.has(key) && key !== TAG.tuning,
  );
  return {
    ...Object.fromEntries(kept),
    ...tagsOf(vsysOfPart(part), part),
    [TAG.self]: vm.uuid,
    [TAG.role]: settings.role,
    [TAG.restarts]: String(settings.restarts),
    ...(settings.reverts === undefined ? {} : { [TAG.reverts]: String(settings.reverts) }),
    ...tuningNote(settings.tuning),
  };
}

/** Raised maximum first, lowered maximum last: at no moment more at start-up than at most. */
async function setVcpus(
  vm: Located<'VM'>,
  vcpus: number,
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { VCPUs_max, VCPUs_at_startup } = vm.record;
  if (VCPUs_max < vcpus) await calls.call('VM.set_VCPUs_max', [vm.ref, vcpus], signal);
  if (VCPUs_at_startup !== vcpus) await calls.call('VM.set_VCPUs_at_startup', [vm.ref, vcpus], signal);
  if (VCPUs_max > vcpus) await calls.call('VM.set_VCPUs_max', [vm.ref, vcpus], signal);
}

/** Without a wanted minimum all four limits are equal: no ballooning, what is sold is there. */
async function setMemory(
  vm: Located<'VM'>,
  { least, most }: MemoryRange,
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { memory_static_min, memory_static_max, memory_dynamic_min, memory_dynamic_max } = vm.record;
  const isSet = [memory_static_min, memory_dynamic_min].every((limit) => limit === least);
  if (isSet && [memory_static_max, memory_dynamic_max].every((limit) => limit === most)) return;
  await calls.call('VM.set_memory_limits', [vm.ref, least, most, least, most], signal);
}

async function setTexts(
  vm: Located<'VM'>,
  action: VServerConfigure,
  pool: PoolAccess,
  context: ActionContext,
): Promise<void> {
  const { calls, cache } = pool;
  const { settings } = action;
  const { signal } = context;
  // Before its note, which says what is to be given back later.
  await setTuning(vm, settings.tuning, pool, signal);
  const writes: Promise<void>[] = [];
  const guestData = openTexts(settings.guestData, context);
  const config = withNotes(wantedConfig(action, vm.record), settings.guestData, guestData);
  if (!sameMap(config, vm.record.other_config))
    writes.push(calls.call('VM.set_other_config', [vm.ref, config], signal));
  const xenstore = withGuestData(vm.record.xenstore_data, guestData);
  if (!sameMap(xenstore, vm.record.xenstore_data))
    writes.push(calls.call('VM.set_xenstore_data', [vm.ref, xenstore], signal));
  if (vm.record.name_description !== settings.name) {
    writes.push(calls.call('VM.set_name_description', [vm.ref, settings.name], signal));
  }
  await Promise.all(writes);
  cache.wrote('VM', vm.ref, {
    other_config: config,
    xenstore_data: xenstore,
    name_description: settings.name,
  });
}

async function configureHalted(
  vm: Located<'VM'>,
  action: VServerConfigure,
  pool: PoolAccess,
  context: ActionContext,
): Promise<void> {
  const { settings, part } = action;
  const { signal } = context;
  const { least, most } = memoryOf(settings);
  await Promise.all([
    setTexts(vm, action, pool, context),
    setVcpus(vm, settings.vcpus, pool, signal),
    setMemory(vm, { least, most }, pool, signal),
    removeInheritedVifs(vm, part, pool, signal),
    // Later on, an unclaimed disk is one that somebody else attached.
    vm.record.is_a_template ? claimDisks(vm, part, pool, signal) : undefined,
  ]);
  if (vm.record.is_a_template) {
    await pool.provisioning.run(() => pool.calls.call('VM.provision', [vm.ref], signal), signal);
  }
  pool.cache.wrote('VM', vm.ref, {
    is_a_template: false,
    VCPUs_max: settings.vcpus,
    VCPUs_at_startup: settings.vcpus,
    memory_static_min: least,
    memory_static_max: most,
    memory_dynamic_min: least,
    memory_dynamic_max: most,
  });
}

function isConfigured(vm: Cached<'VM'>, settings: Settings): boolean {
  return (
    !vm.is_a_template &&
    vm.other_config[TAG.self] === vm.uuid &&
    vm.other_config[TAG.restarts] === String(settings.restarts) &&
    vm.VCPUs_at_startup === settings.vcpus &&
    vm.memory_static_max === memoryOf(settings).most &&
    vm.memory_dynamic_min === memoryOf(settings).least &&
    isSameTuningSet(settings.tuning, observedTuning(vm)) &&
    isSameTexts(settings.guestData, guestDataOf(vm))
  );
}

function sameMap(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

export const vserverConfigure: ActionHandler<'vserver.configure'> = {
  methods: ['VM.provision'],
  isDone: ({ part, settings }, pool) => {
    const vm = findVm(pool.cache, part);
    return vm !== undefined && isConfigured(vm.record, settings);
  },
  perform: async (action, pool, context) => {
    const vm = await loadedVm(action.part, pool, context.signal);
    if (vm.record.power_state === 'Halted') {
      await configureHalted(vm, action, pool, context);
      return;
    }
    const { vcpus, memoryMiB } = action.settings;
    if (vm.record.VCPUs_at_startup !== vcpus || vm.record.memory_static_max !== memoryMiB * MIB) {
      throw new DomainError(
        'pool-busy',
        `${action.part} is running; its size can be changed while it is stopped only.`,
      );
    }
    await setTexts(vm, action, pool, context);
  },
};
