// Purpose: for the time of a transfer the disk is attached to the control domain of the host, as everybody can see.
import { requireUnused } from '../../behaviours/vdi-work.js';
import { XenFailure } from '../../core/failure.js';
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

export type Access = 'RO' | 'RW';

/** @throws XenFailure VDI_IN_USE while another one writes (or, for `RW`, uses) the disk; VDI_READONLY */
export async function withDiskOnHost<T>(
  sim: SimPool,
  host: Row,
  vdi: Row,
  access: Access,
  work: () => Promise<T>,
): Promise<T> {
  requireAccess(sim, vdi, access);
  const vbd = sim.db.create('VBD', {
    VM: host.link('control_domain'),
    VDI: vdi.ref,
    userdevice: 'autodetect',
    device: '',
    mode: access,
    type: 'Disk',
    bootable: false,
    empty: false,
    unpluggable: true,
    currently_attached: true,
    other_config: {},
  });
  sim.refreshAllowed(vdi);
  try {
    return await work();
  } finally {
    sim.db.remove(vbd);
    if (vdi.alive) sim.refreshAllowed(vdi);
  }
}

function requireAccess(sim: SimPool, vdi: Row, access: Access): void {
  if (access === 'RW') {
    if (vdi.bool('read_only')) throw new XenFailure('VDI_READONLY', vdi.ref);
    requireUnused(sim, vdi, 'import');
    return;
  }
  const writer = sim.db
    .follow('VBD', vdi.set('VBDs'))
    .some((vbd) => vbd.bool('currently_attached') && vbd.text('mode') === 'RW');
  if (writer) throw new XenFailure('VDI_IN_USE', vdi.ref, 'export');
}
