// Purpose: changed block tracking of disks: switched on and off, and snapshots that keep nothing but what changed.
import { requireUnused } from './vdi-work.js';
import { driverCan } from '../storage/storage-drivers.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { storageFailure, XenFailure } from '../core/failure.js';
import { adjustSpace, OWN_BYTES } from '../storage/space.js';
import { CHAIN_PARENT } from '../storage/vhd-chain.js';
import { changedBlocks } from '../storage/changed-blocks.js';
import { LAYER_FIELD } from '../storage/content/disk-contents.js';
import { noteDiskGone } from '../storage/chain-collector.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** @throws XenFailure OPERATION_NOT_ALLOWED on snapshots, SR_OPERATION_NOT_SUPPORTED */
function setTracking(sim: SimPool, vdi: Row, enabled: boolean): void {
  if (vdi.bool('is_a_snapshot'))
    throw new XenFailure('OPERATION_NOT_ALLOWED', `VDI is a snapshot: ${vdi.ref}`);
  const sr = sim.db.get('SR', vdi.link('SR'));
  if (!driverCan(sr.text('type'), 'VDI_CONFIG_CBT'))
    throw new XenFailure('SR_OPERATION_NOT_SUPPORTED', sr.ref);
  if (vdi.bool('cbt_enabled') === enabled) return;
  sim.db.update(vdi, { cbt_enabled: enabled, cbt_log: [], cbt_previous: '' });
  sim.refreshAllowed(vdi);
}

/** The data of a snapshot go, what changed stays (XenAPI VDI.data_destroy). */
function destroyData(sim: SimPool, vdi: Row): void {
  if (!vdi.bool('is_a_snapshot'))
    throw new XenFailure('OPERATION_NOT_ALLOWED', `VDI is not a snapshot: ${vdi.ref}`);
  if (!vdi.bool('cbt_enabled')) throw new XenFailure('VDI_NO_CBT_METADATA', vdi.ref);
  requireUnused(sim, vdi, 'data_destroy');
  const sr = sim.db.find('SR', vdi.link('SR'));
  if (sr !== undefined) adjustSpace(sim, sr, -vdi.int('physical_utilisation'), -vdi.int('virtual_size'));
  sim.contents.release(vdi);
  if (sr !== undefined) noteDiskGone(sim, sr, vdi);
  sim.db.update(vdi, {
    type: 'cbt_metadata',
    cbt_size: vdi.int('virtual_size'),
    physical_utilisation: 0,
    virtual_size: 0,
    [OWN_BYTES]: 0,
    [LAYER_FIELD]: 0,
    [CHAIN_PARENT]: NULL_REF,
  });
  sim.refreshAllowed(vdi);
}

/** XenAPI VDI.list_changed_blocks. @throws XenFailure VDI_NO_CBT_METADATA, SR_BACKEND_FAILURE_460 for unrelated disks */
function listChangedBlocks(sim: SimPool, from: Row, to: Row): string {
  for (const vdi of [from, to])
    if (!vdi.bool('cbt_enabled')) throw new XenFailure('VDI_NO_CBT_METADATA', vdi.ref);
  const bitmap = changedBlocks(sim, from, to);
  if (bitmap === undefined)
    throw storageFailure(
      460,
      'Failed to calculate changed blocks for given VDIs.',
      'Source and target VDI are unrelated',
    );
  return bitmap;
}

export const VDI_TRACKING: BehaviourTable = {
  'VDI.enable_cbt': quick(({ sim }, args) => setTracking(sim, sim.db.get('VDI', args.ref(0)), true)),
  'VDI.disable_cbt': quick(({ sim }, args) => setTracking(sim, sim.db.get('VDI', args.ref(0)), false)),
  'VDI.data_destroy': quick(({ sim }, args) => destroyData(sim, sim.db.get('VDI', args.ref(0)))),
  'VDI.list_changed_blocks': quick(({ sim }, args) =>
    listChangedBlocks(sim, sim.db.get('VDI', args.ref(0)), sim.db.get('VDI', args.ref(1))),
  ),
  // No network is open for block devices.
  'VDI.get_nbd_info': quick(({ sim }, args) => {
    sim.db.get('VDI', args.ref(0));
    return [];
  }),
};
