// Purpose: messages about what is measured: list, latest value, record on demand, forget.
import { badPowerState } from './vm-rules.js';
import { internalError } from '../core/failure.js';
import { measuredSince, RECORDED, sourcesOf, type DataSource } from '../metrics/data-sources.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { XenMap } from '../datamodel/xen-value.js';

function isMeasured(sim: SimPool, row: Row): boolean {
  return sim.clock.now() / 1000 >= measuredSince(sim, row);
}

function listSources(sim: SimPool, row: Row): XenMap[] {
  if (!isMeasured(sim, row)) return [];
  const timeS = Math.floor(sim.clock.now() / 1000);
  const onDemand = row.set(RECORDED);
  return sourcesOf(sim, row).map((source) => ({
    name_label: source.name,
    name_description: source.description,
    enabled: source.standard || onDemand.includes(source.name),
    standard: source.standard,
    units: source.units,
    min: source.min,
    // JSON knows no infinity.
    max: Number.isFinite(source.max) ? source.max : Number.MAX_VALUE,
    value: source.at(timeS),
  }));
}

/** @throws XenFailure INTERNAL_ERROR for a name that is not measured here */
function sourceNamed(sim: SimPool, row: Row, name: string): DataSource {
  const source = sourcesOf(sim, row).find((candidate) => candidate.name === name);
  if (source === undefined) throw internalError(`Rrd.Invalid_data_source("${name}")`);
  return source;
}

/** @throws XenFailure VM_BAD_POWER_STATE for a VM that does not run */
function query(sim: SimPool, row: Row, name: string): number {
  if (row.cls === 'VM' && !isMeasured(sim, row)) throw badPowerState(row, ['Running']);
  return sourceNamed(sim, row, name).at(Math.floor(sim.clock.now() / 1000));
}

function record(sim: SimPool, row: Row, name: string): void {
  if (isMeasured(sim, row)) sourceNamed(sim, row, name);
  const known = row.set(RECORDED);
  if (!known.includes(name)) sim.db.update(row, { [RECORDED]: [...known, name] });
}

function forget(sim: SimPool, row: Row, name: string): void {
  sim.db.update(row, { [RECORDED]: row.set(RECORDED).filter((other) => other !== name) });
}

function messagesOf(cls: 'VM' | 'host' | 'SR'): BehaviourTable {
  return {
    [`${cls}.get_data_sources`]: quick(({ sim }, args) => listSources(sim, sim.db.get(cls, args.ref(0)))),
    [`${cls}.query_data_source`]: quick(({ sim }, args) =>
      query(sim, sim.db.get(cls, args.ref(0)), args.text(1)),
    ),
    [`${cls}.record_data_source`]: quick(({ sim }, args) =>
      record(sim, sim.db.get(cls, args.ref(0)), args.text(1)),
    ),
    [`${cls}.forget_data_source_archives`]: quick(({ sim }, args) =>
      forget(sim, sim.db.get(cls, args.ref(0)), args.text(1)),
    ),
  };
}

export const DATA_SOURCE: BehaviourTable = {
  ...messagesOf('VM'),
  ...messagesOf('host'),
  ...messagesOf('SR'),
};
