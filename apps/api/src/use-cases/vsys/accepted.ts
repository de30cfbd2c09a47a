/** What every accepted change answers: the operation and the final ids of all parts. */
import type { NewOperation } from '@openvsys/persistence';
import type { OperationId, VsysId, VsysSpec } from '@openvsys/vsys';

export interface PartRef {
  readonly id: string;
  readonly kind: 'vserver' | 'vdisk' | 'vnet' | 'nic' | 'public-ip' | 'snapshot' | 'backup';
  readonly name: string;
}

export interface AcceptedOperation {
  readonly id: OperationId;
  readonly kind: string;
  readonly state: 'queued';
  readonly vsysId: VsysId;
  readonly generation: number;
  readonly onFailure: 'rollback' | 'keep';
  readonly cancelRequested: false;
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly error: null;
  readonly requestedBy: string | null;
  readonly requestId: string | null;
  readonly createdAt: Date;
  readonly startedAt: null;
  readonly finishedAt: null;
}

export interface Accepted {
  readonly operation: AcceptedOperation;
  readonly vsysId: VsysId;
  readonly generation: number;
  readonly parts: readonly PartRef[];
  /** Those of `parts` that came with this generation. */
  readonly added: readonly PartRef[];
}

/** `previous`: the generation before; absent: there was none, or it has the same parts. */
export function acceptedOf(operation: NewOperation, spec: VsysSpec, previous?: VsysSpec): Accepted {
  const before = new Set(partsOf(previous ?? spec).map(({ id: part }) => part));
  const parts = partsOf(spec);
  const { id, kind, vsysId, generation, onFailure, requestedBy, requestId, createdAt, stepsTotal } =
    operation;
  return {
    operation: {
      id,
      kind,
      state: 'queued',
      vsysId,
      generation,
      onFailure,
      cancelRequested: false,
      stepsDone: 0,
      stepsTotal,
      error: null,
      requestedBy,
      requestId,
      createdAt,
      startedAt: null,
      finishedAt: null,
    },
    vsysId,
    generation,
    parts,
    added: parts.filter(({ id: part }) => !before.has(part)),
  };
}

function partsOf(spec: VsysSpec): PartRef[] {
  const nics = spec.servers.flatMap((server) =>
    server.nics.map(({ id }): PartRef => ({ id, kind: 'nic', name: server.name })),
  );
  return [
    ...spec.nets.map(({ id, name }): PartRef => ({ id, kind: 'vnet', name })),
    ...spec.servers.map(({ id, name }): PartRef => ({ id, kind: 'vserver', name })),
    ...nics,
    ...spec.disks.map(({ id, name }): PartRef => ({ id, kind: 'vdisk', name })),
    ...spec.publicIps.map(({ id, name }): PartRef => ({ id, kind: 'public-ip', name })),
    ...(spec.snapshots ?? []).map(({ id, name }): PartRef => ({ id, kind: 'snapshot', name })),
    ...(spec.backups ?? []).map(({ id, name }): PartRef => ({ id, kind: 'backup', name })),
  ];
}
