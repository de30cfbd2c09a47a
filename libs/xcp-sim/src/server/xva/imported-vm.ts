// Purpose: the objects that an import makes, in the order in which they appear, and how they go again if it fails.
//
//   disks ──► VM (with current_operations: import) ──► VBDs, VIFs ──► bytes ──► ready
import { copyVmRow } from '../../behaviours/vm-records.js';
import { createDisk, destroyDisk } from '../../behaviours/vdi-work.js';
import { isNullRef, NULL_REF, textOf, type XenMap } from '../../datamodel/xen-value.js';
import { removeVm } from '../../behaviours/vm-records.js';
import { XenFailure } from '../../core/failure.js';
import type { Call } from '../../core/call.js';
import type { OvaObject } from './ova-document.js';
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

export interface ImportWish {
  /** Where the disks go; undefined: they are there already (metadata only). */
  sr: Row | undefined;
  /** Keep UUID and MAC addresses. */
  restore: boolean;
}

export interface ImportedDisk {
  /** Name in the document, and folder of its chunks. */
  id: string;
  vdi: Row;
  /** Bytes that were exported; the disk may be larger, as its SR has units. */
  size: number;
}

export class VmImport {
  /** Disks by their name in the document. */
  readonly disks = new Map<string, ImportedDisk>();
  readonly vms: Row[] = [];
  private readonly networks: Row[] = [];

  constructor(
    private readonly call: Call,
    private readonly objects: readonly OvaObject[],
    private readonly wish: ImportWish,
  ) {}

  private get sim(): SimPool {
    return this.call.sim;
  }

  /** Everything but the bytes. @throws XenFailure DUPLICATE_VM, SR_BACKEND_FAILURE_44, IMPORT_ERROR … */
  async make(): Promise<void> {
    const wanted = this.of('VM').filter(({ values }) => values['is_control_domain'] !== true);
    if (wanted.length === 0) throw new XenFailure('IMPORT_ERROR', 'no VM in the archive');
    for (const vm of wanted) this.requireNew(vm);
    for (const disk of this.usedDisks()) {
      const vdi = await this.diskFor(disk);
      this.disks.set(disk.id, { id: disk.id, vdi, size: Number(disk.values['virtual_size'] ?? 0) });
    }
    for (const vm of wanted) this.makeVm(vm);
  }

  finish(): void {
    for (const vm of this.vms) {
      this.sim.db.update(vm, { current_operations: {} });
      this.sim.refreshAllowed(vm);
    }
  }

  /** Nothing stays. */
  undo(): void {
    for (const vm of this.vms) if (vm.alive) removeVm(this.sim, vm);
    if (this.wish.sr !== undefined) for (const { vdi } of this.disks.values()) destroyDisk(this.sim, vdi);
    for (const network of this.networks) if (network.set('VIFs').length === 0) this.sim.db.remove(network);
  }

  private of(cls: string): OvaObject[] {
    return this.objects.filter((object) => object.cls === cls);
  }

  private requireNew({ values }: OvaObject): void {
    const twin = this.wish.restore && this.sim.db.rows('VM').find((vm) => vm.uuid === textOf(values['uuid']));
    if (twin !== false && twin !== undefined) throw new XenFailure('DUPLICATE_VM', twin.ref);
  }

  /**
   * Disks that a VBD of kind Disk uses, and the memory of VMs that sleep; CDs are looked up in the pool, not carried along.
   */
  private usedDisks(): OvaObject[] {
    const plugged = this.of('VBD').filter(({ values }) => values['type'] === 'Disk');
    const asleep = this.of('VM').filter(isAsleep);
    const used = new Set([
      ...plugged.map(({ values }) => textOf(values['VDI'])),
      ...asleep.map(({ values }) => textOf(values['suspend_VDI'])),
    ]);
    return this.of('VDI').filter(({ id }) => used.has(id));
  }

  private async diskFor({ values }: OvaObject): Promise<Row> {
    const { sr } = this.wish;
    if (sr === undefined) {
      const known = this.sim.db.rows('VDI').find((vdi) => vdi.uuid === textOf(values['uuid']));
      if (known === undefined) throw new XenFailure('IMPORT_ERROR_ATTACHED_DISKS_NOT_FOUND');
      return known;
    }
    return createDisk(this.call, {
      name_label: textOf(values['name_label']),
      name_description: textOf(values['name_description']),
      SR: sr.ref,
      virtual_size: Number(values['virtual_size'] ?? 0),
      type: textOf(values['type']) || 'user',
      sharable: values['sharable'] === true,
      // Only its being a snapshot made such a disk read-only.
      read_only: values['read_only'] === true && values['is_a_snapshot'] !== true,
      other_config: values['other_config'] ?? {},
      xenstore_data: values['xenstore_data'] ?? {},
      tags: values['tags'] ?? [],
      sm_config: {},
    });
  }

