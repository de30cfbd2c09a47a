/**
 * The config drive of a server: a small disk of its own, made on the storage of its system disk, written once, attached for
 * reading, and removed when the guest has read it.
 *
 *   disk made ──► written ──► attached (from here on it counts) ──► noted as removed ──► detached ──► destroyed
 *
 * A disk that was not attached yet may be half written; whoever comes next removes it and begins anew.
 */
import {
  DomainError,
  vsysOfPart,
  type ConfigDriveInsert,
  type ConfigDriveRemove,
  type ObservedConfigDrive,
  type VServerId,
} from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { buildConfigDrive } from '../content/config-drive.js';
import { rawContent, uploadRawDisk } from '../content/disk-transfer.js';
import type { Ref } from '../generated/records.js';
import { CONFIG_DRIVE_ROLE, isConfigDrive, isSystemDisk, TAG, tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { findVm, getVm, isPlugged, listOwnDisks } from './find-parts.js';
import { CONFIG_READ_KEY, openTexts } from './guest-data.js';
import type { PoolAccess } from './pool-access.js';
import { unlessGone } from './unless-gone.js';
import { findVbd, giveDevice } from './vbd-device.js';
import { signSelf } from './vdisk-create.js';

/** Storage rounds up to 2 MiB (VHD) or 4 MiB (LVM) anyway. */
const SIZE_STEP = 4 * 2 ** 20;
/** Where a guest may say that it has read the drive: XenAPI VM.xenstore_data mirrors what it writes there. */
const READ_KEYS = [`data/${CONFIG_READ_KEY}`, `vm-data/${CONFIG_READ_KEY}`];

const listDrives = (cache: PoolCache, server: VServerId): readonly Located<'VDI'>[] =>
  listOwnDisks(cache, server).filter(({ record }) => isConfigDrive(record));

interface Attached {
  readonly vdi: Located<'VDI'>;
  readonly vbd: Located<'VBD'>;
}

function listAttached(cache: PoolCache, vm: Ref<'VM'>, server: VServerId): readonly Attached[] {
  return listDrives(cache, server).flatMap((vdi) => {
    const vbd = findVbd(cache, vm, vdi.ref);
    return vbd === undefined ? [] : [{ vdi, vbd }];
  });
}

const versionIn = (config: Readonly<Record<string, string>>, tag: string): number | undefined =>
  config[tag] === undefined ? undefined : Number(config[tag]);

/** What is seen of the drive; undefined when none was ever given to the VM. */
export function observeConfigDrive(
  cache: PoolCache,
  { ref, record: vm }: Located<'VM'>,
  server: VServerId,
): ObservedConfigDrive | undefined {
  const [attached] = listAttached(cache, ref, server);
  if (attached === undefined) {
    const removed = versionIn(vm.other_config, TAG.configRemoved);
    return removed === undefined ? undefined : { version: removed, stage: 'removed' };
  }
  const version = versionIn(attached.vdi.record.other_config, TAG.configVersion) ?? 0;
  const hasRead = vm.guest_metrics !== null || READ_KEYS.some((key) => vm.xenstore_data[key] !== undefined);
  return { version, stage: vm.power_state === 'Running' && hasRead ? 'read' : 'inserted' };
}

function systemSr(cache: PoolCache, server: VServerId): Ref<'SR'> {
  const disk = listOwnDisks(cache, server).find(({ record }) => isSystemDisk(record));
  if (disk !== undefined && disk.record.SR !== null) return disk.record.SR;
  throw new DomainError('pool-busy', `${server} has no system disk (yet).`, { retry: 'same' });
}

async function writeDrive(
  { part, drive }: ConfigDriveInsert,
  bytes: Uint8Array,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'VDI'>> {
  const { cache, calls } = pool;
  const config = {
    ...tagsOf(vsysOfPart(part), part),
    [TAG.role]: CONFIG_DRIVE_ROLE,
    [TAG.configVersion]: String(drive.version ?? 0),
  };
  const sr = systemSr(cache, part);
  const record = {
    name_label: `${part} config`,
    name_description: 'First-boot files; removed when the guest has read them.',
    SR: sr,
    virtual_size: Math.ceil(bytes.length / SIZE_STEP) * SIZE_STEP,
    type: 'user',
    sharable: false,
    read_only: false,
    other_config: config,
    xenstore_data: {},
    sm_config: {},
    tags: [],
  };
  const ref = await calls.task('VDI.create', [record], { signal });
  cache.wrote('VDI', ref, {
    name_label: record.name_label,
    SR: sr,
    virtual_size: record.virtual_size,
    other_config: config,
  });
  await signSelf(ref, pool, signal);
  await uploadRawDisk(pool, ref, rawContent(bytes), { signal, taskName: `openvsys config drive ${part}` });
  return ref;
}

async function attach(
  part: VServerId,
  vm: Ref<'VM'>,
  vdi: Ref<'VDI'>,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  await giveDevice(cache, vm, async (userdevice) => {
    const view = {
      VM: vm,
      VDI: vdi,
      userdevice,
      type: 'Disk' as const,
      other_config: tagsOf(vsysOfPart(part), part),
    };
    const record = {
      ...view,
      bootable: false,
      mode: 'RO',
      unpluggable: true,
      empty: false,
      qos_algorithm_type: '',
      qos_algorithm_params: {},
    };
    const ref = await calls.call('VBD.create', [record], signal);
    cache.wrote('VBD', ref, view);
  });
}

async function removeDrives(
  vm: Located<'VM'> | undefined,
  server: VServerId,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  for (const vdi of listDrives(cache, server)) {
    const vbd = vm === undefined ? undefined : findVbd(cache, vm.ref, vdi.ref);
    if (vm !== undefined && vbd !== undefined) {
      if (isPlugged(vm.record) && vbd.record.currently_attached)
        await unlessGone(calls.task('VBD.unplug', [vbd.ref], { signal }));
      await unlessGone(calls.call('VBD.destroy', [vbd.ref], signal));
      cache.removed('VBD', vbd.ref);
    }
    await unlessGone(calls.task('VDI.destroy', [vdi.ref], { signal }));
    cache.removed('VDI', vdi.ref);
  }
}

const hasVersion = ({ part, drive }: ConfigDriveInsert, cache: PoolCache, vm: Ref<'VM'>): boolean =>
  listAttached(cache, vm, part).some(
    ({ vdi }) => versionIn(vdi.record.other_config, TAG.configVersion) === (drive.version ?? 0),
  );

export const configDriveInsert: ActionHandler<'config-drive.insert'> = {
  methods: ['VDI.create', 'VBD.create'],
  isDone: (action, { cache }) => {
    const vm = findVm(cache, action.part);
    return vm !== undefined && hasVersion(action, cache, vm.ref);
  },
  perform: async (action, pool, context) => {
    const { signal } = context;
    const vm = getVm(pool.cache, action.part);
    if (hasVersion(action, pool.cache, vm.ref)) return;
    // First, so that nothing is made when a file cannot be written.
    const bytes = buildConfigDrive(openTexts(action.drive.files, context));
    await removeDrives(vm, action.part, pool, signal);
    const vdi = await writeDrive(action, bytes, pool, signal);
    await attach(action.part, vm.ref, vdi, pool, signal);
  },
};

async function noteRemoval(
  { part, version }: ConfigDriveRemove,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const vm = getVm(pool.cache, part);
  if (versionIn(vm.record.other_config, TAG.configRemoved) === version) return;
  const config = { ...vm.record.other_config, [TAG.configRemoved]: String(version) };
  await pool.calls.call('VM.set_other_config', [vm.ref, config], signal);
  pool.cache.wrote('VM', vm.ref, { other_config: config });
}

export const configDriveRemove: ActionHandler<'config-drive.remove'> = {
  methods: ['VBD.unplug', 'VBD.destroy', 'VDI.destroy'],
  isDone: ({ part }, { cache }) => listDrives(cache, part).length === 0,
  perform: async (action, pool, { signal }) => {
    await noteRemoval(action, pool, signal);
    await removeDrives(findVm(pool.cache, action.part), action.part, pool, signal);
  },
};
