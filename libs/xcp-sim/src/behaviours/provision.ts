// Purpose: VM.provision: turns a template into a VM and makes the disks its `other_config:disks` asks for.
import { SaxesParser } from 'saxes';
import { assertVmOperation } from './vm-rules.js';
import { createDisk, destroyDisk } from './vdi-work.js';
import { internalError, XenFailure } from '../core/failure.js';
import { compactDate, NULL_REF } from '../datamodel/xen-value.js';
import { withOperations } from '../core/operations.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';

interface WantedDisk {
  device: string;
  size: number;
  /** UUID of the SR; "" takes the pool's default. */
  sr: string;
  bootable: boolean;
  type: string;
}

/** XenAPI VM.provision; at most one at a time on a host. */
export async function provision(call: Call, vm: Row): Promise<void> {
  const { sim } = call;
  const claims = [
    { row: vm, op: 'provision', check: () => assertVmOperation(vm, 'provision') },
    { row: call.host, op: 'provision' },
  ];
  await withOperations(call, claims, async () => {
    await call.spend('vmProvision');
    const wanted = wantedDisks(vm);
    const made: Row[] = [];
    try {
      for (const [index, disk] of wanted.entries()) {
        made.push(await makeDisk(call, vm, disk));
        call.progress((index + 1) / wanted.length);
      }
    } catch (error) {
      for (const vdi of made) destroyDisk(sim, vdi);
      throw error;
    }
    const { disks: _consumed, ...otherConfig } = vm.map('other_config');
    sim.db.update(vm, { is_a_template: false, other_config: otherConfig });
    const metrics = sim.db.find('VM_metrics', vm.link('metrics'));
    if (metrics !== undefined) sim.db.update(metrics, { install_time: compactDate(sim.clock.now()) });
  });
}

async function makeDisk(call: Call, vm: Row, disk: WantedDisk): Promise<Row> {
  const { sim } = call;
  const sr = disk.sr === '' ? sim.db.find('SR', sim.pool.link('default_SR')) : srByUuid(call, disk.sr);
  if (sr === undefined) throw new XenFailure('DEFAULT_SR_NOT_FOUND', sim.pool.link('default_SR'));
  const vdi = await createDisk(call, {
    name_label: vm.text('name_label'),
    name_description: 'Created by template provisioner',
    SR: sr.ref,
    virtual_size: disk.size,
    type: disk.type,
    other_config: {},
    sm_config: {},
  });
  const vbd = sim.db.create('VBD', {
    VM: vm.ref,
    VDI: vdi.ref,
    userdevice: disk.device,
    bootable: disk.bootable,
    mode: 'RW',
    type: 'Disk',
    empty: false,
    other_config: { owner: '' },
    metrics: NULL_REF,
  });
  sim.refreshAllowed(vbd);
  return vdi;
}

/** The server names the class in lower case here. */
function srByUuid(call: Call, uuid: string): Row {
  try {
    return call.sim.db.getByUuid('SR', uuid);
  } catch {
    throw new XenFailure('UUID_INVALID', 'sr', uuid);
  }
}

function wantedDisks(vm: Row): WantedDisk[] {
  const text = vm.map('other_config')['disks'];
  if (text === undefined || text.trim() === '') return [];
  const disks: WantedDisk[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw internalError(`cannot read the provisioning XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw internalError('cannot read the provisioning XML: a doctype is not allowed');
  });
  parser.on('opentag', (tag) => {
    if (tag.name === 'disk') disks.push(readDisk(tag.attributes));
  });
  parser.write(text).close();
  return disks;
}

function readDisk(attributes: Readonly<Record<string, unknown>>): WantedDisk {
  const text = (name: string, fallback: string): string => {
    const value = attributes[name];
    return typeof value === 'string' ? value : fallback;
  };
  const size = Number(text('size', '0'));
  if (!Number.isSafeInteger(size) || size <= 0)
    throw internalError(`disk size ${text('size', '')} is not a number of bytes`);
  return {
    device: text('device', '0'),
    size,
    sr: text('sr', ''),
    bootable: text('bootable', 'false') === 'true',
    type: text('type', 'system'),
  };
}
