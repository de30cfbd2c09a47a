// Purpose: what is measured of a VM. Units are those of the statistics daemon: fractions for processors, bytes for memory
// (KiB for what the guest reports), bytes per second for devices, microseconds for latencies.
import { gauge, onDemand } from './source.js';
import { secondsOf } from './compact-seconds.js';
import type { DataSource } from './data-sources.js';
import type { LoadModel } from './load-model.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const MIB = 2 ** 20;
/** A busy disk and a busy network of a guest, bytes per second. */
const BUSY_DISK = 60 * MIB;
const BUSY_NIC = 40 * MIB;
/** Bytes of a typical disk operation. */
const OPERATION_BYTES = 16 * 1024;
/** A booting guest works hard for half a minute. */
const BOOT_S = 30;

/** Share of its processors that a VM uses: nothing unless it runs, much while it boots. */
export function cpuUse(sim: SimPool, load: LoadModel, vm: Row): DataSource['at'] {
  if (vm.text('power_state') !== 'Running') return () => 0;
  const started = secondsOf(sim.db.find('VM_metrics', vm.link('metrics'))?.text('start_time') ?? '');
  return (timeS) => {
    if (timeS < started) return 0;
    const level = load.level(`${vm.uuid}/cpu`, timeS);
    return timeS - started < BOOT_S ? Math.max(level, 0.8) : level;
  };
}

export function vmSources(sim: SimPool, load: LoadModel, vm: Row): DataSource[] {
  const use = cpuUse(sim, load, vm);
  return [
    ...processors(load, vm, use),
    ...memory(sim, load, vm),
    ...runStates(use),
    ...sim.db.follow('VIF', vm.set('VIFs')).flatMap((vif) => networkCard(load, vm, vif)),
    ...sim.db
      .follow('VBD', vm.set('VBDs'))
      .filter((vbd) => vbd.bool('currently_attached') && vbd.text('device') !== '')
      .flatMap((vbd) => disk(load, vm, vbd)),
    onDemand(
      gauge('runnable_vcpus', '(fraction)', 'Fraction of vCPUs ready to run', (timeS) => use(timeS) / 2, 1),
    ),
  ];
}

function processors(load: LoadModel, vm: Row, use: DataSource['at']): DataSource[] {
  const count = Math.max(1, vm.int('VCPUs_at_startup'));
  const each = Array.from({ length: count }, (_, number) =>
    gauge(
      `cpu${number}`,
      '(fraction)',
      `CPU${number} usage`,
      (timeS) => Math.min(1, use(timeS) * (0.7 + 0.6 * load.level(`${vm.uuid}/cpu${number}`, timeS))),
      1,
    ),
  );
  const average = (timeS: number): number =>
    each.reduce((sum, source) => sum + source.at(timeS), 0) / each.length;
  return [...each, gauge('cpu_usage', '(fraction)', 'Domain CPU usage', average, 1)];
}

function memory(sim: SimPool, load: LoadModel, vm: Row): DataSource[] {
  const bytes = vm.bool('is_control_domain') ? vm.int('memory_target') : vm.int('memory_dynamic_max');
  const sources = [
    gauge('memory', 'B', 'Memory currently allocated to VM', () => bytes),
    gauge('memory_target', 'B', 'Target of VM balloon driver', () => vm.int('memory_target')),
  ];
  // Only the guest itself knows how much of it is free.
  if (sim.db.find('VM_guest_metrics', vm.link('guest_metrics')) === undefined) return sources;
  const free = (timeS: number): number =>
    (bytes / 1024) * (0.7 - 0.5 * load.level(`${vm.uuid}/memory`, timeS));
  return [
    ...sources,
    gauge('memory_internal_free', 'KiB', 'Memory used as reported by the guest agent', free),
  ];
}

