/** The next spec of a locked system with back-ups of some of its disks: for use cases and for policies alike. */
import {
  backupIdOf,
  chooseBackupStorage,
  diskFactsOf,
  DomainError,
  NO_NUMBERS,
  PartCounter,
  withBackup,
  type BackupId,
  type BackupPlace,
  type DiskFacts,
  type DiskPart,
  type PartNumbers,
  type PoolId,
  type SrUuid,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Session } from '../session.js';
import { listPlaces, lockPlaces, type PoolPlace } from './reads/capacity.reads.js';

export interface BackupWish {
  readonly name: string;
  /** A data disk, or a server for its system disk. */
  readonly source: DiskPart;
  /** Whether it stays when its system is deleted. */
  readonly onDeletion: 'stay' | 'go';
}

export interface BackedUpSystem {
  readonly spec: VsysSpec;
  readonly numbers: object;
  readonly poolId: PoolId;
  readonly vdcId: string;
}

export interface NextBackups {
  readonly spec: VsysSpec;
  readonly numbers: PartNumbers;
  readonly ids: readonly BackupId[];
}

/** Throws `not-found` for disks that the system does not have, `no-capacity`, `address-exhausted`. */
export async function nextBackups(
  session: Session,
  vsys: BackedUpSystem,
  wishes: readonly BackupWish[],
): Promise<NextBackups> {
  const place = await lockedPlaceOf(session, vsys);
  const heldGiB = new Map<SrUuid, number>();
  for (const { sr, sizeGiB } of heldDisksOf(place)) heldGiB.set(sr, (heldGiB.get(sr) ?? 0) + sizeGiB);
  const numbers: PartNumbers = { ...NO_NUMBERS, ...vsys.numbers };
  const counter = new PartCounter(vsys.spec.vsysId, 'backup', numbers);
  let { spec } = vsys;
  const ids: BackupId[] = [];
  for (const { name, source, onDeletion } of wishes) {
    const id = backupIdOf(spec.vsysId, counter.take());
    const facts = diskFactsOf(spec, source);
    const chosen = storageOf(place, facts, heldGiB);
    heldGiB.set(chosen.sr, (heldGiB.get(chosen.sr) ?? 0) + facts.sizeGiB);
    const stays = onDeletion === 'stay' ? { outlives: true as const } : {};
    spec = withBackup(spec, { id, name, source: facts.id, sizeGiB: facts.sizeGiB, ...chosen, ...stays });
    ids.push(id);
  }
  return {
    spec: { ...spec, generation: vsys.spec.generation + 1 },
    numbers: { ...numbers, backup: counter.last },
    ids,
  };
}

/** Disks that were admitted and are not seen as used yet. */
export function heldDisksOf({ images, pendingServers, pendingDisks }: PoolPlace): PoolPlace['pendingDisks'] {
  const srOf = new Map<string, SrUuid>(images.map(({ name, sr }) => [name, sr]));
  const systemDisks = pendingServers.flatMap(({ needsDisk, image, systemDiskGiB, count, systemSr }) => {
    const sr = systemSr ?? srOf.get(image);
    return needsDisk && sr !== undefined ? [{ sr, sizeGiB: systemDiskGiB * count }] : [];
  });
  return [...pendingDisks, ...systemDisks];
}

/** Nobody else counts on the same room until the transaction ends. */
async function lockedPlaceOf(session: Session, { vdcId, poolId }: BackedUpSystem): Promise<PoolPlace> {
  const vdc = await session.first<{ zoneId: string }>('SELECT zone_id AS "zoneId" FROM vdc WHERE id = $1', [
    vdcId,
  ]);
  if (vdc !== undefined) await lockPlaces(session, vdc.zoneId);
  const places = vdc === undefined ? [] : await listPlaces(session, vdc.zoneId);
  const place = places.find((each) => each.poolId === poolId);
  if (place !== undefined) return place;
  throw new DomainError('no-capacity', 'The pool of the system is not in use now.', { retry: 'same' });
}

function storageOf(
  place: PoolPlace,
  { id, sizeGiB, sr, server }: DiskFacts,
  heldGiB: ReadonlyMap<SrUuid, number>,
): BackupPlace {
  // A system disk is where its image is, unless it was placed elsewhere.
  const image = server?.id === id ? server.image : undefined;
  const home = sr ?? place.images.find(({ name }) => name === image)?.sr;
  return chooseBackupStorage(place, { sizeGiB, home, heldGiB });
}
