/** Jobs, meters and event logs. */
import {
  ALWAYS,
  attribute,
  collection,
  GIVEN,
  listOf,
  OWN,
  reference,
  structure,
  V1,
  V2,
  type Attribute,
} from './attribute.js';

export const JOB: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('targetResource', reference(), ALWAYS),
  attribute('affectedResources', listOf('affectedResource', reference()), ALWAYS),
  attribute('action', 'term', ALWAYS),
  attribute('returnCode', 'integer'),
  attribute('progress', 'integer', ALWAYS),
  attribute('statusMessage', 'text'),
  attribute('timeOfStatusChange', 'instant'),
  attribute('parentJob', reference('Job')),
  attribute('nestedJobs', listOf('nestedJob', reference('Job'))),
];

const measuring: readonly Attribute[] = [
  attribute('aspect', 'term', GIVEN),
  attribute('units', 'text', GIVEN),
  attribute('sampleInterval', 'integer', OWN),
  attribute('timeScope', 'text', GIVEN),
  attribute('intervalDuration', 'duration', GIVEN),
  attribute('isContinuous', 'boolean', GIVEN),
];
export const METER: readonly Attribute[] = [
  attribute('targetResource', reference(), ALWAYS),
  ...measuring,
  attribute('samples', collection('Sample')),
  attribute('minValue', 'text', { update: true }),
  attribute('maxValue', 'text', { update: true }),
  attribute('stopTime', 'instant', OWN),
  attribute('expiresTime', 'instant', OWN),
];
export const METER_CONFIGURATION: readonly Attribute[] = [
  attribute('associatedTo', listOf('associatedTo', 'uri'), { ...OWN, ...V1 }),
  attribute('associatedResources', listOf('associatedResource', 'uri'), { ...OWN, ...V2 }),
  ...measuring.map((each) => ({ ...each, update: true })),
];
export const METER_TEMPLATE: readonly Attribute[] = [
  attribute('targetResource', reference(), OWN),
  attribute('meterConfig', reference('MeterConfiguration'), OWN),
];
export const SAMPLE: readonly Attribute[] = [
  attribute('timestamp', 'instant', ALWAYS),
  attribute('value', 'text', ALWAYS),
];

export const EVENT_LOG: readonly Attribute[] = [
  attribute('targetResource', reference(), ALWAYS),
  attribute('events', collection('Event'), ALWAYS),
  attribute('persistence', 'text'),
  attribute(
    'summary',
    structure(
      ...['low', 'medium', 'high', 'critical'].map((severity) => attribute(severity, 'integer', ALWAYS)),
    ),
  ),
];
export const EVENT_LOG_TEMPLATE: readonly Attribute[] = [
  attribute('targetResource', reference(), OWN),
  attribute('persistence', 'text', OWN),
];
export const EVENT: readonly Attribute[] = [
  attribute('timestamp', 'instant', ALWAYS),
  attribute('type', 'term', ALWAYS),
  attribute(
    'content',
    structure(
      ...[
        'resName',
        'resType',
        'state',
        'previous',
        'change',
        'code',
        'detail',
        'operation',
        'initiator',
      ].map((name) => attribute(name, name === 'resType' ? 'term' : 'text')),
      attribute('resource', reference()),
    ),
  ),
  attribute('outcome', 'text', ALWAYS),
  attribute('severity', 'text'),
];

/** The body of an action; which of these it may carry depends on the action. */
export const ACTION: readonly Attribute[] = [
  attribute('action', 'text', GIVEN),
  attribute('force', 'boolean', GIVEN),
  attribute('image', reference(), GIVEN),
  attribute('source', 'text', GIVEN),
  attribute('format', 'text', GIVEN),
  attribute('destination', 'text', GIVEN),
  attribute('volume', reference(), GIVEN),
  attribute('initialLocation', 'text', GIVEN),
  attribute('properties', 'map', GIVEN),
];
