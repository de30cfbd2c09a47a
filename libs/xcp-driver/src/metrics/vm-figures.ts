/**
 * Which column of a host's figures says what of which VM. Legend entries are `AVERAGE:vm:<uuid>:<source>`; sources that
 * are not of use here (latencies, run states, newer ones) are passed over.
 */
import type { DiskSample, NicSample } from '@openvsys/vsys';
import type { RrdRow } from './rrd-updates.js';

/** What one VM did in one step, in the words of the port, devices by their names in the pool. */
export interface VmFigures {
  readonly cpuUse: number | null;
  readonly memoryBytes: number | null;
  readonly memoryFreeBytes: number | null;
  readonly disks: readonly Omit<DiskSample, 'disk'>[];
  readonly nics: readonly Omit<NicSample, 'nic'>[];
}

type Figure = 'read' | 'write' | 'iops_read' | 'iops_write' | 'rx' | 'tx' | 'rx_packets' | 'tx_packets';
type DeviceColumns = ReadonlyMap<string, Partial<Record<Figure, number>>>;

/** Columns of one VM. */
export interface VmColumns {
  readonly cpus: readonly number[];
  readonly cpuUse: number | undefined;
  readonly memory: number | undefined;
  readonly memoryFree: number | undefined;
  readonly disks: DeviceColumns;
  readonly nics: DeviceColumns;
}

interface Growing {
  cpus: number[];
  cpuUse: number | undefined;
  memory: number | undefined;
  memoryFree: number | undefined;
  disks: Map<string, Partial<Record<Figure, number>>>;
  nics: Map<string, Partial<Record<Figure, number>>>;
}

const ENTRY = /^AVERAGE:vm:([0-9a-f-]{36}):([A-Za-z0-9_]{1,80})$/;
const DISK = /^vbd_([a-z]{1,16})_(read|write|iops_read|iops_write)$/;
const NIC = /^vif_(\d{1,2})_(rx|tx|rx_packets|tx_packets)$/;
const CPU = /^cpu\d{1,3}$/;

function addDevice(devices: Growing['disks'], match: RegExpExecArray, column: number): void {
  const [, device = '', figure = ''] = match;
  const known = devices.get(device) ?? {};
  known[figure as Figure] = column;
  devices.set(device, known);
}

function addSource(vm: Growing, source: string, column: number): void {
  if (CPU.test(source)) vm.cpus.push(column);
  else if (source === 'cpu_usage') vm.cpuUse = column;
  else if (source === 'memory') vm.memory = column;
  else if (source === 'memory_internal_free') vm.memoryFree = column;
  else {
    const disk = DISK.exec(source);
    const nic = NIC.exec(source);
    if (disk !== null) addDevice(vm.disks, disk, column);
    else if (nic !== null) addDevice(vm.nics, nic, column);
  }
}

const nothing = (): Growing => ({
  cpus: [],
  cpuUse: undefined,
  memory: undefined,
  memoryFree: undefined,
  disks: new Map(),
  nics: new Map(),
});

/** By VM uuid, for those that `isWanted`. */
export function columnsByVm(
  legend: readonly string[],
  isWanted: (uuid: string) => boolean,
): ReadonlyMap<string, VmColumns> {
  const found = new Map<string, Growing>();
  for (const [column, entry] of legend.entries()) {
    const [, uuid, source] = ENTRY.exec(entry) ?? [];
    if (uuid === undefined || source === undefined || !isWanted(uuid)) continue;
    const vm = found.get(uuid) ?? nothing();
    found.set(uuid, vm);
    addSource(vm, source, column);
  }
  return found;
}

const KIB = 1024;

/** The agent counts free memory in KiB. */
const times = (value: number | null, factor: number): number | null =>
  value === null ? null : value * factor;

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Undefined when nothing was measured in this step. */
export function figuresOf(columns: VmColumns, row: RrdRow): VmFigures | undefined {
  const at = (column: number | undefined): number | null =>
    column === undefined ? null : (row.values[column] ?? null);
  const cpuUse = at(columns.cpuUse) ?? meanOf(columns.cpus.map(at));
  const memoryBytes = at(columns.memory);
  const memoryFreeBytes = times(at(columns.memoryFree), KIB);
  const disks = [...columns.disks].map(([device, figure]) => ({
    device,
    readBytesPerSecond: at(figure.read),
    writeBytesPerSecond: at(figure.write),
    readsPerSecond: at(figure.iops_read),
    writesPerSecond: at(figure.iops_write),
  }));
  const nics = [...columns.nics].map(([device, figure]) => ({
    device: Number(device),
    receivedBytesPerSecond: at(figure.rx),
    sentBytesPerSecond: at(figure.tx),
    receivedPacketsPerSecond: at(figure.rx_packets),
    sentPacketsPerSecond: at(figure.tx_packets),
  }));
  const figures = { cpuUse, memoryBytes, memoryFreeBytes, disks, nics };
  return isMeasured(figures) ? figures : undefined;
}

function isMeasured({ cpuUse, memoryBytes, memoryFreeBytes, disks, nics }: VmFigures): boolean {
  const own = [cpuUse, memoryBytes, memoryFreeBytes];
  const ofDevices = [...disks, ...nics].flatMap((figures) =>
    Object.entries(figures).flatMap(([name, value]) => (name === 'device' ? [] : [value])),
  );
  return [...own, ...ofDevices].some((value) => value !== null);
}
