// Purpose: template VMs with one system disk each, ready to be cloned.
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { TemplateOptions } from '../core/options.js';
import { fileBytes, OWN_BYTES, refreshSpace } from '../storage/space.js';

/** Part of a fresh image that is really written; the rest is holes. */
const WRITTEN_SHARE = 0.25;

export function addTemplate(sim: SimPool, template: TemplateOptions, sr: Row): Row {
  const { db } = sim;
  const vm = db.create('VM', {
    name_label: template.name,
    name_description: `Template of ${template.name} with one system disk`,
    is_a_template: true,
    memory_static_max: template.memoryBytes,
    memory_dynamic_max: template.memoryBytes,
    memory_dynamic_min: template.memoryBytes,
    memory_static_min: template.memoryBytes / 4,
    VCPUs_max: 1,
    VCPUs_at_startup: 1,
    domain_type: 'hvm',
    HVM_boot_policy: 'BIOS order',
    HVM_boot_params: { order: 'cdn' },
    actions_after_shutdown: 'destroy',
    actions_after_reboot: 'restart',
    actions_after_crash: 'restart',
    platform: platformOf(template),
    other_config: { mac_seed: sim.ids.uuid() },
    user_version: 1,
  });
  db.update(vm, { metrics: db.create('VM_metrics', {}).ref });
  addSystemDisk(sim, template, vm, sr);
  return vm;
}

function platformOf(template: TemplateOptions): Record<string, string> {
  const common = { acpi: '1', apic: 'true', pae: 'true', nx: 'true' };
  return template.os === 'windows' ? { ...common, viridian: 'true' } : { ...common, viridian: 'false' };
}

function addSystemDisk(sim: SimPool, template: TemplateOptions, vm: Row, sr: Row): void {
  const { db } = sim;
  const written = template.diskBytes * WRITTEN_SHARE;
  const vdi = db.create('VDI', {
    name_label: `${template.name} system disk`,
    SR: sr.ref,
    virtual_size: template.diskBytes,
    physical_utilisation: fileBytes(sr.text('type'), 'leaf', template.diskBytes, written),
    [OWN_BYTES]: written,
    type: 'system',
    managed: true,
    other_config: {},
  });
  db.update(vdi, { location: vdi.uuid });
  db.create('VBD', {
    VM: vm.ref,
    VDI: vdi.ref,
    userdevice: '0',
    device: '',
    bootable: true,
    mode: 'RW',
    type: 'Disk',
    empty: false,
    other_config: { owner: '' },
  });
  refreshSpace(sim, sr);
}
