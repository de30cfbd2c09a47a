/**
 * What a part holds in a state: the one place that decides what is metered.
 *
 *   VServer   system disk from the moment that the VM exists until it is gone; while it runs the machine, its vCPUs
 *             and its memory, and the licences of its image; while it does not, a stopped machine
 *   EFM       system disk; while it runs the machine as `efm-running`
 *   VDisk     its size from the moment that it exists until it is gone
 *   Snapshot  the space that it took when it was taken, from the moment that it is complete until it is gone
 *   Backup    the size of the disk that it was taken of, from the moment that it is complete until it is gone
 *   PublicIP  one address from allocation until it is gone; one that belongs to the VDC is held by that, attached or not
 *
 * A machine that is being stopped, restarted or is paused still occupies its memory and counts as running; one that
 * is being started does not yet.
 */
import {
  licencesOf,
  type BackupSpec,
  type Holdings,
  type PartId,
  type PartState,
  type PartStatus,
  type PublicIpSpec,
  type SnapshotSpec,
  type VDiskSpec,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import {
  BACKUP_PRODUCT,
  efmProduct,
  MEMORY_PRODUCT,
  PUBLIC_IP_PRODUCT,
  SNAPSHOT_PRODUCT,
  storageProduct,
  VCPU_PRODUCT,
} from './products.js';

export type HoldingItem = Holdings['items'][number];
/** The kinds of parts that cost something; VNets and NICs do not. */
export type MeteredPart = VServerSpec | VDiskSpec | PublicIpSpec | SnapshotSpec | BackupSpec;

/** What one public address is, whoever holds it. */
export const ADDRESS_HOLDING: readonly HoldingItem[] = [
  { dimension: 'public-ip', product: PUBLIC_IP_PRODUCT, quantity: 1 },
];

const RUNNING: readonly PartState[] = ['running', 'stopping', 'restarting', 'paused'];
/** On the way to its first start or to its end a server is neither. */
const STOPPED: readonly PartState[] = ['stopped', 'suspended'];
const NOT_THERE: readonly PartState[] = ['planned', 'creating', 'gone'];

/**
 * All that the part holds in `state`; `sizeGiB` is that of a snapshot, which only the pool knows. Undefined when that cannot be told (state `error`, or a part whose spec is not
 * known and which is not gone): then what is open stays open.
 */
export function holdingsOf(
  part: MeteredPart | undefined,
  state: PartState,
  sizeGiB?: number,
): readonly HoldingItem[] | undefined {
  if (state === 'gone') return [];
  if (part !== undefined && 'source' in part) return ofBackup(part, state);
  if (state === 'error' || part === undefined) return undefined;
  if ('vcpus' in part) return ofServer(part, state);
  if ('sizeGiB' in part) return ofDisk(part, state);
  if ('withMemory' in part) return ofSnapshot(state, sizeGiB);
  return ofPublicIp(part);
}

function ofServer(server: VServerSpec, state: PartState): readonly HoldingItem[] {
  if (NOT_THERE.includes(state)) return [];
  const machine = ofMachine(server, state);
  const disk: readonly HoldingItem[] =
    server.systemDiskGiB > 0
      ? [
          {
            dimension: 'system-disk-gib',
            product: storageProduct(server.systemDiskClass),
            quantity: server.systemDiskGiB,
          },
        ]
      : [];
  return [...machine, ...disk];
}

function ofMachine(server: VServerSpec, state: PartState): readonly HoldingItem[] {
  if (RUNNING.includes(state)) return ofRunningMachine(server);
  return STOPPED.includes(state) ? ofStoppedMachine(server) : [];
}

function ofRunningMachine(server: VServerSpec): readonly HoldingItem[] {
  const { kind, type, vcpus, memoryMiB } = server;
  if (kind !== 'server') return [{ dimension: 'efm-running', product: efmProduct(kind, type), quantity: 1 }];
  return [
    { dimension: 'vserver-running', product: type, quantity: 1 },
    { dimension: 'vcpu', product: VCPU_PRODUCT, quantity: vcpus },
    { dimension: 'memory-mib', product: MEMORY_PRODUCT, quantity: memoryMiB },
    ...ofLicence(server),
  ];
}

const ofLicence = ({ licence, vcpus }: VServerSpec): readonly HoldingItem[] =>
  licence === undefined
    ? []
    : [{ dimension: 'licence', product: licence.product, quantity: licencesOf(licence, vcpus) }];

const ofStoppedMachine = ({ kind, type }: VServerSpec): readonly HoldingItem[] =>
  kind === 'server' ? [{ dimension: 'vserver-stopped', product: type, quantity: 1 }] : [];

function ofDisk(disk: VDiskSpec, state: PartState): readonly HoldingItem[] {
  if (NOT_THERE.includes(state)) return [];
  return [{ dimension: 'vdisk-gib', product: storageProduct(disk.diskClass), quantity: disk.sizeGiB }];
}

const ofPublicIp = ({ allocation }: PublicIpSpec): readonly HoldingItem[] =>
  allocation === undefined ? ADDRESS_HOLDING : [];

/** One that the pool lost is not paid for. */
function ofBackup({ sizeGiB }: BackupSpec, state: PartState): readonly HoldingItem[] {
  if (NOT_THERE.includes(state) || state === 'error') return [];
  return [{ dimension: 'backup-gib', product: BACKUP_PRODUCT, quantity: sizeGiB }];
}

/** Of one whose size is not known nothing can be told: what is open stays open. */
function ofSnapshot(state: PartState, sizeGiB: number | undefined): readonly HoldingItem[] | undefined {
  if (NOT_THERE.includes(state)) return [];
  if (sizeGiB === undefined) return undefined;
  return [{ dimension: 'snapshot-gib', product: SNAPSHOT_PRODUCT, quantity: sizeGiB }];
}

/**
 * What each of `statuses` holds from now on, for `Turn.holdings`. Parts are looked up in `specs`, the newest first;
 * parts that hold nothing ever (VNets, NICs) and parts of which nothing can be told are left out.
 */
export function holdingsOfParts(
  specs: readonly VsysSpec[],
  statuses: readonly PartStatus[],
): readonly Holdings[] {
  const parts = new Map<PartId, MeteredPart>();
  for (const spec of specs.toReversed()) {
    const { servers, disks, publicIps, snapshots = [], backups = [] } = spec;
    for (const part of [...servers, ...disks, ...publicIps, ...snapshots, ...backups])
      parts.set(part.id, part);
  }
  return statuses.flatMap(({ part, state, sizeGiB }) => {
    const items = holdingsOf(parts.get(part), state, sizeGiB);
    return items === undefined ? [] : [{ resource: part, items }];
  });
}

/** What a VSYS holds once its spec is reached: the base of a price before anything is built. */
export function holdingsWhenReached(spec: VsysSpec): readonly Holdings[] {
  const { servers, disks, publicIps, backups = [] } = spec;
  const parts = spec.presence === 'absent' ? [] : [...servers, ...disks, ...publicIps];
  return [...parts, ...backups].map(whenReached);
}

function whenReached(part: MeteredPart): Holdings {
  return { resource: part.id, items: holdingsOf(part, 'power' in part ? part.power : 'ready') ?? [] };
}
