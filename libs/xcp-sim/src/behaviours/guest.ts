// Purpose: the guest inside a VM: it boots, its agent reports, it goes down.
import { compactDate, NULL_REF } from '../datamodel/xen-value.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Windows guests carry the Viridian extensions; everything else is taken for Linux. */
export function isWindows(vm: Row): boolean {
  return vm.map('platform')['viridian'] === 'true';
}

/** Schedules the first report of the guest agent after the boot time; a domain that is gone by then reports nothing. */
export function bootGuest(sim: SimPool, vm: Row): void {
  const domid = vm.int('domid');
  const report = (): void => {
    if (!vm.alive || vm.text('power_state') !== 'Running' || vm.int('domid') !== domid) return;
    if (vm.link('guest_metrics') !== NULL_REF) return;
    reportMetrics(sim, vm);
  };
  const ms = sim.latency.sample(isWindows(vm) ? 'guestBootWindows' : 'guestBoot');
  const { agent, lateMs = '0' } = vm.map('guest_fault');
  if (agent === 'silent') return;
  const total = ms + Number(lateMs);
  if (total === 0) report();
  else sim.clock.schedule(total, report);
}

/** What the agent knew is void as soon as the domain is gone. */
export function forgetGuest(sim: SimPool, vm: Row): void {
  const metrics = sim.db.find('VM_guest_metrics', vm.link('guest_metrics'));
  if (metrics !== undefined) sim.db.remove(metrics);
  sim.db.update(vm, { guest_metrics: NULL_REF });
}

function reportMetrics(sim: SimPool, vm: Row): void {
  const metrics = sim.db.create('VM_guest_metrics', {
    os_version: isWindows(vm)
      ? { name: 'Microsoft Windows Server', distro: 'windows' }
      : { name: 'Linux', distro: 'linux' },
    PV_drivers_version: { major: '8', minor: '3', micro: '0', build: '1' },
    PV_drivers_up_to_date: true,
    PV_drivers_detected: true,
    networks: guestNetworks(sim, vm),
    other: { 'feature-shutdown': '1', 'feature-reboot': '1', 'feature-suspend': '1', 'feature-balloon': '1' },
    last_updated: compactDate(sim.clock.now()),
    live: true,
    can_use_hotplug_vbd: 'yes',
    can_use_hotplug_vif: 'yes',
  });
  sim.db.update(vm, { guest_metrics: metrics.ref });
  sim.refreshAllowed(vm);
}

/** Addresses as the agent reports them: the first one allowed on the port, else one made from the MAC. */
function guestNetworks(sim: SimPool, vm: Row): Record<string, string> {
  const networks: Record<string, string> = {};
  for (const vif of sim.db.follow('VIF', vm.set('VIFs'))) {
    if (!vif.bool('currently_attached')) continue;
    const address = vif.set('ipv4_allowed')[0] ?? linkLocal(vif.text('MAC'));
    networks[`${vif.text('device')}/ip`] = address;
    networks[`${vif.text('device')}/ipv4/0`] = address;
  }
  return networks;
}

function linkLocal(mac: string): string {
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  return `169.254.${bytes[4] ?? 0}.${bytes[5] ?? 0}`;
}
