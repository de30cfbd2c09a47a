// Purpose: what is measured of a host: its processors and memory are those of the VMs on it and of the control domain.
import { cpuUse, vmSources } from './vm-sources.js';
import { gauge, remembered } from './source.js';
import type { DataSource } from './data-sources.js';
import type { LoadModel } from './load-model.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Largest value of processor and traffic counters that the daemon accepts for a network card, bytes per second. */
const LINK_MAX = 1.25e9;

export function hostSources(sim: SimPool, load: LoadModel, host: Row): DataSource[] {
  const vms = sim.db
    .follow('VM', host.set('resident_VMs'))
    .filter((vm) => vm.text('power_state') === 'Running');
  const guests = vms.filter((vm) => !vm.bool('is_control_domain'));
  return [
    ...processors(sim, load, host, vms),
    ...memory(sim, host),
    ...networkCards(sim, load, host, guests),
    gauge('running_vcpus', '(count)', 'The total number of running vCPUs per host', () =>
      sumOf(vms, 'VCPUs_at_startup'),
    ),
    gauge('running_domains', '(count)', 'Total number of running domains', () => vms.length),
    ...toolstack(load, host),
  ];
}

function sumOf(vms: readonly Row[], field: string): number {
  return vms.reduce((sum, vm) => sum + vm.int(field), 0);
}

/** A vCPU runs on the physical one that its number and its VM choose. */
function processors(sim: SimPool, load: LoadModel, host: Row, vms: readonly Row[]): DataSource[] {
  const count = Math.max(1, host.set('host_CPUs').length);
  const uses = vms.map((vm) => ({ vcpus: vm.int('VCPUs_at_startup'), use: cpuUse(sim, load, vm) }));
  const demand = remembered(
    (timeS) => uses.reduce((sum, { vcpus, use }) => sum + vcpus * use(timeS), 0) / count,
  );
  const each = Array.from({ length: count }, (_, number) =>
    gauge(
      `cpu${number}`,
      '(fraction)',
      `Physical cpu usage for cpu ${number}`,
      (timeS) => Math.min(1, demand(timeS) * (0.6 + 0.8 * load.level(`${host.uuid}/cpu${number}`, timeS))),
      1,
    ),
  );
  const average = (timeS: number): number => Math.min(1, demand(timeS));
  return [
    ...each,
    gauge('cpu_avg', '(fraction)', 'Average physical cpu usage', average, 1),
    gauge('loadavg', '(fraction)', 'Domain0 loadavg', (timeS) => load.level(`${host.uuid}/dom0`, timeS)),
    gauge('hostload', '(fraction)', 'Host load per physical cpu', average),
  ];
}

function memory(sim: SimPool, host: Row): DataSource[] {
  const metrics = sim.db.find('host_metrics', host.link('metrics'));
  const kib = (field: string) => (): number => (metrics?.int(field) ?? 0) / 1024;
  return [
    gauge('memory_total_kib', 'KiB', 'Total amount of memory in use', kib('memory_total')),
    gauge('memory_free_kib', 'KiB', 'Total amount of free memory', kib('memory_free')),
    gauge('memory_reclaimed', 'B', 'Host memory reclaimed by squeezing', () => 0),
    gauge('memory_reclaimed_max', 'B', 'Host memory that could be reclaimed by squeezing', () => 0),
  ];
}

/** The card carries what the guests send and receive, and the management traffic. */
function networkCards(sim: SimPool, load: LoadModel, host: Row, guests: readonly Row[]): DataSource[] {
  const traffic = guests
    .flatMap((vm) => vmSources(sim, load, vm))
    .filter(({ name }) => /^vif_\d+_[rt]x$/.test(name));
  const total = (way: 'rx' | 'tx') => {
    const parts = traffic.filter(({ name }) => name.endsWith(way));
    return remembered((timeS) =>
      parts.reduce((sum, part) => sum + part.at(timeS), 2e5 * load.level(`${host.uuid}/${way}`, timeS)),
    );
  };
  const [rx, tx] = [total('rx'), total('tx')];
  const cards = sim.db.follow('PIF', host.set('PIFs')).filter((pif) => pif.bool('physical'));
  return [
    ...cards.flatMap((pif) => {
      const device = pif.text('device');
      return [
        gauge(
          `pif_${device}_rx`,
          'B/s',
          `Bytes per second received on physical interface ${device}`,
          (t) => rx(t) / cards.length,
          LINK_MAX,
        ),
        gauge(
          `pif_${device}_tx`,
          'B/s',
          `Bytes per second sent on physical interface ${device}`,
          (t) => tx(t) / cards.length,
          LINK_MAX,
        ),
      ];
    }),
    gauge('pif_aggr_rx', 'B/s', 'Bytes per second received on all physical interfaces', rx),
    gauge('pif_aggr_tx', 'B/s', 'Bytes per second sent on all physical interfaces', tx),
  ];
}

function toolstack(load: LoadModel, host: Row): DataSource[] {
  const used = (timeS: number): number => 200_000 + 50_000 * load.level(`${host.uuid}/xapi`, timeS);
  return [
    gauge('xapi_memory_usage_kib', 'KiB', 'Total memory allocated used by xapi daemon', used),
    gauge('xapi_live_memory_kib', 'KiB', 'Live memory used by xapi daemon', (t) => used(t) * 0.6),
    gauge('xapi_free_memory_kib', 'KiB', 'Free memory available to the xapi daemon', (t) => used(t) * 0.2),
    gauge('xapi_allocation_kib', 'KiB', 'Memory allocation done by the xapi daemon', (t) => used(t) * 0.05),
  ];
}
