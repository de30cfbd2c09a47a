/**
 * Meters: what the pools measure of every machine and system anyway, one for each aspect; and those that tenants define
 * themselves by a MeterTemplate, which show the same figures in another interval.
 */
import { ref, type Representation } from '../model/representation.js';
import { ASPECTS, type Aspect } from '../words/aspects.js';
import { parseMeterId } from '../words/meter-ids.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { isMachine } from './find.js';
import { requireTarget } from './meter-targets.js';
import {
  addMeter,
  editMeter,
  getOwnMeter,
  isOwnMeter,
  listOwnMeters,
  meterActions,
  ownMeter,
  removeMeter,
} from './own-meters.js';
import { MACHINES, METERS, SYSTEMS } from './paths.js';
import { samplesFace } from './samples.js';

/** Seconds between two figures of a pool. */
const SAMPLE_SECONDS = 60;

export function metersFace(context: CimiContext): CollectionFace {
  const get = async (id: string): Promise<Representation> => {
    const meter = parseMeterId(id);
    if (isOwnMeter(id)) return ownMeter(context, await getOwnMeter(context, id));
    if (meter === undefined) throw unknown('Meter', id);
    await requireTarget(context, meter.target);
    return meterOf(meter.aspect, meter.target);
  };
  return {
    type: 'Meter',
    path: METERS,
    permission: 'vsys:read',
    list: async () => listMeters(context),
    get,
    add: addMeter(context),
    edit: { permission: 'descriptor:write', run: async (id, changes) => editMeter(context, id, changes) },
    remove: { permission: 'descriptor:write', run: async (id) => removeMeter(context, id) },
    actions: meterActions(context),
    children: { samples: (id) => samplesFace(context, id) },
  };
}

async function listMeters(context: CimiContext): Promise<Representation[]> {
  const { use, call } = context;
  const systems = await context.all((page) => use.vsys.list(call, {}, page));
  const servers = await context.all((page) => use.parts.listVServers(call, {}, page));
  const targets = [
    ...systems.map(({ id }) => `${SYSTEMS}/${id}`),
    ...servers.filter(isMachine).map(({ id }) => `${MACHINES}/${id}`),
  ];
  const there = new Set(targets);
  return [
    ...targets.flatMap(builtInMeters),
    ...(await listOwnMeters(context, (target) => there.has(target))),
  ];
}

const builtInMeters = (target: string): Representation[] => ASPECTS.map((aspect) => meterOf(aspect, target));

/** The meters of one machine or system. */
export function metersOf(context: CimiContext, target: string): CollectionFace {
  const list = async (): Promise<Representation[]> => {
    await requireTarget(context, target);
    return [...builtInMeters(target), ...(await listOwnMeters(context, (each) => each === target))];
  };
  return {
    type: 'Meter',
    path: `${target}/${METERS}`,
    permission: 'vsys:read',
    list,
    add: addMeter(context, target),
    get: async (id) => {
      const meter = (await list()).find((each) => each.id.endsWith(`/${id}`));
      if (meter === undefined) throw unknown('Meter', id);
      return meter;
    },
  };
}

function meterOf(aspect: Aspect, target: string): Representation {
  const owner = target.slice(target.indexOf('/') + 1);
  const path = `${METERS}/${aspect.name}-${owner}`;
  return {
    type: 'Meter',
    id: path,
    attributes: {
      name: `${aspect.name} of ${owner}`,
      targetResource: ref(target),
      aspect: `aspect/${aspect.name}`,
      units: aspect.units,
      sampleInterval: SAMPLE_SECONDS,
      timeScope: 'Point',
      isContinuous: true,
      samples: ref(`${path}/samples`),
      ...(aspect.maximum === undefined ? {} : { minValue: '0', maxValue: aspect.maximum }),
    },
    operations: [],
  };
}
