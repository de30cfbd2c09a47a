// S11, S18–S20, S23: every message of every class, generated from the data model: bad handles, bad UUIDs, unknown names,
// types of getters, read-only fields, map and set editing, asynchronous forms, and refusals that are never a success.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fits } from '../support/fits.js';
import { clientOf, failureOf, vdiRecord, vmRecord, type Client } from '../support/pool-under-test.js';

const NOWHERE = 'OpaqueRef:11111111-2222-3333-4444-555555555555';
const NO_UUID = '11111111-2222-3333-4444-555555555555';

type DataModel = Client['pool']['db']['model'];
type ClassFact = DataModel['classes'] extends ReadonlyMap<string, infer Fact> ? Fact : never;
type MessageFact = ClassFact['messages'] extends ReadonlyMap<string, infer Fact> ? Fact : never;
type XenType = MessageFact['result'];

let client: Client;
let model: DataModel;

beforeAll(async () => {
  client = await clientOf({ hostCount: 1 });
  ({ model } = client.pool.db);
  await client.call('VM.create', vmRecord());
  const [sr] = await client.call<string[]>('SR.get_all');
  await client.call('VDI.create', vdiRecord(sr ?? ''));
  await client.call('secret.create', { value: 'x' });
  await client.call('VM_appliance.create', {});
});