  private makeVm(described: OvaObject): void {
    const { sim, call } = this;
    const { id, values } = described;
    // Without its memory it cannot sleep on: it is as if its power had been cut.
    const memory = isAsleep(described) ? this.disks.get(textOf(values['suspend_VDI']))?.vdi : undefined;
    const sleep = memory === undefined ? {} : { power_state: 'Suspended', suspend_VDI: memory.ref };
    const seed = this.wish.restore ? {} : { mac_seed: sim.ids.uuid() };
    // A template row to copy from: the database fills what the archive does not say.
    const draft = sim.db.create('VM', values);
    const vm = copyVmRow(sim, draft, {
      ...(this.wish.restore ? { uuid: textOf(values['uuid']) } : {}),
      other_config: { ...draft.map('other_config'), ...seed },
      affinity: NULL_REF,
      suspend_SR: NULL_REF,
      groups: [],
      is_a_template: draft.bool('is_a_template'),
      ...sleep,
      current_operations: { [call.taskRef]: 'import' },
    });
    sim.db.remove(draft);
    this.vms.push(vm);
    for (const vbd of this.of('VBD')) if (vbd.values['VM'] === id) this.makeVbd(vm, vbd);
    for (const vif of this.of('VIF')) if (vif.values['VM'] === id) this.makeVif(vm, vif);
    sim.refreshAllowed(vm);
  }

  private makeVbd(vm: Row, { values }: OvaObject): void {
    const { db } = this.sim;
    const isCd = values['type'] === 'CD';
    const vdi = isCd ? this.knownCd(textOf(values['VDI'])) : this.disks.get(textOf(values['VDI']))?.vdi;
    const vbd = db.create('VBD', {
      ...withoutState(values, vm),
      VM: vm.ref,
      VDI: vdi?.ref ?? NULL_REF,
      empty: isCd && vdi === undefined,
    });
    this.sim.refreshAllowed(vbd);
  }

  /** The same CD image in this pool, by its UUID. */
  private knownCd(id: string): Row | undefined {
    const uuid = textOf(this.objects.find((object) => object.id === id)?.values['uuid']);
    return uuid === '' ? undefined : this.sim.db.rows('VDI').find((vdi) => vdi.uuid === uuid);
  }

  private makeVif(vm: Row, { values }: OvaObject): void {
    const address = this.wish.restore ? {} : { MAC: this.sim.ids.mac(), MAC_autogenerated: true };
    const vif = this.sim.db.create('VIF', {
      ...withoutState(values, vm),
      ...address,
      VM: vm.ref,
      network: this.networkFor(textOf(values['network'])).ref,
    });
    this.sim.refreshAllowed(vif);
  }

  /** The same network, one with the same name, or a new one without any wire. */
  private networkFor(id: string): Row {
    const { db } = this.sim;
    const wanted = this.objects.find((object) => object.id === id)?.values ?? {};
    const name = textOf(wanted['name_label']);
    const known =
      db.rows('network').find((network) => network.uuid === textOf(wanted['uuid'])) ??
      db.rows('network').find((network) => network.text('name_label') === name);
    if (known !== undefined) return known;
    this.sim.nextBridge += 1;
    const made = db.create('network', {
      name_label: name,
      name_description: textOf(wanted['name_description']),
      MTU: 1500,
      bridge: `xapi${this.sim.nextBridge}`,
      other_config: wanted['other_config'] ?? {},
      managed: true,
    });
    this.networks.push(made);
    return made;
  }
}

const isAsleep = ({ values }: OvaObject): boolean => values['power_state'] === 'Suspended';

/** A device as it was described, with a UUID of its own, and detached unless its VM sleeps and finds it again when it wakes. */
function withoutState(values: XenMap, vm: Row): XenMap {
  const { uuid: _uuid, metrics, runtime_properties: _properties, ...rest } = values;
  return {
    ...rest,
    ...(isNullRef(textOf(metrics)) ? { metrics: NULL_REF } : {}),
    currently_attached: values['currently_attached'] === true && vm.text('power_state') === 'Suspended',
    current_operations: {},
    allowed_operations: [],
  };
}
