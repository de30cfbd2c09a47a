/** Samples of a Meter: the figures of the last hour, oldest first. */
import { METRIC_STEP_SECONDS, type MetricPoint, type Page, type PageRequest } from '@openvsys/persistence';
import { vserverId, vsysId } from '@openvsys/vsys';
import type { Representation } from '../model/representation.js';
import type { MetricQuestion } from '../../../use-cases/metrics/read-metrics.js';
import type { Aspect } from '../words/aspects.js';
import { parseMeterId } from '../words/meter-ids.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { found } from './find.js';
import { requireTarget } from './meter-targets.js';
import { getOwnMeter, isOwnMeter, ownMeterOf, type OwnMeter } from './own-meters.js';
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

interface Wanted {
  readonly aspect: Aspect;
  readonly target: string;
  readonly question: MetricQuestion;
}

/** Points that one look shows. */
const POINTS = 60;

async function wantedOf(context: CimiContext, meterId: string): Promise<Wanted> {
  if (isOwnMeter(meterId)) return ownWanted(ownMeterOf(await getOwnMeter(context, meterId)));
  const meter = parseMeterId(meterId);
  if (meter === undefined) throw unknown('Meter', meterId);
  await requireTarget(context, meter.target);
  return { ...meter, question: { from: undefined, to: undefined, stepSeconds: undefined } };
}

/** In the longest step that is kept and not longer than its interval. */
function ownWanted({ aspect, target, sampleInterval, stopTime }: OwnMeter): Wanted {
  const stepSeconds =
    METRIC_STEP_SECONDS.findLast((step) => step <= sampleInterval) ?? METRIC_STEP_SECONDS[0];
  const to = stopTime ?? new Date();
  const from = new Date(to.getTime() - POINTS * stepSeconds * 1_000);
  return { aspect, target, question: { from, to, stepSeconds } };
}

async function listSamples(context: CimiContext, meterId: string): Promise<Representation[]> {
  const { aspect, target, question } = await wantedOf(context, meterId);
  const points = await context.all(async (page) => pointsOf(context, target, question, page));
  return points.flatMap((point) => {
    const value = aspect.value(point);
    return value === null ? [] : [sampleOf(meterId, point.at, value)];
  });
}

async function pointsOf(
  { use, call }: CimiContext,
  target: string,
  question: MetricQuestion,
  page: PageRequest,
): Promise<Page<MetricPoint>> {
  const [noun, id = ''] = target.split('/');
  const answer =
    noun === SYSTEMS
      ? await use.metrics.ofSystem(call, vsysId(id), question, page)
      : await use.metrics.ofServer(call, vserverId(id), question, page);
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
