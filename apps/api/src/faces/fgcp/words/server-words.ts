/**
 * What states of servers and appliances are called here. The state between two others is visible at once: what is wanted to run
 * and does not yet is STARTING from the moment of the call.
 *
 *   DEPLOYING → STOPPED → STARTING → RUNNING → STOPPING → STOPPED;  START_ERROR, STOP_ERROR once the work was given up
 *   STOPPED → BACKUP_ING, RESTORING, REGISTERING, CHANGE_TYPE → STOPPED;  RUNNING → UNEXPECTED_STOP → STARTING;  UPDATE of appliances
 */
import type { PartState, ServerKind, WantedPower } from '@openvsys/vsys';

export type ServerStatus =
  | 'DEPLOYING'
  | 'STOPPED'
  | 'STARTING'
  | 'RUNNING'
  | 'STOPPING'
  | 'BACKUP_ING'
  | 'RESTORING'
  | 'REGISTERING'
  | 'CHANGE_TYPE'
  | 'UNEXPECTED_STOP'
  | 'UPDATE'
  | 'START_ERROR'
  | 'STOP_ERROR'
  | 'ERROR';

export interface StatedServer {
  readonly state: PartState;
  readonly power: WantedPower;
}

/**
 * What keeps a server from what is wanted of it: the work on its system was given up until somebody changes or resumes it, its
 * system disk is being copied or filled, an image is taken of it, it gets another size, it is made anew. `settled`: nothing is
 * under way at all, so a server that does not run stopped by itself.
 */
export type Hindrance =
  'none' | 'settled' | 'given-up' | 'copied' | 'restored' | 'registered' | 'retyped' | 'updated';

/** Work that is told from a server that rests. */
const WORK: Partial<Readonly<Record<Hindrance, ServerStatus>>> = {
  copied: 'BACKUP_ING',
  restored: 'RESTORING',
  registered: 'REGISTERING',
  retyped: 'CHANGE_TYPE',
};

export const hindranceOf = ({ parked }: { readonly parked: unknown }): Hindrance =>
  parked === null ? 'none' : 'given-up';

export function serverStatus({ state, power }: StatedServer, hindrance: Hindrance): ServerStatus {
  if (hindrance === 'updated') return 'UPDATE';
  const fixed = STATUS_OF[state];
  if (fixed !== undefined) return fixed === 'DEPLOYING' && hindrance === 'given-up' ? 'ERROR' : fixed;
  const wantsRunning = power === 'running';
  const isRunning = state === 'running';
  const work = WORK[hindrance];
  if (work !== undefined && !wantsRunning && !isRunning) return work;
  if (isRunning === wantsRunning) return isRunning ? 'RUNNING' : 'STOPPED';
  if (hindrance === 'given-up') return wantsRunning ? 'START_ERROR' : 'STOP_ERROR';
  if (hindrance === 'settled' && state === 'stopped') return 'UNEXPECTED_STOP';
  return wantsRunning ? 'STARTING' : 'STOPPING';
}

/**
 * States that say everything by themselves. A server that rests with its memory kept cannot be told from a stopped one here: it
 * can be started, and that is what callers ask of it.
 */
const STATUS_OF: Partial<Readonly<Record<PartState, ServerStatus>>> = {
  planned: 'DEPLOYING',
  creating: 'DEPLOYING',
  starting: 'STARTING',
  stopping: 'STOPPING',
  restarting: 'STARTING',
  error: 'ERROR',
};

/** These may be started, and these stopped, in the table of the protocol. */
export const STARTABLE: readonly ServerStatus[] = ['STOPPED', 'START_ERROR'];
export const STOPPABLE: readonly ServerStatus[] = ['RUNNING', 'STOP_ERROR'];

export type EfmType = 'FW' | 'SLB';

/** Kinds of appliances that the protocol has words for. */
export const EFM_TYPES: Partial<Readonly<Record<ServerKind, EfmType>>> = {
  firewall: 'FW',
  'load-balancer': 'SLB',
};

/** Clients tell appliances from servers by these. */
export const APPLIANCE_TYPES: Readonly<Record<EfmType, string>> = { FW: 'firewall', SLB: 'slb' };

/** Clients take a server whose first card has another number than 0 for an appliance. */
export const FIRST_NIC: Readonly<Record<EfmType | 'SERVER', number>> = { SERVER: 0, SLB: 2, FW: 4 };
