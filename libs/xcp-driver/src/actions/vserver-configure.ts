/**
 * Gives a VM its settings and makes it provably ours. On a fresh clone all settings are written side by side, then it is
 * provisioned, which makes a real VM of the template. A running VM takes guest data and the restart counter only.
 */
import {
  DomainError,
  isSameTexts,
  isSameTuningSet,
  leastMemoryOf,
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
import { resizeLive } from './resize-live.js';
import { observedTuning, setTuning, tuningNote } from './server-tuning.js';

const MIB = 2 ** 20;

type Settings = VServerConfigure['settings'];

/** As in XenAPI `VM.memory_static_min`, `memory_static_max`, `memory_dynamic_min` and `memory_dynamic_max`, bytes. */
interface MemoryRange {
  readonly bottom: number;
  readonly top: number;
  readonly least: number;
  readonly most: number;
}

function memoryOf({ memoryMiB, minMemoryMiB = memoryMiB, headroom }: Settings): MemoryRange {
  const bottomMiB = headroom === undefined ? minMemoryMiB : leastMemoryOf(headroom);
  const topMiB = headroom?.memoryMiB ?? memoryMiB;
  return { bottom: bottomMiB * MIB, top: topMiB * MIB, least: minMemoryMiB * MIB, most: memoryMiB * MIB };
}

const mostVcpusOf = ({ vcpus, headroom }: Settings): number => headroom?.vcpus ?? vcpus;

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
  settings: Settings,
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { VCPUs_max, VCPUs_at_startup } = vm.record;
  const { vcpus } = settings;
  const most = mostVcpusOf(settings);
  if (VCPUs_max < most) await calls.call('VM.set_VCPUs_max', [vm.ref, most], signal);
  if (VCPUs_at_startup !== vcpus) await calls.call('VM.set_VCPUs_at_startup', [vm.ref, vcpus], signal);
  if (VCPUs_max > most) await calls.call('VM.set_VCPUs_max', [vm.ref, most], signal);
}

function hasMemory({ record: vm }: Located<'VM'>, { bottom, top, least, most }: MemoryRange): boolean {
  if (vm.memory_static_min !== bottom || vm.memory_static_max !== top) return false;
  return vm.memory_dynamic_min === least && vm.memory_dynamic_max === most;
}

/** Without a wanted minimum and headroom all four limits are equal: no ballooning, what is sold is there. */
async function setMemory(
  vm: Located<'VM'>,
  range: MemoryRange,
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  if (hasMemory(vm, range)) return;
  const { bottom, top, least, most } = range;
  await calls.call('VM.set_memory_limits', [vm.ref, bottom, top, least, most], signal);
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
  const memory = memoryOf(settings);
  await Promise.all([
    setTexts(vm, action, pool, context),
    setVcpus(vm, settings, pool, signal),
    setMemory(vm, memory, pool, signal),
    removeInheritedVifs(vm, part, pool, signal),
    // Later on, an unclaimed disk is one that somebody else attached.
    vm.record.is_a_template ? claimDisks(vm, part, pool, signal) : undefined,
  ]);
  if (vm.record.is_a_template) {
    await pool.provisioning.run(() => pool.calls.call('VM.provision', [vm.ref], signal), signal);
  }
  pool.cache.wrote('VM', vm.ref, {
    is_a_template: false,
    VCPUs_max: mostVcpusOf(settings),
    VCPUs_at_startup: settings.vcpus,
    memory_static_min: memory.bottom,
    memory_static_max: memory.top,
    memory_dynamic_min: memory.least,
    memory_dynamic_max: memory.most,
  });
}

function isConfigured(vm: Cached<'VM'>, settings: Settings): boolean {
  return (
    !vm.is_a_template &&
    vm.other_config[TAG.self] === vm.uuid &&
    vm.other_config[TAG.restarts] === String(settings.restarts) &&
    vm.VCPUs_at_startup === settings.vcpus &&
    vm.VCPUs_max === mostVcpusOf(settings) &&
    vm.memory_static_max === memoryOf(settings).top &&
    vm.memory_dynamic_min === memoryOf(settings).least &&
    vm.memory_dynamic_max === memoryOf(settings).most &&
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
    const { settings } = action;
    const memory = memoryOf(settings);
    if (vm.record.VCPUs_max !== mostVcpusOf(settings) || vm.record.memory_static_max !== memory.top) {
      throw new DomainError(
        'pool-busy',
        `${action.part} is running; its size can be changed within its headroom only.`,
      );
    }
    await resizeLive(vm, { vcpus: settings.vcpus, ...memory }, pool, context.signal);
    await setTexts(vm, action, pool, context);
  },
};
