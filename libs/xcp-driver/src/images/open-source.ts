/** From a source of any format to disks that can be read anywhere, or to an XVA that may be sent. */
import { DomainError, type ImageImport, type ImageLimits } from '@openvsys/vsys';
import { corrupt, unsupported } from './formats/image-error.js';
import type { OvfMachine } from './formats/ovf.js';
import { DISK_BLOCK, type DiskImage, type RandomAccess } from './formats/random-access.js';
import { openRawDisk } from './formats/raw-disk.js';
import { openVhd } from './formats/vhd-reader.js';
import { openVmdk } from './formats/vmdk-reader.js';
import { checkDigest, metered, sha256, unpacked, type Meter } from './intake/guarded-source.js';
import { PackageReader, readOva } from './intake/package-files.js';
import { SpoolFile } from './intake/spool-file.js';
import { DEFAULT_SHAPE, type TemplateShape } from './make-template.js';

export interface OpenedSource {
  readonly disks: readonly DiskImage[];
  readonly shape: TemplateShape;
  readonly sha256: string;
  close(): Promise<void>;
}

type DiskFormat = Exclude<ImageImport['format'], 'xva'>;

/** The whole source, read, unpacked and checked. Throws `invalid-parameter`, `too-large`, `not-implemented`. */
export async function openSource(request: ImageImport, meter: Meter, folder: string): Promise<OpenedSource> {
  const format = request.format as DiskFormat;
  if (format === 'qcow2')
    throw unsupported('QCOW2 cannot be read', 'Convert it: qemu-img convert -O vpc image.qcow2 image.vhd');
  if (format === 'ova' || format === 'ovf') return openPackage(request, meter, folder);
  const spool = await SpoolFile.create(folder);
  try {
    const digest = await spoolWhole(request, meter, spool);
    return {
      disks: [await openDisk(format, spool, meter.limits)],
      shape: DEFAULT_SHAPE,
      sha256: digest,
      close: async () => spool.close(),
    };
  } catch (error) {
    await spool.close();
    throw error;
  }
}

/** Reads all of the source into the file, unpacked. Its digest, checked. */
export async function spoolWhole(request: ImageImport, meter: Meter, spool: SpoolFile): Promise<string> {
  const hash = sha256();
  for await (const chunk of unpacked(readSource(request, meter, hash), meter)) {
    if (spool.size + chunk.length > meter.limits.diskBytes + DISK_BLOCK)
      throw new DomainError('too-large', 'The image is too large: it is beyond the limit of a disk.', {
        pointer: '/source',
        details: { limit: meter.limits.diskBytes },
      });
    await spool.append(chunk);
  }
  const digest = hash.digest('hex');
  checkDigest(request.sha256, digest);
  return digest;
}

/** Counted, digested and told to whoever watches. */
export async function* readSource(
  { source, signal, onProgress }: ImageImport,
  meter: Meter,
  hash: ReturnType<typeof sha256>,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of metered(source.open(signal), meter, source.bytes, hash)) {
    signal.throwIfAborted();
    yield chunk;
    bytes += chunk.length;
    onProgress?.({ stage: 'reading', bytes, total: source.bytes });
  }
}

/** The format is what the caller says for raw images, and what the file says for all that have a mark. */
async function openDisk(
  format: 'vhd' | 'vmdk' | 'raw',
  file: RandomAccess,
  limits: ImageLimits,
): Promise<DiskImage> {
  if (format === 'vhd') return openVhd(file);
  if (format === 'vmdk') return openVmdk(file, limits.diskBytes);
  return openRawDisk(file);
}

async function openPackage(request: ImageImport, meter: Meter, folder: string): Promise<OpenedSource> {
  const reader = new PackageReader(folder, meter);
  const hash = sha256();
  try {
    if (request.format === 'ova') {
      await readOva(unpacked(readSource(request, meter, hash), meter), reader);
    } else {
      await reader.take('descriptor.ovf', readSource(request, meter, hash));
      await takeFilesBeside(request, meter, reader);
    }
    const digest = hash.digest('hex');
    checkDigest(request.sha256, digest);
    const { machine, files } = reader.finish();
    const disks: DiskImage[] = [];
    for (const { file, capacityBytes } of machine.disks) {
      const spool = file === null ? undefined : files.get(file);
      const disk =
        spool === undefined ? emptyDisk(capacityBytes ?? 0) : await openAnyDisk(spool, meter.limits);
      disks.push(withCapacity(disk, capacityBytes));
    }
    return { disks, shape: shapeOf(machine), sha256: digest, close: async () => reader.close() };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function takeFilesBeside(
  { source, signal }: ImageImport,
  meter: Meter,
  reader: PackageReader,
): Promise<void> {
  for (const name of reader.missing()) {
    const content = source.openFile?.(name, signal);
    if (content !== undefined) await reader.take(name, metered(content, meter, null, sha256()));
  }
}

/** In packages the names of formats are URLs that writers use freely, so the bytes decide. */
async function openAnyDisk(file: RandomAccess, limits: ImageLimits): Promise<DiskImage> {
  if (file.size < 512) throw corrupt('a disk in it is too short');
  const start = await file.read(0, 21);
  if (start.toString('latin1', 0, 4) === 'KDMV' || start.toString('latin1').startsWith('# Disk Desc'))
    return openVmdk(file, limits.diskBytes);
  if (start.toString('latin1', 0, 4) === 'QFI\u00fb')
    throw unsupported('a disk in it is QCOW2', 'Export the machine with VMDK or VHD disks.');
  const end = await file.read(file.size - 512, 8);
  return end.toString('latin1') === 'conectix' ? openVhd(file) : openRawDisk(file);
}

const emptyDisk = (capacityBytes: number): DiskImage => ({
  virtualBytes: Math.ceil(capacityBytes / DISK_BLOCK) * DISK_BLOCK,
  readBlock: async () => undefined,
});

/** A descriptor may ask for more room than the file has, never for less. */
function withCapacity(disk: DiskImage, capacityBytes: number | null): DiskImage {
  if (capacityBytes !== null && capacityBytes < disk.virtualBytes - DISK_BLOCK)
    throw corrupt('a disk in it is larger than its descriptor says');
  return disk;
}

const shapeOf = ({ cpus, memoryBytes, firmware, system }: OvfMachine): TemplateShape => ({
  cpus,
  memoryBytes,
  firmware,
  description: system.replaceAll(/[^\x20-\x7e\u00a0-\u024f]/g, ' '),
});
