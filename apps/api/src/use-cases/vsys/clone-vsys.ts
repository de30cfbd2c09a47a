/**
 * A system like another one: the same descriptor, parameters and inner addresses; ids, MACs, VLANs and public addresses of
 * its own.
 */
import { getPresentSystem, type PresentSystem, type Session } from '@openvsys/persistence';
import {
  DomainError,
  openSecretValues,
  withAddressesOf,
  withContents,
  type FailurePolicy,
  type Scope,
  type SnapshotId,
  type TextSealer,
  type VdcId,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import { bind, type BoundDesign } from './design-source.js';
import type { NewSystem } from './new-system.js';
import { presentDescriptor } from './next-generation.js';

export interface CloneVsysCommand {
  readonly source: VsysId;
  readonly name: string;
  readonly vdcId: VdcId;
  /** `fresh`: disks as a new system has them · `copy`: with what is on those of the source. */
  readonly contents: 'fresh' | 'copy';
  /** Contents as this snapshot of the source has them; absent: as they are, of a source that is stopped. */
  readonly snapshot?: SnapshotId | undefined;
  readonly onFailure: FailurePolicy;
}

/**
 * Its design throws `not-found`, for a source in another organization too. With copied contents: `conflict` when something of the
 * source runs and no snapshot is named, `not-found` for a snapshot that there is not.
 */
export function cloneOf({ source, contents, snapshot, ...command }: CloneVsysCommand): NewSystem {
  const clone: NewSystem = {
    ...command,
    kind: 'vsys.clone',
    design: async (session, scope, sealer) => designLike(session, scope, source, sealer),
  };
  if (contents === 'fresh') return clone;
  return {
    ...clone,
    pool: async (session, scope) => (await getPresentSystem(session, scope, source)).poolId,
    shape: async (spec, session, scope) =>
      withContentsOf(spec, await getPresentSystem(session, scope, source), snapshot),
  };
}

function withContentsOf(spec: VsysSpec, source: PresentSystem, snapshot: SnapshotId | undefined): VsysSpec {
  if (snapshot === undefined) requireStopped(source);
  else requireSnapshot(source, snapshot);
  return withContents(spec, source.spec, snapshot);
}

/** Disks that are written while they are copied, one after the other, would never have been so at one moment. */
function requireStopped({ id, spec, generation, observedGeneration }: PresentSystem): void {
  const running = spec.servers.filter(({ kind, power }) => kind === 'server' && power !== 'stopped');
  if (running.length === 0 && generation === observedGeneration) return;
  const what =
    running.length === 0
      ? 'is being changed'
      : `is not stopped (${running.map(({ name }) => name).join(', ')})`;
  throw new DomainError('conflict', `${id} ${what}, so what is on its disks cannot be copied.`, {
    pointer: '/contents',
    retry: 'after-change',
    remedy: 'Stop its servers and wait, or take a snapshot and name it in `snapshotId`.',
    details: { running: running.map(({ id: server }) => server) },
  });
}

function requireSnapshot({ id, spec }: PresentSystem, snapshot: SnapshotId): void {
  const found = spec.snapshots?.find((each) => each.id === snapshot);
  const missing = spec.servers.filter(
    ({ id: server, kind }) => kind === 'server' && found?.servers.includes(server) !== true,
  );
  if (found !== undefined && missing.length === 0) return;
  const what =
    found === undefined ? `has no snapshot “${snapshot}”` : `has servers that ${snapshot} is not of`;
  throw new DomainError('not-found', `${id} ${what}.`, {
    pointer: '/snapshotId',
    remedy: 'Take a snapshot of all its servers.',
  });
}

async function designLike(
  session: Session,
  scope: Scope,
  source: VsysId,
  sealer: TextSealer,
): Promise<BoundDesign> {
  const vsys = await getPresentSystem(session, scope, source);
  const chosen = await presentDescriptor(session, vsys);
  const bound = bind(chosen, { ...openSecretValues({ ...vsys.parameters }, vsys.id, sealer) });
  return { ...bound, design: withAddressesOf(bound.design, vsys.spec) };
}
