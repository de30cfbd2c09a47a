/**
 * A system like another one: the same descriptor, parameters and inner addresses; ids, MACs, VLANs and public addresses of
 * its own.
 */
import { getPresentSystem, type Session } from '@openvsys/persistence';
import {
  DomainError,
  openSecretValues,
  withAddressesOf,
  type FailurePolicy,
  type Scope,
  type TextSealer,
  type VdcId,
  type VsysId,
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
  readonly onFailure: FailurePolicy;
}

/** Throws `not-implemented` for copied contents; its design throws `not-found`, for a source in another organization too. */
export function cloneOf({ source, contents, ...command }: CloneVsysCommand): NewSystem {
  if (contents === 'copy') {
    throw new DomainError('not-implemented', 'This version cannot copy what is on the disks of a system.', {
      pointer: '/contents',
      remedy: 'Clone it with `contents: fresh` and restore the data from your own backups.',
    });
  }
  return {
    ...command,
    kind: 'vsys.clone',
    design: async (session, scope, sealer) => designLike(session, scope, source, sealer),
  };
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
