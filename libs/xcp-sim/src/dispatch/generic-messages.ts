// Purpose: the message families every class has: getters, setters, map and set editing, bulk reads.
import { invalidValue, mapDuplicateKey, XenFailure } from '../core/failure.js';
import { isPlainSetter } from './plain-setters.js';
import { matchesWhere, parseWhere } from './where-expression.js';
import { quick, type Behaviour } from './behaviour.js';
import type { Args } from './args.js';
import type { Call } from '../core/call.js';
import type { ClassFact, FieldFact, MessageFact } from '../datamodel/data-model.js';
import type { Row } from '../database/row.js';
import { type XenMap, type XenValue, textOf } from '../datamodel/xen-value.js';

/** The generic behaviour of a message, or undefined if it needs a hand-written one. */
export function genericBehaviour(fact: ClassFact, message: MessageFact): Behaviour | undefined {
  if (message.implicit) {
    const bulk = bulkReads(fact)[message.name];
    if (bulk !== undefined) return bulk;
  }
  return fieldBehaviour(fact, message);
}

function bulkReads(fact: ClassFact): Readonly<Record<string, Behaviour>> {
  const { name } = fact;
  return {
    get_all: quick(({ sim }) => sim.db.rows(name).map((row) => row.ref)),
    get_all_records: { cost: 'timed', run: (call) => dumpClass(call, name) },
    get_by_uuid: quick(({ sim }, args) => sim.db.getByUuid(name, args.text(0)).ref),
    get_by_name_label: quick(({ sim }, args) =>
      sim.db
        .rows(name)
        .filter((row) => row.text('name_label') === args.text(0))
        .map((row) => row.ref),
    ),
    get_record: quick(({ sim }, args) => sim.db.get(name, args.ref(0)).record()),
  };
}

/** A dump costs time by its size: the server serialises every record (about 0.6 ms a VM, 0.15 ms others at 8 ms a call). */
async function dumpClass(call: Call, cls: string): Promise<XenMap> {
  const { sim } = call;
  const perRecord = (cls === 'VM' ? 0.6 : 0.15) * (sim.latency.profile.steps.api.median / 8);
  await call.pass(sim.latency.sampleApi(sim.busyCalls) + perRecord * sim.db.count(cls));
  return Object.fromEntries(sim.db.rows(cls).map((row) => [row.ref, row.record()]));
}

/** XenAPI get_all_records_where, for classes that declare it. */
export function recordsWhere(cls: string): Behaviour {
  return quick(({ sim }, args) => {
    const expression = parseWhere(args.text(0));
    const rows = sim.db.rows(cls).filter((row) => matchesWhere(expression, row));
    return Object.fromEntries(rows.map((row) => [row.ref, row.record()]));
  });
}

type FieldAccess = (fact: ClassFact, field: FieldFact) => Behaviour;

const FAMILIES: readonly (readonly [RegExp, 'read' | 'write', FieldAccess])[] = [
  [/^get_(.+)$/, 'read', getter],
  [/^set_(.+)$/, 'write', setter],
  [/^add_to_(.+)$/, 'write', mapAdder],
  [/^remove_from_(.+)$/, 'write', mapRemover],
  [/^add_(.+)$/, 'write', setAdder],
  [/^remove_(.+)$/, 'write', setRemover],
];

function fieldBehaviour(fact: ClassFact, message: MessageFact): Behaviour | undefined {
  for (const [pattern, access, build] of FAMILIES) {
    const field = fact.fields.get(pattern.exec(message.name)?.[1] ?? '');
    if (field === undefined) continue;
    if (!message.implicit && (access === 'read' || !isPlainSetter(fact.name, message.name))) continue;
    return build(fact, field);
  }
  return undefined;
}

function getter(fact: ClassFact, field: FieldFact): Behaviour {
  return quick(({ sim }, args) => sim.db.get(fact.name, args.ref(0)).get(field.name));
}

function setter(fact: ClassFact, field: FieldFact): Behaviour {
  return quick(({ sim }, args) => {
    const row = sim.db.get(fact.name, args.ref(0));
    sim.db.update(row, { [field.name]: checkedValue(field, args) });
    sim.refreshAllowed(row);
  });
}

function checkedValue(field: FieldFact, args: Args): XenValue {
  const value = args.at(1);
  if (field.type.kind === 'map' && Object.keys(args.map(1)).includes('')) throw invalidValue(field.name, '');
  return value;
}

function mapAdder(fact: ClassFact, field: FieldFact): Behaviour {
  return quick(({ sim }, args) => {
    const row = sim.db.get(fact.name, args.ref(0));
    const key = textOf(args.at(1));
    if (key === '') throw new XenFailure('INTERNAL_ERROR', 'Empty key in map');
    const map = row.map(field.name);
    if (Object.hasOwn(map, key)) throw mapDuplicateKey(row, field.name, key);
    sim.db.update(row, { [field.name]: { ...map, [key]: args.at(2) } });
    sim.refreshAllowed(row);
  });
}

function mapRemover(fact: ClassFact, field: FieldFact): Behaviour {
  return quick(({ sim }, args) => {
    const row = sim.db.get(fact.name, args.ref(0));
    const { [textOf(args.at(1))]: _removed, ...rest } = row.map(field.name);
    sim.db.update(row, { [field.name]: rest });
    sim.refreshAllowed(row);
  });
}

function setAdder(fact: ClassFact, field: FieldFact): Behaviour {
  return editSet(fact, field, (items, item) => (items.includes(item) ? items : [...items, item]));
}

function setRemover(fact: ClassFact, field: FieldFact): Behaviour {
  return editSet(fact, field, (items, item) => items.filter((other) => other !== item));
}

type SetEdit = (items: readonly XenValue[], item: XenValue) => readonly XenValue[];

function editSet(fact: ClassFact, field: FieldFact, edit: SetEdit): Behaviour {
  return quick(({ sim }, args) => {
    const row: Row = sim.db.get(fact.name, args.ref(0));
    const items = row.get(field.name);
    sim.db.update(row, { [field.name]: edit(Array.isArray(items) ? items : [], args.at(1)) });
  });
}
