/** The states of CIMI for ours. */
import type { OperationState, PartState, VsysPhase } from '@openvsys/vsys';

export const MACHINE_STATES: Readonly<Record<PartState, string>> = {
  planned: 'CREATING',
  creating: 'CREATING',
  ready: 'STOPPED',
  stopped: 'STOPPED',
  starting: 'STARTING',
  running: 'STARTED',
  stopping: 'STOPPING',
  // Version 1 has no word for it; the way back up is what a client waits for.
  restarting: 'STARTING',
  paused: 'PAUSED',
  suspended: 'SUSPENDED',
  attached: 'STOPPED',
  detached: 'STOPPED',
  deleting: 'DELETING',
  gone: 'DELETING',
  error: 'ERROR',
};

/** A volume is the same whether it is attached or not: that is seen in the machine's volumes. */
export const VOLUME_STATES: Readonly<Record<PartState, string>> = {
  ...MACHINE_STATES,
  ready: 'AVAILABLE',
  attached: 'AVAILABLE',
  detached: 'AVAILABLE',
  stopped: 'AVAILABLE',
  running: 'AVAILABLE',
};

export const IMAGE_STATES = VOLUME_STATES;

export const NETWORK_STATES: Readonly<Record<PartState, string>> = { ...MACHINE_STATES, ready: 'STARTED' };

/** An appliance of an EFM: paused and suspended ones do not serve. */
export const SERVICE_STATES: Readonly<Record<PartState, string>> = {
  ...MACHINE_STATES,
  starting: 'STOPPED',
  stopping: 'STARTED',
  restarting: 'STARTED',
  paused: 'STOPPED',
  suspended: 'STOPPED',
};

export const ENDPOINT_STATES: Readonly<Record<PartState, string>> = { ...MACHINE_STATES, ready: 'ENABLED' };

/** Those of a system that do not follow from its machines. */
const OF_PHASE: Partial<Record<VsysPhase, string>> = {
  provisioning: 'CREATING',
  deleting: 'DELETING',
  deleted: 'DELETING',
  'needs-attention': 'ERROR',
};

/** All machines in one state: that one; none or different ones: MIXED. */
export function systemState(phase: VsysPhase, machines: readonly PartState[]): string {
  const own = OF_PHASE[phase];
  if (own !== undefined) return own;
  const states = new Set(machines.map((state) => MACHINE_STATES[state]));
  const [only] = states;
  return states.size === 1 && only !== undefined ? only : 'MIXED';
}

export function jobState(state: OperationState, isCancelled: boolean): string {
  if (isCancelled && (state === 'queued' || state === 'running')) return 'STOPPING';
  return JOB_STATES[state];
}

const JOB_STATES: Readonly<Record<OperationState, string>> = {
  queued: 'QUEUED',
  running: 'RUNNING',
  // It failed and is being undone: not at its end yet.
  'rolling-back': 'RUNNING',
  succeeded: 'SUCCESS',
  failed: 'FAILED',
  cancelled: 'STOPPED',
};
