/** One handler a kind of action; the compiler knows when one is missing. */
import type { Action, ActionContext, ActionKind, ActionOfKind } from '@openvsys/vsys';
import type { ActionHandler } from './action-handler.js';
import { backupCreate, backupDestroy } from './backup.js';
import { configDriveInsert, configDriveRemove } from './config-drive.js';
import { diskFill } from './disk-fill.js';
import { nicConfigure } from './nic-configure.js';
import { nicCreate } from './nic-create.js';
import { nicDestroy } from './nic-destroy.js';
import type { PoolAccess } from './pool-access.js';
import { rescueInsert, rescueRemove } from './rescue.js';
import { snapshotCreate, snapshotDestroy } from './snapshot.js';
import { vdiskAttach } from './vdisk-attach.js';
import { vdiskCreate } from './vdisk-create.js';
import { vdiskDestroy } from './vdisk-destroy.js';
import { vdiskDetach } from './vdisk-detach.js';
import { vdiskResize } from './vdisk-resize.js';
import { vdiskTune } from './vdisk-tune.js';
import { vnetCreate } from './vnet-create.js';
import { vnetDestroy } from './vnet-destroy.js';
import { vserverAwait } from './vserver-await.js';
import { vserverClone } from './vserver-clone.js';
import { vserverConfigure } from './vserver-configure.js';
import { vserverDestroy } from './vserver-destroy.js';
import { vserverPause, vserverSuspend } from './vserver-rest.js';
import { vserverRestart } from './vserver-restart.js';
import { vserverRevert } from './vserver-revert.js';
import { vserverStart } from './vserver-start.js';
import { vserverStop } from './vserver-stop.js';

const HANDLERS: { readonly [K in ActionKind]: ActionHandler<K> } = {
  'vnet.create': vnetCreate,
  'vnet.destroy': vnetDestroy,
  'vserver.clone': vserverClone,
  'vserver.configure': vserverConfigure,
  'vserver.start': vserverStart,
  'vserver.await': vserverAwait,
  'vserver.stop': vserverStop,
  'vserver.restart': vserverRestart,
  'vserver.destroy': vserverDestroy,
  'vdisk.create': vdiskCreate,
  'vdisk.resize': vdiskResize,
  'vdisk.attach': vdiskAttach,
  'vdisk.tune': vdiskTune,
  'vdisk.detach': vdiskDetach,
  'vdisk.destroy': vdiskDestroy,
  'vserver.revert': vserverRevert,
  'vserver.pause': vserverPause,
  'vserver.suspend': vserverSuspend,
  'config-drive.insert': configDriveInsert,
  'config-drive.remove': configDriveRemove,
  'rescue.insert': rescueInsert,
  'rescue.remove': rescueRemove,
  'disk.fill': diskFill,
  'backup.create': backupCreate,
  'backup.destroy': backupDestroy,
  'snapshot.create': snapshotCreate,
  'snapshot.destroy': snapshotDestroy,
  'nic.create': nicCreate,
  'nic.configure': nicConfigure,
  'nic.destroy': nicDestroy,
};

/** A handler together with the action it is for. */
export interface BoundAction {
  readonly methods: readonly string[];
  isDone(): boolean;
  perform(): Promise<void>;
  removeTwins(): Promise<string | undefined>;
}

function bindKind<K extends ActionKind>(
  handler: ActionHandler<K>,
  action: ActionOfKind<K>,
  pool: PoolAccess,
  context: ActionContext,
): BoundAction {
  return {
    methods: handler.methods,
    isDone: () => handler.isDone(action, pool),
    perform: () => handler.perform(action, pool, context),
    removeTwins: async () => handler.removeTwins?.(action, pool, context),
  };
}

export function bind(action: Action, pool: PoolAccess, context: ActionContext): BoundAction {
  // The table maps each kind to its own handler, which the compiler cannot follow through a union.
  const handler = HANDLERS[action.kind] as ActionHandler<ActionKind>;
  return bindKind(handler, action, pool, context);
}
