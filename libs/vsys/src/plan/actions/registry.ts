/** Every action kind with its rule. The order is the urgency among actions of the same server. */
import type { PartId } from '../../ids.js';
import type { Action, ActionKey, ActionKind, ActionLocks } from '../action.js';
import type { ObservedVsys } from '../observed.js';
import type { World } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { backupCreate } from './backup-create.js';
import { backupDestroy } from './backup-destroy.js';
import { configDriveInsert } from './config-drive-insert.js';
import { configDriveRemove } from './config-drive-remove.js';
import { diskFill } from './disk-fill.js';
import { nicConfigure } from './nic-configure.js';
import { nicCreate } from './nic-create.js';
import { nicDestroy } from './nic-destroy.js';
import { rescueInsert, rescueRemove } from './rescue.js';
import { snapshotCreate } from './snapshot-create.js';
import { snapshotDestroy } from './snapshot-destroy.js';
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

export const RULES: { readonly [K in ActionKind]: ActionRule<K> } = {
  'vserver.revert': vserverRevert,
  'vserver.stop': vserverStop,
  'vserver.start': vserverStart,
  'vserver.await': vserverAwait,
  'vserver.restart': vserverRestart,
  'vserver.destroy': vserverDestroy,
  'vnet.create': vnetCreate,
  'vserver.clone': vserverClone,
  'vserver.configure': vserverConfigure,
  'nic.destroy': nicDestroy,
  'nic.configure': nicConfigure,
  'nic.create': nicCreate,
  'config-drive.insert': configDriveInsert,
  'rescue.remove': rescueRemove,
  'rescue.insert': rescueInsert,
  'vdisk.detach': vdiskDetach,
  'vdisk.create': vdiskCreate,
  'disk.fill': diskFill,
  'vdisk.resize': vdiskResize,
  'vdisk.attach': vdiskAttach,
  'vdisk.tune': vdiskTune,
  'vdisk.destroy': vdiskDestroy,
  'config-drive.remove': configDriveRemove,
  'backup.create': backupCreate,
  'backup.destroy': backupDestroy,
  'vserver.pause': vserverPause,
  'vserver.suspend': vserverSuspend,
  'snapshot.create': snapshotCreate,
  'snapshot.destroy': snapshotDestroy,
  'vnet.destroy': vnetDestroy,
};

export const ACTION_KINDS = Object.keys(RULES) as readonly ActionKind[];

/** A rule as seen by code that handles every kind alike; only this file joins an action with the rule of its own kind. */
interface AnyRule {
  due(world: World): readonly Action[];
  predict(observed: ObservedVsys, action: Action): ObservedVsys;
  locks(action: Action): ActionLocks;
  after(action: Action, start: World): readonly ActionKey[];
  title(action: Action, name: (part: PartId) => string): string;
  queue?(action: Action): string;
  pauseMs?(action: Action): number;
  readonly estimateMs: number;
}

export function ruleOf(kind: ActionKind): AnyRule {
  return RULES[kind];
}

/** The built-in duration of a kind in ms, for callers that learn better ones and need a beginning. */
export const estimateMsOf = (kind: ActionKind): number => RULES[kind].estimateMs;
