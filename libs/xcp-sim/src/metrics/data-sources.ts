// Purpose: what is measured of a VM, a host, an SR: names, units and bounds as the statistics daemon gives them, and
// the values of the load model.
import { secondsOf } from './compact-seconds.js';
import { hostSources } from './host-sources.js';
import { isNullRef } from '../datamodel/xen-value.js';
import { LoadModel } from './load-model.js';
import { srSources } from './sr-sources.js';
import { vmSources } from './vm-sources.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

export interface DataSource {
  name: string;
  description: string;
  units: string;
  min: number;
  /** Infinity: no bound. */
  max: number;
  /** False: recorded only on demand (XenAPI record_data_source). */
  standard: boolean;
  /** The value at a time (seconds since 1970). */
  at: (timeS: number) => number;
}

/** Hidden field: names of sources that are recorded on demand. */
export const RECORDED = 'recorded_sources';

/** All sources of a VM, host or SR, recorded or not. */
export function sourcesOf(sim: SimPool, row: Row): DataSource[] {
  const load = new LoadModel(sim.options.seed);
  switch (row.cls) {
    case 'VM':
      return vmSources(sim, load, row);
    case 'host':
      return hostSources(sim, load, row);
    default:
      return srSources(load, row);
  }
}

/** The sources that go into archives. */
export function recordedSources(sim: SimPool, row: Row): DataSource[] {
  const onDemand = row.set(RECORDED);
  return sourcesOf(sim, row).filter((source) => source.standard || onDemand.includes(source.name));
}

/** Since when there are values, in seconds since 1970; Infinity if the VM is not running. */
export function measuredSince(sim: SimPool, row: Row): number {
  if (row.cls === 'SR') return 0;
  if (row.cls === 'host') return Number(row.map('other_config')['boot_time'] ?? 0) - LONGEST_ARCHIVE_S;
  if (row.bool('is_control_domain')) return 0;
  if (isNullRef(row.link('resident_on'))) return Number.POSITIVE_INFINITY;
  const started = sim.db.find('VM_metrics', row.link('metrics'))?.text('start_time') ?? '';
  return secondsOf(started);
}

/** Hosts were there long before the simulation began. */
const LONGEST_ARCHIVE_S = 366 * 86_400;
