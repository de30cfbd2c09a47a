/**
 * An image from a server's system disk. The disk is copied into one that carries the mark of the import from its first
 * moment (XenAPI VDI.copy with `into_vdi`), so that a crash leaves nothing that the sweep does not know; the machine
 * around it is made anew, so that nothing else of the server gets into the image.
 */
import { DomainError, type ImageCapture, type VServerId } from '@openvsys/vsys';
import { findVm } from '../actions/find-parts.js';
import { disksOf } from '../actions/images.js';
import type { PoolAccess } from '../actions/pool-access.js';
import { findSnapshotVm } from '../actions/snapshot.js';
import type { Located } from '../cache/pool-cache.js';
import { cancellableTask } from '../content/cancellable-task.js';
import { NULL_REF } from '../codec/decode.js';
import type { Ref } from '../generated/records.js';
import type { XenMethods } from '../generated/methods.js';
import { createDisk } from './import-disks.js';
import { createVm, type TemplateShape } from './make-template.js';
import { checkRoom, getStorage } from './storage-room.js';
import type { WorkObjects } from './work-objects.js';

type VmRecord = XenMethods['VM.get_record']['result'];

/** The server's machine, which must be off. Throws `not-found`, `conflict`. */
export function getStoppedVm({ cache }: PoolAccess, server: VServerId): Located<'VM'> {
  const vm = findVm(cache, server);
  if (vm === undefined) throw new DomainError('not-found', `${server} is not in the pool.`);
  if (vm.record.power_state === 'Halted') return vm;
  throw new DomainError('conflict', `${server} is not stopped.`, {
    retry: 'after-change',
    remedy: 'Stop it first, or take a snapshot and use that.',
    details: { power: vm.record.power_state },
  });
}

/** A VM, not an image yet, and its disk; noted in `work`. Throws `not-found`, `conflict`, `no-capacity`, XenApiError, TransportError. */
export async function captureVm(
  pool: PoolAccess,
  request: ImageCapture,
  work: WorkObjects,
): Promise<Ref<'VM'>> {
  const source = sourceOf(pool, request);
  const [disk] = disksOf(pool.cache, source.ref);
  if (disk === undefined) throw new DomainError('conflict', 'The server has no system disk.');
  const home = pool.cache.find('SR', disk.record.SR);
  const sr = getStorage(pool.cache, request.sr ?? (home?.uuid as NonNullable<typeof request.sr>));
  const { virtual_size: total, physical_utilisation: usedBytes } = await pool.calls.call(
    'VDI.get_record',
    [disk.ref],
    request.signal,
  );
  checkRoom(sr, [{ virtualBytes: total, usedBytes }]);
  const vdi = await createDisk(pool, request, sr.ref, total, 0);
  work.vdis.push(vdi);
  await cancellableTask(pool, 'VDI.copy', [disk.ref, sr.ref, NULL_REF as Ref<'VDI'>, vdi], {
    signal: request.signal,
    onProgress: (share) =>
      request.onProgress?.({ stage: 'copying', bytes: Math.round(share * total), total }),
    onLate: () => undefined,
  });
  const record = await pool.calls.call('VM.get_record', [source.ref], request.signal);
  return createVm(pool, request, shapeOf(record), work);
}

function sourceOf(pool: PoolAccess, { server, snapshot }: ImageCapture): Located<'VM'> {
  if (snapshot === null) return getStoppedVm(pool, server);
  const found = findSnapshotVm(pool.cache, snapshot, server);
  if (found !== undefined) return found;
  throw new DomainError('not-found', `${snapshot} holds nothing of ${server}.`);
}

const shapeOf = ({ VCPUs_max, memory_static_max, HVM_boot_params }: VmRecord): TemplateShape => ({
  cpus: VCPUs_max,
  memoryBytes: memory_static_max,
  firmware: HVM_boot_params['firmware'] === 'uefi' ? 'uefi' : 'bios',
  description: '',
});
