// Purpose: the releases a simulated pool can pretend to be. What exists in each follows from the life of classes, fields
// and messages in the data model; only what that does not tell (versions, dialects, newer enum values) is written here.
import { dataModel, releaseCodes, type ClassFact, type DataModel, type FieldFact } from './data-model.js';
import { ENUM_VALUES_SINCE, PARAMETERS_SINCE } from './later-additions.js';
import { releaseOrder, type Since } from './release-order.js';

export interface Personality {
  /** The last release whose additions exist: a code name, or a version of the toolstack. */
  release: string;
  api: readonly [major: number, minor: number];
  /** `host.software_version`, beside what every release tells. */
  software: Readonly<Record<string, string>>;
  /** JSON-RPC as the release speaks it: before 7.3 only 1.0, below `/json`, with the content type of XML. */
  json: 'text/xml 1.0 at /json' | 'both at /jsonrpc';
}

/** Sources: the release table of the data model; product numbers of the distributions. */
export const PERSONALITIES = {
  'xcp-1.6': {
    release: 'tampa',
    api: [1, 10],
    software: {
      product_version: '1.6.10',
      product_brand: 'XCP',
      platform_name: 'XCP',
      platform_version: '1.6.10',
      xapi: '1.3',
      xen: '4.1.3',
      linux: '2.6.32.43-0.4.1.xs1.6.10.734.170748xen',
      build_number: '61809c',
      date: '2012-11-29',
    },
    json: 'text/xml 1.0 at /json',
  },
  'xcp-ng-8.2': {
    release: 'stockholm_psr',
    api: [2, 15],
    software: {
      product_version: '8.2.1',
      product_brand: 'XCP-ng',
      platform_name: 'XCP',
      platform_version: '3.2.1',
      xapi: '1.20',
      xen: '4.13.5-9.30',
      linux: '4.19.0+1',
      build_number: 'release/stockholm/master/7',
      date: '2022-02-11',
    },
    json: 'both at /jsonrpc',
  },
  'xcp-ng-8.3': {
    release: '25.6.0',
    api: [2, 21],
    software: {
      product_version: '8.3.0',
      product_brand: 'XCP-ng',
      platform_name: 'XCP',
      platform_version: '3.4.0',
      xapi: '25.6',
      xen: '4.17.5-13',
      linux: '4.19.0+1',
      build_number: 'cloud',
      date: '2025-06-04',
    },
    json: 'both at /jsonrpc',
  },
  /** Everything in the data model. */
  newest: {
    release: '9999.0.0',
    api: [2, 23],
    software: {
      product_version: '8.3.0',
      product_brand: 'XCP-ng',
      platform_name: 'XCP',
      platform_version: '3.4.0',
      xapi: '26.17',
      xen: '4.17.5-13',
      linux: '4.19.0+1',
      build_number: 'cloud',
      date: '2026-08-21',
    },
    json: 'both at /jsonrpc',
  },
} as const satisfies Readonly<Record<string, Personality>>;

export type PersonalityName = keyof typeof PERSONALITIES;

export const PERSONALITY_NAMES = Object.keys(PERSONALITIES) as PersonalityName[];

export function personalityOf(name: PersonalityName): Personality {
  return PERSONALITIES[name];
}

const restricted = new Map<PersonalityName, DataModel>();

/** The data model as a release knows it. Parsed and cut once a process. */
export function modelOf(name: PersonalityName): DataModel {
  if (name === 'newest') return dataModel();
  const known = restricted.get(name);
  if (known !== undefined) return known;
  const made = restrict(dataModel(), personalityOf(name).release);
  restricted.set(name, made);
  return made;
}

/** The part of a model that exists at a release. */
function restrict(model: DataModel, release: string): DataModel {
  const order = releaseOrder(releaseCodes());
  const exists: Since = (code) => order(code) <= order(release);
  const classes = new Map<string, ClassFact>();
  for (const fact of model.classes.values()) {
    if (exists(fact.since)) classes.set(fact.name, restrictClass(fact, exists));
  }
  return {
    ...model,
    classes,
    classByLowerName: new Map([...classes.keys()].map((name) => [name.toLowerCase(), name])),
    enums: Object.fromEntries(
      Object.entries(model.enums).map(([name, values]) => [
        name,
        values.filter((value) => exists(ENUM_VALUES_SINCE[`${name}.${value}`] ?? '')),
      ]),
    ),
    relations: model.relations.filter((pair) =>
      pair.every((end) => {
        const [cls = '', field = ''] = end.split('.');
        return classes.get(cls)?.fields.has(field) === true;
      }),
    ),
  };
}

function restrictClass(fact: ClassFact, exists: Since): ClassFact {
  const fields = [...fact.fields.values()].filter((field) => exists(field.since));
  const messages = [...fact.messages.values()].filter((message) => exists(message.since));
  return {
    ...fact,
    fields: new Map(fields.map((field) => [field.name, restrictField(field, exists)])),
    messages: new Map(
      messages.map((message) => [
        message.name,
        {
          ...message,
          params: message.params.filter((param) =>
            exists(PARAMETERS_SINCE[`${message.cls}.${message.name}.${param.name}`] ?? ''),
          ),
          removed: message.removedIn !== undefined && exists(message.removedIn),
        },
      ]),
    ),
  };
}

/** Sets of enum values (allowed operations, mostly) must not show values nobody knew then. */
function restrictField(field: FieldFact, exists: Since): FieldFact {
  if (field.type.kind !== 'set' || field.type.of.kind !== 'enum') return field;
  const prefix = `${field.type.of.name}.`;
  const unknown = Object.entries(ENUM_VALUES_SINCE)
    .filter(([name, since]) => name.startsWith(prefix) && !exists(since))
    .map(([name]) => name.slice(prefix.length));
  return unknown.length === 0 ? field : { ...field, unknownValues: new Set(unknown) };
}
