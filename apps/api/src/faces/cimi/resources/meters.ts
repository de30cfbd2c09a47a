/**
 * Meters: what the pools measure of every machine and system anyway, one for each aspect; and those that tenants define
 * themselves by a MeterTemplate, which show the same figures in another interval.
 */
import { vserverId, vsysId } from '@openvsys/vsys';
import { ref, type Representation } from '../model/representation.js';
import { ASPECTS, type Aspect } from '../words/aspects.js';
import { parseMeterId } from '../words/meter-ids.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { isMachine } from './find.js';
import { MACHINES, METERS, SYSTEMS } from './paths.js';
import { samplesFace } from './samples.js';

/** Seconds between two figures of a pool. */
export const SAMPLE_SECONDS = 60;

export function metersFace(context: CimiContext): CollectionFace {
  const get = async (id: string): Promise<Representation> => {
    const meter = parseMeterId(id);
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
  return targets.flatMap(builtInMeters);
}

const builtInMeters = (target: string): Representation[] => ASPECTS.map((aspect) => meterOf(aspect, target));

/** The meters of one machine or system. */
export function metersOf(context: CimiContext, target: string): CollectionFace {
  const list = async (): Promise<Representation[]> => {
    await requireTarget(context, target);
    return builtInMeters(target);
  };
  return {
    type: 'Meter',
    path: `${target}/${METERS}`,
    permission: 'vsys:read',
    list,
    get: async (id) => {
      const meter = (await list()).find((each) => each.id.endsWith(`/${id}`));
      if (meter === undefined) throw unknown('Meter', id);
      return meter;
    },
  };
}

export async function requireTarget({ use, call }: CimiContext, target: string): Promise<void> {
  const [noun, id = ''] = target.split('/');
  if (noun === SYSTEMS) await use.vsys.get(call, vsysId(id));
  else await use.parts.getVServer(call, vserverId(id));
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
