/**
 * States as the user sees them. They are computed from spec and observation, never kept alone, so none can get stuck.
 *
 *   VServer   planned → creating → stopped ⇄ starting → running → stopping → stopped → deleting → gone
 *   VDisk     planned → creating → detached ⇄ attached → deleting → gone
 *   VNet, NIC, Snapshot
 *             planned → creating → ready → deleting → gone
 *   `error` takes the place of planned or creating when it cannot be made; what is there keeps its own state and gets a reason
 *   VSYS      provisioning → ready ⇄ changing → deleting → deleted;  needs-attention from any of the in-between ones
 */
export const VSYS_PHASES = [
  'provisioning',
  'ready',
  'changing',
  'deleting',
  'deleted',
  'needs-attention',
] as const;
export type VsysPhase = (typeof VSYS_PHASES)[number];

export const PART_STATES = [
  'planned',
  'creating',
  'ready',
  'stopped',
  'starting',
  'running',
  'stopping',
  'restarting',
  'paused',
  'suspended',
  'attached',
  'detached',
  'deleting',
  'gone',
  'error',
] as const;
export type PartState = (typeof PART_STATES)[number];

export const OPERATION_STATES = [
  'queued',
  'running',
  'rolling-back',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];
