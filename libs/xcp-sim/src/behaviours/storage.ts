// Purpose: SRs and PBDs.
import { NULL_REF, textOf } from '../datamodel/xen-value.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { scheduleCollection } from '../storage/chain-collector.js';
import { refreshSpace } from '../storage/space.js';
import { storageDrivers } from '../storage/storage-drivers.js';
import { withOperations } from '../core/operations.js';
import { XenFailure } from '../core/failure.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

function driverNames(): string[] {
  return storageDrivers().map((driver) => textOf(driver['type']));
}

async function scan(call: Call, sr: Row): Promise<void> {
  requirePlugged(call.sim, sr);
  await withOperations(call, [{ row: sr, op: 'scan' }], async () => {
    await call.spend('srScan', call.sim.latency.profile.scanPerVdiMs * sr.set('VDIs').length);
    refreshSpace(call.sim, sr);
    scheduleCollection(call.sim, sr);
  });
}

/** @throws XenFailure SR_HAS_NO_PBDS */
function requirePlugged(sim: SimPool, sr: Row): void {
  if (!attachedPbds(sim, sr).length) throw new XenFailure('SR_HAS_NO_PBDS', sr.ref);
}

function attachedPbds(sim: SimPool, sr: Row): Row[] {
  return sim.db.follow('PBD', sr.set('PBDs')).filter((pbd) => pbd.bool('currently_attached'));
}

/** XenAPI SR.create: (host, device_config, physical_size, name, description, type, content_type, shared, sm_config). */
async function createSr(call: Call, args: Args): Promise<string> {
  const { sim } = call;
  const host = sim.db.get('host', args.ref(0));
  const type = args.text(5).toLowerCase();
  if (!driverNames().includes(type)) throw new XenFailure('SR_UNKNOWN_DRIVER', type);
  await call.spend('pbdPlug');
  const sr = sim.db.create('SR', {
    name_label: args.text(3),
    name_description: args.text(4),
    type,
    content_type: args.text(6),
    shared: args.flag(7),
    sm_config: args.map(8),
    physical_size: args.int(2),
    capacity_bytes: args.int(2),
    introduced_by: NULL_REF,
  });
  const hosts = args.flag(7) ? sim.db.rows('host') : [host];
  for (const target of hosts) {
    sim.db.create('PBD', {
      host: target.ref,
      SR: sr.ref,
      device_config: args.map(1),
      currently_attached: true,
    });
  }
  sim.refreshAllowed(sr);
  return sr.ref;
}

/** XenAPI SR.introduce: a row for storage that exists already; its hosts get to it by PBDs of their own. */
function introduceSr(sim: SimPool, args: Args): string {
  const [uuid, type] = [args.text(0), args.text(3).toLowerCase()];
  if (!driverNames().includes(type)) throw new XenFailure('SR_UNKNOWN_DRIVER', type);
  if (sim.db.rows('SR').some((sr) => sr.uuid === uuid)) throw new XenFailure('SR_UUID_EXISTS', uuid);
  const sr = sim.db.create('SR', {
    ...(uuid === '' ? {} : { uuid }),
    name_label: args.text(1),
    name_description: args.text(2),
    type,
    content_type: args.text(4),
    shared: args.flag(5),
    sm_config: args.map(6),
    introduced_by: NULL_REF,
  });
  sim.refreshAllowed(sr);
  return sr.ref;
}

/** Nothing can be found that is not known already. @throws XenFailure SR_UNKNOWN_DRIVER */
function requireDriver(sim: SimPool, args: Args): void {
  sim.db.get('host', args.ref(0));
  const type = args.text(2).toLowerCase();
  if (!driverNames().includes(type)) throw new XenFailure('SR_UNKNOWN_DRIVER', type);
}

/**
 * Forgetting needs nothing of the storage; destroying goes through a host that knows the way to it.
 * @throws XenFailure SR_HAS_PBD while a PBD is plugged; for destroy SR_HAS_NO_PBDS without any, SR_INDESTRUCTIBLE by its mark,
 * SR_NOT_EMPTY while there are disks
 */
