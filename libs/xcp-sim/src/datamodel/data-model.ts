// Purpose: typed, indexed access to the generated facts: classes, fields, messages, enums, relations.
import { CLASS_FACTS, COMMON_FACTS } from './facts.generated.js';
import { HIDDEN_MESSAGES, type HiddenMessage } from './hidden-messages.js';
import { parseType, type XenType } from './type-expression.js';

/** Who may write a field: W any client, C the constructor (later a dedicated message), R the server only. */
export type FieldQualifier = 'W' | 'C' | 'R';

export interface FieldFact {
  name: string;
  type: XenType;
  typeText: string;
  qualifier: FieldQualifier;
  since: string;
  defaultText: string | undefined;
  /** Values of the enum (of a set) that the release does not know yet; never shown. */
  unknownValues?: ReadonlySet<string>;
}

export interface ParamFact {
  name: string;
  type: XenType;
  optional: boolean;
}

export interface MessageFact {
  cls: string;
  name: string;
  /** Generated for every class (getter, setter, constructor …), not hand-declared. */
  implicit: boolean;
  async: boolean;
  /** Parameters without the session. */
  params: readonly ParamFact[];
  takesSession: boolean;
  result: XenType;
  roles: readonly string[];
  since: string;
  /** Withdrawn in the release that is simulated: answered with MESSAGE_REMOVED. */
  removed: boolean;
  removedIn?: string;
  /** Not in the published documentation. `pool`: only members of the pool may call it. */
  hidden?: 'client' | 'pool';
}

export interface ClassFact {
  name: string;
  events: boolean;
  since: string;
  fields: ReadonlyMap<string, FieldFact>;
  messages: ReadonlyMap<string, MessageFact>;
}

export interface DataModel {
  classes: ReadonlyMap<string, ClassFact>;
  /** Lower-case class name → class name; event classes and subscriptions are case-blind. */
  classByLowerName: ReadonlyMap<string, string>;
  enums: Readonly<Record<string, readonly string[]>>;
  /** Pairs of `Class.field`, the single side first. */
  relations: readonly (readonly [string, string])[];
  errors: Readonly<Record<string, number>>;
  /** HTTP handlers: name, verb, path, weakest role that may use it. */
  http: readonly (readonly [name: string, verb: string, path: string, role: string])[];
}

interface RawClass {
  name: string;
  events: boolean;
  since: string;
  fields: [string, string, FieldQualifier, string, string?][];
  messages: [string, string, string[], string, number, string][];
}

interface RawCommon {
  enums: Record<string, string[]>;
  relations: [string, string][];
  roles: string[];
  errors: Record<string, number>;
  http: [string, string, string, string][];
  releases: [string, string][];
}

/** `release` or `release>release it was removed in`. */
function sinceOf(lifecycle: string): string {
  return lifecycle.split('>')[0] ?? '';
}

function readField([
  name,
  typeText,
  qualifier,
  lifecycle,
  defaultText,
]: RawClass['fields'][number]): FieldFact {
  const since = sinceOf(lifecycle);
  return { name, type: parseType(typeText), typeText, qualifier, since, defaultText };
}

function readParam(text: string): ParamFact {
  const optional = text.endsWith('?');
  const colon = text.indexOf(':');
  const typeText = optional ? text.slice(colon + 1, -1) : text.slice(colon + 1);
  return { name: text.slice(0, colon), type: parseType(typeText), optional };
}

const EVENT_RESULTS: Readonly<Record<string, XenType>> = {
  from: { kind: 'eventBatch' },
  next: { kind: 'events' },
};

function readMessage(
  cls: string,
  raw: RawClass['messages'][number],
  roleLists: readonly string[],
): MessageFact {
  const [name, flags, paramTexts, result, roleList, lifecycle] = raw;
  const takesSession = paramTexts[0]?.startsWith('session_id:') === true;
  const removedIn = lifecycle.split('>')[1];
  return {
    cls,
    name,
    implicit: flags.includes('i'),
    async: flags.includes('a'),
    params: (takesSession ? paramTexts.slice(1) : paramTexts).map(readParam),
    takesSession,
    result: (cls === 'event' ? EVENT_RESULTS[name] : undefined) ?? parseType(result),
    roles: (roleLists[roleList] ?? '').split(' ').filter((role) => role !== ''),
    since: sinceOf(lifecycle),
    removed: removedIn !== undefined,
    ...(removedIn === undefined ? {} : { removedIn }),
  };
}

function readHidden(cls: string, [name, flags, paramTexts, result]: HiddenMessage): MessageFact {
  return {
    cls,
    name,
    implicit: false,
    async: flags.includes('a'),
    params: paramTexts.map(readParam),
    takesSession: true,
    result: parseType(result),
    roles: [],
    since: '',
    removed: false,
    hidden: flags.includes('p') ? 'pool' : 'client',
  };
}

function readClass(text: string, roleLists: readonly string[]): ClassFact {
  const raw = JSON.parse(text) as RawClass;
  return {
    name: raw.name,
    events: raw.events,
    since: sinceOf(raw.since),
    fields: new Map(raw.fields.map((field) => [field[0], readField(field)])),
    messages: new Map(
      [
        ...raw.messages.map((message) => readMessage(raw.name, message, roleLists)),
        ...(HIDDEN_MESSAGES[raw.name] ?? []).map((message) => readHidden(raw.name, message)),
      ].map((message) => [message.name, message]),
    ),
  };
}

let loaded: DataModel | undefined;

/** The data model, parsed once a process. */
export function dataModel(): DataModel {
  if (loaded !== undefined) return loaded;
  const common = JSON.parse(COMMON_FACTS) as RawCommon;
  const classes = new Map<string, ClassFact>();
  for (const text of CLASS_FACTS) {
    const cls = readClass(text, common.roles);
    classes.set(cls.name, cls);
  }
  loaded = {
    classes,
    classByLowerName: new Map([...classes.keys()].map((name) => [name.toLowerCase(), name])),
    enums: common.enums,
    relations: common.relations,
    errors: common.errors,
    http: common.http,
  };
  return loaded;
}

/** Code names of releases, oldest first. */
export function releaseCodes(): readonly string[] {
  return (JSON.parse(COMMON_FACTS) as RawCommon).releases.map(([code]) => code);
}
