/**
 * How long one attempt of an action may take before its outcome counts as unknown and is looked at, in ms.
 * Generous multiples of what a busy pool needs: a deadline that fires too early only costs a look.
 */
import type { ActionKind } from '@openvsys/vsys';

const MINUTE = 60_000;

export const DEADLINE_MS: Readonly<Record<ActionKind, number>> = {
  'vnet.create': 5 * MINUTE,
  'vnet.destroy': 5 * MINUTE,
  // A clone across a full copy of the system disk is the longest thing a pool does for us.
  'vserver.clone': 60 * MINUTE,
  'vserver.configure': 10 * MINUTE,
  'vserver.start': 15 * MINUTE,
  // It ends by itself: the longest wait and the longest pause that a spec may wish are an hour each.
  'vserver.await': 130 * MINUTE,
  // A clean shutdown waits for the guest before the plug is pulled.
  'vserver.stop': 20 * MINUTE,
  'vserver.restart': 20 * MINUTE,
  'vserver.destroy': 15 * MINUTE,
  'vserver.revert': 30 * MINUTE,
  'vserver.pause': 5 * MINUTE,
  // The memory is written to storage.
  'vserver.suspend': 30 * MINUTE,
  // An image is copied: tens of GiB at 100 MB/s.
  'rescue.insert': 60 * MINUTE,
  'rescue.remove': 15 * MINUTE,
  'config-drive.insert': 15 * MINUTE,
  'config-drive.remove': 15 * MINUTE,
  'vdisk.create': 15 * MINUTE,
  'vdisk.resize': 15 * MINUTE,
  'vdisk.attach': 10 * MINUTE,
  'vdisk.tune': 5 * MINUTE,
  'vdisk.detach': 10 * MINUTE,
  'vdisk.destroy': 15 * MINUTE,
  // With memory, all of it is written to storage.
  'snapshot.create': 60 * MINUTE,
  'snapshot.destroy': 15 * MINUTE,
  // A whole disk is copied; 2 TiB at 100 MB/s.
  'disk.fill': 360 * MINUTE,
  'backup.create': 360 * MINUTE,
  'backup.destroy': 15 * MINUTE,
  'nic.create': 5 * MINUTE,
  'nic.configure': 5 * MINUTE,
  'nic.destroy': 5 * MINUTE,
};

/** Pauses between two looks at an action whose outcome is unknown, ms: doubled from the first up to the longest. */
export const SETTLE_FIRST_PAUSE_MS = 250;
export const SETTLE_LONGEST_PAUSE_MS = 5_000;
/** After this the pool's own memory of a task is gone (xapi keeps pending tasks for a day); a person must look. */
export const SETTLE_LIMIT_MS = 24 * 60 * MINUTE;
