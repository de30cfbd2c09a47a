// Purpose: changes by hand, without regard to the rules that calls obey: what drift detection has to find, and the
// half-done states that storage and hosts leave behind.
import { bringDown, bringUp, vmHost } from '../behaviours/vm-domain.js';
import { chooseHost } from '../behaviours/placement.js';
import { destroyDisk } from '../behaviours/vdi-work.js';
import { releaseReservation, scheduleMemoryMetrics } from '../behaviours/memory.js';
import { postMessage } from '../behaviours/messages.js';
import { removeVm } from '../behaviours/vm-records.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** High availability notices a guest that went down by itself and starts it again. */
const HA_RESTART_AFTER_MS = 5000;
/** A domain that crashes within two minutes of its start is not restarted. */
const CRASH_LOOP_MS = 120_000;

export class Administrator {
  constructor(private readonly sim: SimPool) {}

  switchVm(vm: Row, to: 'Halted' | 'Running'): void {
    const { sim } = this;
    if (vm.text('power_state') === to) return;
    if (to === 'Halted') bringDown(sim, vm);
    else bringUp(sim, vm, chooseHost(sim, vm), 'Running');
    sim.refreshAllowed(vm);
  }

  /** The guest shuts itself down; `actions_after_shutdown` and high availability decide what follows. */
  guestShutsDown(vm: Row): void {
    if (vm.text('power_state') !== 'Running') return;
    const host = vmHost(this.sim, vm);
    bringDown(this.sim, vm);
    const again = vm.text('actions_after_shutdown') === 'restart';
    if (again) bringUp(this.sim, vm, host, 'Running');
    else if (vm.bool('ha_always_run') && this.sim.pool.bool('ha_enabled'))
      this.sim.clock.schedule(HA_RESTART_AFTER_MS, () => this.switchVm(vm, 'Running'));
  }

  /** The guest crashes; `actions_after_crash` decides, unless it had just started. */
  guestCrashes(vm: Row): void {
    if (vm.text('power_state') !== 'Running') return;
    const host = vmHost(this.sim, vm);
    const young = this.sim.clock.now() - this.startedAt(vm) < CRASH_LOOP_MS;
    bringDown(this.sim, vm);
    postMessage(this.sim, 'VM_CRASHED', { cls: 'VM', uuid: vm.uuid });
    if (vm.text('actions_after_crash').endsWith('restart') && !young) bringUp(this.sim, vm, host, 'Running');
  }

  destroyVm(vm: Row, disks: 'with disks' | 'without disks'): void {
    const { db } = this.sim;
    const vdis = db
      .follow('VBD', vm.set('VBDs'))
      .filter((vbd) => vbd.text('type') === 'Disk')
      .map((vbd) => db.find('VDI', vbd.link('VDI')));
    if (vm.text('power_state') !== 'Halted') bringDown(this.sim, vm);
    removeVm(this.sim, vm);
    if (disks === 'with disks') for (const vdi of vdis) if (vdi !== undefined) destroyDisk(this.sim, vdi);
  }

  /** Renames any object that has a name. */
  rename(row: Row, name: string): void {
    this.sim.db.update(row, { name_label: name });
  }

  migrateVm(vm: Row, host: Row): void {
    if (vm.text('power_state') !== 'Running') return;
    const source = vmHost(this.sim, vm);
    this.sim.db.update(vm, { resident_on: host.ref });
    releaseReservation(this.sim, vm);
    scheduleMemoryMetrics(this.sim, source);
    scheduleMemoryMetrics(this.sim, host);
  }

  /** The device leaves the guest; its row stays, unplugged. */
  detachDisk(vbd: Row): void {
    this.sim.db.update(vbd, { currently_attached: false });
    this.sim.refreshAllowed(vbd);
    const vdi = this.sim.db.find('VDI', vbd.link('VDI'));
    if (vdi !== undefined) this.sim.refreshAllowed(vdi);
  }

  destroyDisk(vdi: Row): void {
    destroyDisk(this.sim, vdi);
  }

  /** The network and every interface on it. */
  deleteNetwork(network: Row): void {
    const { db } = this.sim;
    for (const vif of db.follow('VIF', network.set('VIFs'))) db.remove(vif);
    for (const pif of db.follow('PIF', network.set('PIFs'))) {
      const vlan = db.find('VLAN', pif.link('VLAN_master_of'));
      if (vlan !== undefined) db.remove(vlan);
      db.remove(pif);
    }
    db.remove(network);
  }

  /** Writes one key of `other_config`; undefined takes it away. */
  editTag(row: Row, key: string, value: string | undefined): void {
    const { [key]: _before, ...others } = row.map('other_config');
    this.sim.db.update(row, { other_config: value === undefined ? others : { ...others, [key]: value } });
  }

  /** The host loses an SR, or finds it again, whatever uses it. */
  setSrPlugged(sr: Row, host: Row, plugged: 'plugged' | 'unplugged'): void {
    const pbd = this.sim.db.follow('PBD', sr.set('PBDs')).find((one) => one.link('host') === host.ref);
    if (pbd === undefined)
      throw new Error(`${host.text('name_label')} has no link to ${sr.text('name_label')}`);
    this.sim.db.update(pbd, { currently_attached: plugged === 'plugged' });
    this.sim.refreshAllowed(sr);
  }

  /** A backup or an import died and left the disk attached to the control domain of the master. */
  attachToControlDomain(vdi: Row): Row {
    const vbd = this.sim.db.create('VBD', {
      VM: this.sim.master.link('control_domain'),
      VDI: vdi.ref,
      userdevice: `sim-${vdi.uuid}`,
      device: '',
      mode: 'RW',
      type: 'Disk',
      bootable: false,
      empty: false,
      currently_attached: true,
      other_config: {},
    });
    this.sim.refreshAllowed(vdi);
    return vbd;
  }

  /** A plug that stopped half way: the row says attached, the guest has no device. */
  halfPlug(vbd: Row): void {
    this.sim.db.update(vbd, { currently_attached: true, device: '' });
  }

  private startedAt(vm: Row): number {
    const metrics = this.sim.db.find('VM_metrics', vm.link('metrics'));
    const [, year = '', month = '', day = '', time = ''] =
      /^(\d{4})(\d\d)(\d\d)T([\d:]{8})/.exec(metrics?.text('start_time') ?? '') ?? [];
    return Date.parse(`${year}-${month}-${day}T${time}Z`) || 0;
  }
}
