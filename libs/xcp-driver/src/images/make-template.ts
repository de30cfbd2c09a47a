/** A template around uploaded disks (XenAPI VM.create, VBD.create), and the last step of every import. */
import type { ImageImport } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { seen } from '../actions/pool-access.js';
import type { Ref } from '../generated/records.js';
import { IMAGE_TAG, workNameOf } from './image-tags.js';
import type { WorkObjects } from './work-objects.js';

export interface TemplateShape {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly firmware: 'bios' | 'uefi';
  /** For people. */
  readonly description: string;
}

/** What a raw disk says nothing about; a server of the image gets its own values anyway. */
export const DEFAULT_SHAPE: TemplateShape = {
  cpus: 1,
  memoryBytes: 2 ** 30,
  firmware: 'bios',
  description: '',
};

const MIB = 2 ** 20;
/** Device 3 is the CD drive of a fully virtual machine. */
const CD_DEVICE = 3;

const deviceOf = (index: number): string => String(index < CD_DEVICE ? index : index + 1);

/** A halted VM, not a template yet, with the disks in their order; the first one boots. */
export async function createVm(
  pool: PoolAccess,
  { importId, signal }: Pick<ImageImport, 'importId' | 'signal'>,
  shape: TemplateShape,
  work: WorkObjects,
): Promise<Ref<'VM'>> {
  const vm = await pool.calls.task('VM.create', [vmRecord(importId, shape)], { signal });
  work.vms.push(vm);
  for (const [index, vdi] of work.vdis.entries())
    await pool.calls.call('VBD.create', [driveRecord(vm, vdi, index)], signal);
  return vm;
}

function vmRecord(importId: string, { cpus, memoryBytes, firmware, description }: TemplateShape) {
  const memory = Math.ceil(memoryBytes / MIB) * MIB;
  return {
    name_label: workNameOf(importId),
    name_description: description,
    user_version: 1,
    is_a_template: false,
    memory_static_min: memory,
    memory_dynamic_min: memory,
    memory_dynamic_max: memory,
    memory_static_max: memory,
    VCPUs_params: {},
    VCPUs_max: cpus,
    VCPUs_at_startup: cpus,
    actions_after_shutdown: 'destroy',
    actions_after_reboot: 'restart',
    actions_after_crash: 'restart',
    affinity: null,
    PV_bootloader: '',
    PV_kernel: '',
    PV_ramdisk: '',
    PV_args: '',
    PV_bootloader_args: '',
    PV_legacy_args: '',
    HVM_boot_policy: 'BIOS order',
    HVM_boot_params: { order: 'cd', firmware },
    platform: { acpi: '1', apic: 'true', nx: 'true', pae: 'true', stdvga: '0' },
    PCI_bus: '',
    other_config: { [IMAGE_TAG.import]: importId },
    recommendations: '',
  } as const;
}

const driveRecord = (vm: Ref<'VM'>, vdi: Ref<'VDI'>, index: number) =>
  ({
    VM: vm,
    VDI: vdi,
    userdevice: deviceOf(index),
    bootable: index === 0,
    mode: 'RW',
    type: 'Disk',
    unpluggable: index > 0,
    empty: false,
    other_config: {},
    qos_algorithm_type: '',
    qos_algorithm_params: {},
  }) as const;

/**
 * Makes a finished VM the image: its name, then a template, last the mark of the import away. Until that last call a
 * crash leaves something that the sweep removes.
 */
export async function publish(
  pool: PoolAccess,
  vm: Ref<'VM'>,
  { name, sha256, signal }: { readonly name: string; readonly sha256: string; readonly signal: AbortSignal },
): Promise<void> {
  const { calls } = pool;
  const record = await calls.call('VM.get_record', [vm], signal);
  const { [IMAGE_TAG.import]: importId = '', ...kept } = record.other_config;
  if (importId === '') await calls.call('VM.add_to_other_config', [vm, IMAGE_TAG.import, name], signal);
  await calls.call('VM.set_name_label', [vm, name], signal);
  if (!record.is_a_template) await calls.call('VM.set_is_a_template', [vm, true], signal);
  const drives = await Promise.all(
    record.VBDs.map(async (vbd) => calls.call('VBD.get_record', [vbd], signal)),
  );
  for (const { type, VDI } of drives)
    if (type === 'Disk' && VDI !== null)
      await calls.call('VDI.remove_from_other_config', [VDI, IMAGE_TAG.import], signal);
  const config = {
    ...kept,
    [IMAGE_TAG.image]: name,
    [IMAGE_TAG.self]: record.uuid,
    [IMAGE_TAG.sha256]: sha256,
  };
  await calls.call('VM.set_other_config', [vm, config], signal);
  const isSeen = (): true | undefined =>
    pool.cache.find('VM', vm)?.other_config[IMAGE_TAG.self] === record.uuid ? true : undefined;
  await seen(pool, isSeen, [['VM', vm]], signal);
}
