/**
 * Meters that tenants define by a MeterTemplate: an aspect of a machine or system in an interval of their own, until they are
 * stopped. The figures are there anyway; a meter says which of them are shown.
 */
import type { StoredTemplateRecord } from '@openvsys/persistence';
import { attribute, GIVEN, reference } from '../model/attribute.js';
import { COMMON } from '../model/common.types.js';
import { ref, type Operation, type Representation } from '../model/representation.js';
import type { Input } from '../read/input.js';
import { ASPECTS, type Aspect } from '../words/aspects.js';
import type { CimiContext } from './context.js';
import { isInput, withTemplate } from './credentials.js';
import type { Acting, Adding, Changes, Outcome } from './face.js';
import { requireTarget } from './meter-targets.js';
import { idOf, METERS } from './paths.js';
import { STORED_FACES } from './templates.js';
import { missing, notServed, wrong } from './wish-errors.js';

const KIND = 'Meter';
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const USUAL_SECONDS = 60;

export const isOwnMeter = (id: string): boolean => UUID.test(id);

/** `target`: that of the collection, which the template may leave out then. */
export function addMeter(context: CimiContext, target?: string): Adding {
  return {
    permission: 'descriptor:write',
    body: [...COMMON, attribute('meterTemplate', reference('MeterTemplate'), GIVEN)],
    types: ['MeterCreate', 'Meter'],
    run: async (body) => {
      const given = body['meterTemplate'];
      if (!isInput(given)) throw missing('meterTemplate');
      const template = await withTemplate(context, 'MeterTemplate', given);
      const { name, description, properties } = body;
      const record = await context.use.templates.create(context.call, KIND, {
        name: typeof name === 'string' ? name : '',
        description: typeof description === 'string' ? description : '',
        properties: isInput(properties) ? (properties as Readonly<Record<string, string>>) : {},
        document: await documentOf(context, template, target),
      });
      return { kind: 'done', resource: ownMeter(context, record) };
    },
  };
}

async function documentOf(context: CimiContext, template: Input, own?: string): Promise<Input> {
  const { targetResource, meterConfig } = template;
  const given = isInput(targetResource) ? targetResource['href'] : undefined;
  const target = typeof given === 'string' ? given : own;
  if (target === undefined) throw missing('meterTemplate/targetResource');
  if (own !== undefined && target !== own) throw wrong('meterTemplate/targetResource', `${own}, or left out`);
  await requireTarget(context, target);
  if (!isInput(meterConfig)) throw missing('meterTemplate/meterConfig');
  const { aspect, sampleInterval, timeScope } = { ...(await configOf(context, meterConfig)), ...meterConfig };
  if (timeScope === 'Interval') throw notServed('Meters show points in time.');
  return {
    target,
    aspect: aspectOf(aspect).name,
    sampleInterval: typeof sampleInterval === 'number' ? sampleInterval : USUAL_SECONDS,
  };
}

async function configOf(context: CimiContext, { href }: Input): Promise<Input> {
  if (typeof href !== 'string') return {};
  const face = STORED_FACES['meter_configurations'];
  return face === undefined ? {} : (await face(context).get(idOf(href))).attributes;
}

function aspectOf(given: unknown): Aspect {
  const name = typeof given === 'string' ? given.trim().split('/').at(-1) : undefined;
  const aspect = ASPECTS.find((each) => each.name === name);
  if (aspect !== undefined) return aspect;
  throw wrong('meterConfig/aspect', `one of ${ASPECTS.map((each) => each.name).join(', ')}`);
}

export interface OwnMeter {
  readonly aspect: Aspect;
  readonly target: string;
  readonly sampleInterval: number;
  readonly stopTime: Date | undefined;
}

/** Throws `not-found`, also when what it measures is gone. */
export async function getOwnMeter(context: CimiContext, id: string): Promise<StoredTemplateRecord> {
  const record = await context.use.templates.get(context.call, KIND, id);
  await requireTarget(context, ownMeterOf(record).target);
  return record;
}

export async function listOwnMeters(
  context: CimiContext,
  isThere: (target: string) => boolean,
): Promise<Representation[]> {
  const records = await context.all((page) => context.use.templates.list(context.call, KIND, page));
  return records
    .filter((record) => isThere(ownMeterOf(record).target))
    .map((record) => ownMeter(context, record));
}

export function ownMeterOf({ document }: StoredTemplateRecord): OwnMeter {
  const { target, aspect, sampleInterval, stopTime } = document;
  return {
    target: String(target),
    aspect: aspectOf(aspect),
    sampleInterval: Number(sampleInterval),
    stopTime: typeof stopTime === 'string' ? new Date(stopTime) : undefined,
  };
}

export function ownMeter(context: CimiContext, record: StoredTemplateRecord): Representation {
  const { id, name, description, properties, createdAt, changedAt, version } = record;
  const { aspect, target, sampleInterval, stopTime } = ownMeterOf(record);
  const path = `${METERS}/${id}`;
  return {
    type: 'Meter',
    id: path,
    attributes: {
      name,
      description,
      created: createdAt,
      updated: changedAt,
      properties,
      targetResource: ref(target),
      aspect: `aspect/${aspect.name}`,
      units: aspect.units,
      sampleInterval,
      timeScope: 'Point',
      isContinuous: true,
      samples: ref(`${path}/samples`),
      stopTime,
    },
    operations: operationsOf(context, path, stopTime),
    version: String(version),
  };
}

function operationsOf(context: CimiContext, path: string, stopTime: Date | undefined): readonly Operation[] {
  if (!context.may('descriptor:write')) return [];
  const verb = stopTime === undefined ? 'stop' : 'start';
  return [
    { rel: 'edit', href: path },
    { rel: 'delete', href: path },
    { rel: `action/${verb}`, href: `${path}/${verb}` },
  ];
}

export async function editMeter(context: CimiContext, id: string, changes: Changes): Promise<Outcome> {
  await getOwnMeter(context, id);
  const { sampleInterval } = changes;
  const record = await context.use.templates.change(context.call, { kind: KIND, id }, (present) => ({
    name: textAfter(changes['name'], present.name),
    description: textAfter(changes['description'], present.description),
    properties: isInput(changes['properties'])
      ? (changes['properties'] as Readonly<Record<string, string>>)
      : changes['properties'] === null
        ? {}
        : present.properties,
    document: { ...present.document, ...(typeof sampleInterval === 'number' ? { sampleInterval } : {}) },
  }));
  return { kind: 'done', resource: ownMeter(context, record) };
}

function textAfter(value: unknown, present: string): string {
  if (value === undefined) return present;
  return typeof value === 'string' ? value : '';
}

export async function removeMeter(context: CimiContext, id: string): Promise<Outcome> {
  await context.use.templates.remove(context.call, { kind: KIND, id });
  return { kind: 'done' };
}

/** A stopped one shows what was until then. */
export function meterActions(context: CimiContext): Readonly<Record<string, Acting>> {
  const act = (stopTime: () => string | undefined): Acting => ({
    permission: 'descriptor:write',
    run: async (id) => {
      await getOwnMeter(context, id);
      const record = await context.use.templates.change(context.call, { kind: KIND, id }, (present) => ({
        ...present,
        document: { ...present.document, stopTime: stopTime() },
      }));
      return { kind: 'done', resource: ownMeter(context, record) };
    },
  });
  return { start: act(() => undefined), stop: act(() => new Date().toISOString()) };
}