afterAll(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

/** An argument of the right shape that names nothing. */
function emptyValue(type: XenType): unknown {
  switch (type.kind) {
    case 'int':
    case 'float':
      return 1;
    case 'bool':
      return false;
    case 'datetime':
      return '20260101T00:00:00Z';
    case 'ref':
      return NOWHERE;
    case 'set':
      return [];
    case 'map':
    case 'record':
      return {};
    case 'enum':
      return model.enums[type.name]?.[0] ?? '';
    default:
      return 'x';
  }
}

function* messages(
  wanted: (cls: ClassFact, message: MessageFact) => boolean,
): Generator<[string, MessageFact]> {
  for (const cls of model.classes.values())
    for (const message of cls.messages.values())
      if (!message.removed && message.hidden === undefined && wanted(cls, message))
        yield [`${cls.name}.${message.name}`, message];
}

/** What must answer something else than HANDLE_INVALID for an unknown object of its own class. */
const OTHER_ANSWERS: Readonly<Record<string, string>> = {
  // The value is checked before the object is looked for.
  'VM.set_ha_restart_priority': 'INVALID_VALUE',
};

describe('S20 handles', () => {
  it('of unknown objects are refused by every message that takes one', async () => {
    const wrong: string[] = [];
    const own = messages(
      ({ name }, { params }) => params[0]?.type.kind === 'ref' && params[0].type.cls === name,
    );
    for (const [method, message] of own) {
      const params = message.params.map((param) => emptyValue(param.type));
      const answer = await client.call(method, ...params).then(
        () => ['ok'],
        (error: unknown) => {
          const { code, params: given } = error as { code: string; params: string[] };
          return [code, ...given];
        },
      );
      if (answer[0] === OTHER_ANSWERS[method]) continue;
      if (answer[0] !== 'HANDLE_INVALID' || answer[1] !== message.cls || answer[2] !== NOWHERE)
        wrong.push(`${method}: ${answer.join(' ')}`);
    }
    expect(wrong).toEqual([]);
  });

  it('by UUID and by name', async () => {
    for (const [method, message] of messages((_cls, { name }) => name === 'get_by_uuid'))
      expect(await failureOf(client.call(method, NO_UUID))).toEqual(['UUID_INVALID', message.cls, NO_UUID]);
    for (const [method] of messages((_cls, { name }) => name === 'get_by_name_label'))
      expect([method, await client.call(method, 'no such name')]).toEqual([method, []]);
  });
});

describe('S18 getters and setters', () => {
  it('answer values of the declared type, the same as the record', async () => {
    const wrong: string[] = [];
    for (const cls of model.classes.values()) {
      if (cls.messages.get('get_all_records')?.removed !== false) continue;
      const records = await client.call<Record<string, Record<string, unknown>>>(
        `${cls.name}.get_all_records`,
      );
      const [first] = Object.entries(records);
      if (first === undefined) continue;
      const [ref, record] = first;
      for (const field of cls.fields.values()) {
        if (!fits(model, field.type, record[field.name]))
          wrong.push(`${cls.name}.${field.name}: ${JSON.stringify(record[field.name])}`);
        const getter = cls.messages.get(`get_${field.name}`);
        if (getter === undefined || getter.removed || !getter.implicit) continue;
        expect([field.name, await client.call(`${cls.name}.get_${field.name}`, ref)]).toEqual([
          field.name,
          record[field.name],
        ]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('of read-only fields do not exist', async () => {
    for (const cls of model.classes.values())
      for (const field of cls.fields.values()) {
        const setter = `set_${field.name}`;
        if (field.qualifier === 'W' || cls.messages.has(setter)) continue;
        expect(await failureOf(client.call(`${cls.name}.${setter}`, NOWHERE, 'x'))).toEqual([
          'MESSAGE_METHOD_UNKNOWN',
          `${cls.name}.${setter}`,
        ]);
      }
  });

  it('of writable fields keep what is written', async () => {
    for (const cls of model.classes.values())
      for (const field of cls.fields.values()) {
        const [row] = client.pool.db.rows(cls.name);
        const setter = cls.messages.get(`set_${field.name}`);
        if (field.qualifier !== 'W' || row === undefined || setter?.implicit !== true || setter.removed)
          continue;
        const value =
          field.type.kind === 'map' ? { k: emptyValue(field.type.value) } : emptyValue(field.type);
        await client.call(`${cls.name}.set_${field.name}`, row.ref, value);
        expect([field.name, await client.call(`${cls.name}.get_${field.name}`, row.ref)]).toEqual([
          field.name,
          value,
        ]);
      }
  });
});

describe('S19 maps and sets', () => {
  it('refuse a key twice, remove silently, keep sets without doubles', async () => {
    for (const cls of model.classes.values()) {
      const [row] = client.pool.db.rows(cls.name);
      if (row === undefined) continue;
      for (const field of cls.fields.values()) {
        if (field.qualifier !== 'W') continue;
        const call = (verb: string, ...params: unknown[]) =>
          client.call(`${cls.name}.${verb}_${field.name}`, row.ref, ...params);
        if (cls.messages.get(`add_to_${field.name}`)?.implicit === true) {
          const value = field.type.kind === 'map' ? emptyValue(field.type.value) : 'x';
          await call('add_to', 'fresh', value);
          expect((await failureOf(call('add_to', 'fresh', value))).slice(0, 2)).toEqual([
            'MAP_DUPLICATE_KEY',
            cls.name,
          ]);
          await call('remove_from', 'fresh');
          await call('remove_from', 'fresh');
        }
        if (cls.messages.get(`add_${field.name}`)?.implicit === true) {
          await call('add', 'one');
          await call('add', 'one');
          expect(
            (await client.call<string[]>(`${cls.name}.get_${field.name}`, row.ref)).filter(
              (item) => item === 'one',
            ),
          ).toEqual(['one']);
          await call('remove', 'one');
          await call('remove', 'one');
        }
      }
    }
  });
});

describe('S23 asynchronous forms', () => {
  it('exist exactly where the data model says so', async () => {
    for (const [method, message] of messages((cls) => !['session', 'event'].includes(cls.name))) {
      // The number of arguments is checked before anything is done, so no call has an effect.
      const failure = await failureOf(client.transport.call(`Async.${method}`, []));
      const expected = message.async ? 'MESSAGE_PARAMETER_COUNT_MISMATCH' : 'Fault';
      expect([method, failure[0]]).toEqual([method, expected]);
    }
  });
});

describe('S11 messages without behaviour', () => {
  it('are refused, never a silent success', async () => {
    const { coverageByClass } = await import('@openvsys/xcp-sim');
    for (const { cls, refused } of coverageByClass())
      for (const name of refused) {
        const message = model.classes.get(cls)?.messages.get(name);
        if (message === undefined || message.hidden !== undefined) continue;
        const params = message.params.map((param) => emptyValue(param.type));
        const failure = await failureOf(client.call(`${cls}.${name}`, ...params));
        expect([
          `${cls}.${name}`,
          ['NOT_IMPLEMENTED', 'HANDLE_INVALID', 'INTERNAL_ERROR'].includes(failure[0] ?? ''),
        ]).toEqual([`${cls}.${name}`, true]);
      }
  });
});
