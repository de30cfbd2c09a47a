/**
 * The places where an action can be hit: each kind of action × moment × fault is one cell. A cell counts as reached
 * when the fault really happened there, not when somebody meant it to.
 *
 *   intent stored ─► before-call ─► call ─► waiting ─► effect ─► effect-unanswered ─► answer ─► before-record ─► result stored
 */
import type { ActionKind } from '@openvsys/vsys';

export const MOMENTS = ['before-call', 'waiting', 'effect-unanswered', 'before-record'] as const;
export type Moment = (typeof MOMENTS)[number];

/**
 * `kill`: the worker dies · `lost`: the request or the answer on its way is lost, or the answer to the commit that
 * follows · `duplicate`: every worker is told of the system once more, at this very moment · `slow`: what is on its way
 * takes longer than a lease
 */
export const FAULTS = ['kill', 'lost', 'duplicate', 'slow'] as const;
export type Fault = (typeof FAULTS)[number];

/** Those that the life of the directed stories comes by. */
export const KINDS = [
  'vnet.create',
  'vnet.destroy',
  'vserver.clone',
  'vserver.configure',
  'vserver.start',
  'vserver.stop',
  'vserver.restart',
  'vserver.destroy',
  'vserver.revert',
  'vserver.pause',
  'vserver.suspend',
  'config-drive.insert',
  'config-drive.remove',
  'snapshot.create',
  'snapshot.destroy',
  'vdisk.create',
  'vdisk.resize',
  'vdisk.attach',
  'vdisk.detach',
  'vdisk.destroy',
  'disk.fill',
  'backup.create',
  'backup.destroy',
  'nic.create',
  'nic.configure',
  'nic.destroy',
] as const satisfies readonly ActionKind[];

export type Cell = `${ActionKind} ${Moment} ${Fault}`;

export const cellOf = (kind: ActionKind, moment: Moment, fault: Fault): Cell => `${kind} ${moment} ${fault}`;