function runStates(use: DataSource['at']): DataSource[] {
  const shares: readonly (readonly [string, string, DataSource['at']])[] = [
    ['runstate_fullrun', 'Fraction of time that all vCPUs are running', (t) => use(t) * 0.5],
    ['runstate_full_contention', 'Fraction of time that all vCPUs are runnable', () => 0],
    [
      'runstate_concurrency_hazard',
      'Fraction of time that some vCPUs are running and some are runnable',
      () => 0,
    ],
    ['runstate_blocked', 'Fraction of time that all vCPUs are blocked or offline', (t) => 1 - use(t)],
    [
      'runstate_partial_run',
      'Fraction of time that some vCPUs are running and some are blocked',
      (t) => use(t) * 0.5,
    ],
    [
      'runstate_partial_contention',
      'Fraction of time that some vCPUs are runnable and some are blocked',
      () => 0,
    ],
  ];
  return shares.map(([name, text, at]) => gauge(name, '(fraction)', text, at, 1));
}

function networkCard(load: LoadModel, vm: Row, vif: Row): DataSource[] {
  const name = `vif_${vif.text('device')}`;
  const rate = (way: string, share: number): DataSource['at'] =>
    vif.bool('currently_attached')
      ? (timeS) => load.level(`${vm.uuid}/${name}/${way}`, timeS) ** 2 * BUSY_NIC * share
      : () => 0;
  return [
    gauge(
      `${name}_rx`,
      'B/s',
      `Bytes per second received on virtual interface number '${vif.text('device')}'`,
      rate('rx', 1),
    ),
    gauge(
      `${name}_tx`,
      'B/s',
      `Bytes per second transmitted on virtual interface number '${vif.text('device')}'`,
      rate('tx', 0.6),
    ),
    gauge(
      `${name}_rx_errors`,
      'err/s',
      `Receive errors per second on virtual interface number '${vif.text('device')}'`,
      () => 0,
    ),
    gauge(
      `${name}_tx_errors`,
      'err/s',
      `Transmission errors per second on virtual interface number '${vif.text('device')}'`,
      () => 0,
    ),
  ];
}

function disk(load: LoadModel, vm: Row, vbd: Row): DataSource[] {
  const device = vbd.text('device');
  const name = `vbd_${device}`;
  const busy =
    (way: string) =>
    (timeS: number): number =>
      load.level(`${vm.uuid}/${name}/${way}`, timeS);
  const read = (timeS: number): number => busy('read')(timeS) ** 2 * BUSY_DISK;
  const write = (timeS: number): number =>
    vbd.text('mode') === 'RW' ? busy('write')(timeS) ** 2 * BUSY_DISK * 0.5 : 0;
  const both = (timeS: number): number => read(timeS) + write(timeS);
  const latency =
    (way: string) =>
    (timeS: number): number =>
      200 + 1800 * busy(way)(timeS);
  return [
    gauge(`${name}_read`, 'B/s', `Reads from device '${device}' in bytes per second`, read),
    gauge(`${name}_write`, 'B/s', `Writes to device '${device}' in bytes per second`, write),
    gauge(`${name}_read_latency`, 'μs', `Reads from device '${device}' in microseconds`, latency('read')),
    gauge(`${name}_write_latency`, 'μs', `Writes to device '${device}' in microseconds`, latency('write')),
    gauge(`${name}_iops_read`, 'requests/s', 'Read requests per second', (t) => read(t) / OPERATION_BYTES),
    gauge(`${name}_iops_write`, 'requests/s', 'Write requests per second', (t) => write(t) / OPERATION_BYTES),
    gauge(`${name}_iops_total`, 'requests/s', 'I/O requests per second', (t) => both(t) / OPERATION_BYTES),
    gauge(`${name}_io_throughput_read`, 'MiB/s', 'Data read from the VDI, in MiB/s', (t) => read(t) / MIB),
    gauge(`${name}_io_throughput_write`, 'MiB/s', 'Data written to the VDI, in MiB/s', (t) => write(t) / MIB),
    gauge(`${name}_io_throughput_total`, 'MiB/s', 'All VDI I/O, in MiB/s', (t) => both(t) / MIB),
    gauge(
      `${name}_iowait`,
      's/s',
      'Total I/O wait time (all requests) per second',
      (t) => busy('read')(t) / 10,
    ),
    gauge(`${name}_inflight`, 'requests', 'Number of I/O requests currently in flight', (t) =>
      Math.round(busy('read')(t) * 4),
    ),
    gauge(`${name}_avgqu_sz`, 'requests', 'Average I/O queue size', (t) => busy('read')(t) * 2),
    gauge(`${name}_latency`, 'ms', 'Average I/O latency', (t) => latency('read')(t) / 1000),
  ];
}
