/** Samples of a Meter: the figures of the last hour, oldest first. */
import type { MetricPoint, Page, PageRequest } from '@openvsys/persistence';
import { vserverId, vsysId } from '@openvsys/vsys';
import type { Representation } from '../model/representation.js';
import { parseMeterId } from '../words/meter-ids.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { found } from './find.js';
import { METERS, SYSTEMS } from './paths.js';

export function samplesFace(context: CimiContext, meterId: string): CollectionFace {
  const list = async () => listSamples(context, meterId);
  return {
    type: 'Sample',
    path: `${METERS}/${meterId}/samples`,
    permission: 'vsys:read',
    list,
    get: async (id) => found(await list(), 'Sample', id),
  };
}

const QUESTION = { from: undefined, to: undefined, stepSeconds: undefined };

async function listSamples(context: CimiContext, meterId: string): Promise<Representation[]> {
  const meter = parseMeterId(meterId);
  if (meter === undefined) throw unknown('Meter', meterId);
  const points = await context.all(async (page) => pointsOf(context, meter.target, page));
  return points.flatMap((point) => {
    const value = meter.aspect.value(point);
    return value === null ? [] : [sampleOf(meterId, point.at, value)];
  });
}

async function pointsOf(
  { use, call }: CimiContext,
  target: string,
  page: PageRequest,
): Promise<Page<MetricPoint>> {
  const [noun, id = ''] = target.split('/');
  const answer =
    noun === SYSTEMS
      ? await use.metrics.ofSystem(call, vsysId(id), QUESTION, page)
      : await use.metrics.ofServer(call, vserverId(id), QUESTION, page);
  return { items: answer.items, nextCursor: answer.nextCursor };
}

/** Enough for every unit that there is. */
const DECIMALS = 3;

function sampleOf(meterId: string, at: Date, value: number): Representation {
  return {
    type: 'Sample',
    id: `${METERS}/${meterId}/samples/${at.getTime()}`,
    attributes: { timestamp: at, value: String(Number(value.toFixed(DECIMALS))) },
    operations: [],
  };
}
