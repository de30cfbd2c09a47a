/** What states of systems, disks and addresses are called here. */
import type { PartState, VsysPhase } from '@openvsys/vsys';
import type { Hindrance } from './server-words.js';

export type VsysStatus = 'DEPLOYING' | 'NORMAL' | 'RECONFIG_ING' | 'ERROR';

export interface StatedSystem {
  readonly phase: VsysPhase;
  /** States of everything that is wanted. */
  readonly wanted: readonly PartState[];
  /** Parts that are not wanted any more and still there. */
  readonly leaving: number;
}

const MISSING: readonly PartState[] = ['planned', 'creating', 'error'];

/** Starting and stopping is no reconfiguration: a system in which only that goes on is NORMAL. */
export function vsysStatus({ phase, wanted, leaving }: StatedSystem): VsysStatus {
  const isWhole = leaving === 0 && !wanted.some((state) => MISSING.includes(state));
  if (isWhole && phase !== 'deleting') return 'NORMAL';
  if (phase === 'provisioning') return 'DEPLOYING';
  return phase === 'needs-attention' ? 'ERROR' : 'RECONFIG_ING';
}

export type VDiskStatus =
  'DEPLOYING' | 'NORMAL' | 'ATTACHING' | 'DETACHING' | 'BACKUP_ING' | 'RESTORING' | 'ERROR';

/** `wantedAt`: the server that it shall be attached to, null for none. What was given up on the way stays an error. */
export function vdiskStatus(
  state: PartState,
  wantedAt: string | null,
  hindrance: Hindrance = 'none',
): VDiskStatus {
  if (hindrance === 'copied') return 'BACKUP_ING';
  const status = statusWhileWorkGoesOn(state, wantedAt);
  if (hindrance === 'restored' && status !== 'DEPLOYING') return 'RESTORING';
  return hindrance === 'given-up' && status !== 'NORMAL' ? 'ERROR' : status;
}

function statusWhileWorkGoesOn(state: PartState, wantedAt: string | null): VDiskStatus {
  if (state === 'planned' || state === 'creating') return 'DEPLOYING';
  if (state === 'error') return 'ERROR';
  if (state === 'detached' && wantedAt !== null) return 'ATTACHING';
  return state === 'attached' && wantedAt === null ? 'DETACHING' : 'NORMAL';
}

export type PublicIpStatus =
  'DEPLOYING' | 'DETACHED' | 'ATTACHING' | 'ATTACHED' | 'DETACHING' | 'UNDEPLOYING';

/**
 * An address is attached while an appliance answers for it. Here that changes with the configuration, in the moment of the
 * call, so the states on the way are not seen.
 */
export function publicIpStatus(state: PartState, place: 'attached' | 'detached'): PublicIpStatus {
  if (state === 'planned' || state === 'creating') return 'DEPLOYING';
  if (state === 'deleting' || state === 'gone') return 'UNDEPLOYING';
  return place === 'attached' ? 'ATTACHED' : 'DETACHED';
}
