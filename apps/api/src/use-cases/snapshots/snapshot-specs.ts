/** What taking a snapshot, giving it up and going back to it make of the present spec. */
import type { PresentSystem } from '@openvsys/persistence';
import {
  assertAllowed,
  DomainError,
  PartCounter,
  requireOwnSystem,
  snapshotIdOf,
  vserverId,
  withoutSnapshot,
  withRevertOf,
  withSnapshot,
  type PartNumbers,
  type SnapshotId,
  type VServerId,
  type VsysSpec,
} from '@openvsys/vsys';
import { numbersOf } from '../vsys/present-system.js';

type Present = Pick<PresentSystem, 'id' | 'phase' | 'spec' | 'numbers'>;

export interface SnapshotWish {
  readonly name: string;
  /** Ids; none: all servers, without the appliances, which keep nothing. */
  readonly servers: readonly string[];
  readonly withMemory: boolean;
}

/** Throws `conflict` in states that allow no change, `not-found` for unknown servers, `address-exhausted`. */
export function specAfterSnapshot(
  vsys: Present,
  { name, servers, withMemory }: SnapshotWish,
): { readonly spec: VsysSpec; readonly numbers: PartNumbers } {
  assertAllowed('vsys', vsys.id, 'change', vsys.phase);
  const numbers = numbersOf(vsys);
  const number = new PartCounter(vsys.id, 'snapshot', numbers).take();
  const all = vsys.spec.servers.filter(({ kind }) => kind === 'server').map(({ id }) => id);
  const members = servers.length === 0 ? all : [...new Set(servers.map(vserverId))];
  requireOwnSystem(vsys.spec, members);
  const snapshot = { id: snapshotIdOf(vsys.id, number), name, servers: members, withMemory };
  return { spec: withSnapshot(vsys.spec, snapshot), numbers: { ...numbers, snapshot: number } };
}

/** Throws `conflict`, `not-found`. */
export function specWithoutSnapshot(vsys: Present, id: SnapshotId): VsysSpec {
  assertAllowed('vsys', vsys.id, 'change', vsys.phase);
  requireNobodyGoesBack(vsys, id);
  return withoutSnapshot(vsys.spec, id);
}

/** Throws `conflict`, `not-found`. */
export function specAfterRevert(vsys: Present, id: SnapshotId, servers: readonly VServerId[]): VsysSpec {
  assertAllowed('vsys', vsys.id, 'change', vsys.phase);
  const going = vsys.spec.snapshots?.find((snapshot) => snapshot.id === id)?.servers ?? [];
  requireOwnSystem(vsys.spec, servers.length > 0 ? servers : going);
  return withRevertOf(vsys.spec, id, servers);
}

/** A server that is on its way back to a snapshot needs it until it is there: without it, it would never get anywhere. */
function requireNobodyGoesBack({ phase, spec }: Present, id: SnapshotId): void {
  const going = spec.servers.find(({ revert }) => revert?.to === id);
  if (phase === 'ready' || going === undefined) return;
  throw new DomainError('conflict', `“${going.name}” goes back to the snapshot just now.`, {
    retry: 'after-change',
    remedy: 'Wait until the system is ready.',
    details: { phase },
  });
}