function removeSr(sim: SimPool, sr: Row, mode: 'destroy' | 'forget'): void {
  if (attachedPbds(sim, sr).length > 0) throw new XenFailure('SR_HAS_PBD', sr.ref);
  if (mode === 'destroy' && sr.set('PBDs').length === 0) throw new XenFailure('SR_HAS_NO_PBDS', sr.ref);
  if (mode === 'destroy' && sr.map('other_config')['indestructible'] === 'true')
    throw new XenFailure('SR_INDESTRUCTIBLE', sr.ref);
  const vdis = sim.db.follow('VDI', sr.set('VDIs'));
  if (mode === 'destroy' && vdis.some((vdi) => vdi.bool('managed'))) throw new XenFailure('SR_NOT_EMPTY');
  for (const vdi of vdis) {
    sim.contents.release(vdi);
    sim.db.remove(vdi);
  }
  for (const pbd of sim.db.follow('PBD', sr.set('PBDs'))) sim.db.remove(pbd);
  sim.db.remove(sr);
}

/** What several hosts are connected to cannot become that of one. @throws XenFailure SR_HAS_MULTIPLE_PBDS with the PBDs */
function setShared(sim: SimPool, sr: Row, shared: boolean): void {
  const pbds = sr.set('PBDs');
  if (!shared && pbds.length > 1) throw new XenFailure('SR_HAS_MULTIPLE_PBDS', ...pbds);
  sim.db.update(sr, { shared });
}

async function plugPbd(call: Call, pbd: Row): Promise<void> {
  if (pbd.bool('currently_attached')) return;
  await call.spend('pbdPlug');
  setAttached(call.sim, pbd, true);
}

function setAttached(sim: SimPool, pbd: Row, currently_attached: boolean): void {
  sim.db.update(pbd, { currently_attached });
  const sr = sim.db.find('SR', pbd.link('SR'));
  if (sr !== undefined) sim.refreshAllowed(sr);
}

/** @throws XenFailure VDI_IN_USE while a VM on this host uses a disk of the SR */
async function unplugPbd(call: Call, pbd: Row): Promise<void> {
  const { db } = call.sim;
  if (!pbd.bool('currently_attached')) return;
  const sr = db.get('SR', pbd.link('SR'));
  for (const vdi of db.follow('VDI', sr.set('VDIs'))) {
    for (const vbd of db.follow('VBD', vdi.set('VBDs'))) {
      const vm = db.find('VM', vbd.link('VM'));
      if (vbd.bool('currently_attached') && vm?.link('resident_on') === pbd.link('host')) {
        throw new XenFailure('VDI_IN_USE', vdi.ref);
      }
    }
  }
  await call.spend('pbdPlug');
  setAttached(call.sim, pbd, false);
}

export const STORAGE: BehaviourTable = {
  'SR.scan': timed((call, args) => scan(call, call.sim.db.get('SR', args.ref(0)))),
  'SR.update': quick(({ sim }, args) => {
    const sr = sim.db.get('SR', args.ref(0));
    requirePlugged(sim, sr);
    refreshSpace(sim, sr);
  }),
  'SR.set_shared': quick(({ sim }, args) => setShared(sim, sim.db.get('SR', args.ref(0)), args.flag(1))),
  'SR.create': timed((call, args) => createSr(call, args)),
  'SR.destroy': timed((call, args) => removeSr(call.sim, call.sim.db.get('SR', args.ref(0)), 'destroy')),
  'SR.forget': timed((call, args) => removeSr(call.sim, call.sim.db.get('SR', args.ref(0)), 'forget')),
  'SR.introduce': quick(({ sim }, args) => introduceSr(sim, args)),
  'SR.probe': quick(({ sim }, args) => {
    requireDriver(sim, args);
    return '<?xml version="1.0"?><SRlist/>';
  }),
  'SR.probe_ext': quick(({ sim }, args) => {
    requireDriver(sim, args);
    return [];
  }),
  'SR.get_supported_types': quick(() => driverNames()),
  'PBD.create': quick(({ sim }, args) => {
    const record = args.map(0);
    const host = sim.db.get('host', textOf(record['host']));
    const sr = sim.db.get('SR', textOf(record['SR']));
    const same = sim.db.follow('PBD', sr.set('PBDs')).find((pbd) => pbd.link('host') === host.ref);
    if (same !== undefined) throw new XenFailure('PBD_EXISTS', sr.ref, host.ref, same.ref);
    return sim.db.create('PBD', { ...record, currently_attached: false }).ref;
  }),
  'PBD.destroy': quick(({ sim }, args) => {
    const pbd = sim.db.get('PBD', args.ref(0));
    if (pbd.bool('currently_attached'))
      throw new XenFailure('OPERATION_NOT_ALLOWED', 'PBD is currently attached');
    sim.db.remove(pbd);
  }),
  'PBD.plug': timed((call, args) => plugPbd(call, call.sim.db.get('PBD', args.ref(0)))),
  'PBD.unplug': timed((call, args) => unplugPbd(call, call.sim.db.get('PBD', args.ref(0)))),
};
