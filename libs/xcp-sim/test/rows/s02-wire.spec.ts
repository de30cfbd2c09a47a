// S2–S9: the wire. Paths, content types, limits, encodings both ways, framings, and the order of refusals.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { vmRecord } from '../support/pool-under-test.js';
import { WireClient, xmlCall } from '../support/wire-client.js';

let server: SimServer;
let client: WireClient;
let vm: string;

beforeAll(async () => {
  server = await startSimServer({ hostCount: 1 });
  client = new WireClient(server.hosts[0]?.url ?? '');
  await client.login();
  vm = await client.call('VM.create', vmRecord());
});

afterAll(async () => {
  expect(server.pool.crashes).toEqual([]);
  await server.close();
});

it('S2 any other path is XML-RPC', async () => {
  for (const path of ['/', '/xmlrpc', '/RPC2', '/json', '/export'])
    expect(await (await client.post(path, xmlCall('pool.get_all', client.session))).text()).toContain(
      'Success',
    );
});

it('S3 content types and CORS headers', async () => {
  const answers = [
    [await client.post('/', xmlCall('pool.get_all', client.session)), 'text/xml'],
    [await client.post('/jsonrpc', '{"id":1,"method":"pool.get_all","params":[]}'), 'application/json'],
  ] as const;
  for (const [response, type] of answers) {
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('X-Requested-With');
  }
});

it('S4 bodies above 300 KiB are refused in both dialects', async () => {
  const filler = 'x'.repeat(300 * 1024);
  const xml = await client.post('/', xmlCall('pool.get_all', filler)).then(
    (response) => response.status,
    () => 500,
  );
  expect(xml).toBe(500);
  const json = await client.post('/jsonrpc', JSON.stringify({ id: 1, method: 'x', params: [filler] })).then(
    (response) => response.status,
    () => 500,
  );
  expect(json).toBe(500);
});

describe('S5 encodings out', () => {
  it('XML: ints and strings untagged, the rest tagged', async () => {
    const text = await client.xml('VM.get_record', vm);
    expect(text).toContain('<name>memory_static_max</name><value>1073741824</value>');
    expect(text).toContain('<name>is_a_template</name><value><boolean>0</boolean></value>');
    expect(text).toContain('<name>HVM_shadow_multiplier</name><value><double>1</double></value>');
    expect(text).toMatch(
      /<name>snapshot_time<\/name><value><dateTime.iso8601>\d{8}T[\d:]{8}Z<\/dateTime.iso8601>/,
    );
  });

  it('JSON: numbers, floats with a fraction', async () => {
    const text = await client.jsonText('VM.get_record', vm);
    expect(text).toContain('"memory_static_max":1073741824,');
    expect(text).toContain('"HVM_shadow_multiplier":1.0,');
    expect(text).toContain('"is_a_template":false');
  });

  it.each(['9223372036854775807', '-9223372036854775808', '9007199254740993'])(
    'ints of 64 bits keep their digits: %s',
    async (digits) => {
      const record = { ...vmRecord(), user_version: digits };
      const wide = await client.call('VM.create', record);
      expect(await client.jsonText('VM.get_user_version', wide)).toContain(`"result":${digits},`);
      expect(await client.xml('VM.get_user_version', wide)).toContain(`<value>${digits}</value>`);
      expect(await client.jsonText('VM.get_record', wide)).toContain(`"user_version":${digits},`);
      const body = `{"jsonrpc":"2.0","id":1,"method":"VM.set_user_version","params":["${client.session}","${wide}",${digits}]}`;
      expect(await (await client.post('/jsonrpc', body)).text()).toContain('"result":""');
      await client.xml('VM.set_user_version', wide, `<i8>${digits}</i8>`);
      expect(await client.jsonText('VM.get_user_version', wide)).toContain(`"result":${digits},`);
      await client.call('VM.destroy', wide);
    },
  );
});

describe('S6 encodings in', () => {
  it.each(['5', 5, '0x5'])('an int may be %j', async (value) => {
    await client.call('VM.set_user_version', vm, value);
    expect(await client.call('VM.get_user_version', vm)).toBe(5);
  });

  it.each(['', ' 5', '5.0', 5.5, true, null, '9223372036854775808'])(
    'an int may not be %j',
    async (value) => {
      const { error } = await client.json2('VM.set_user_version', [client.session, vm, value]);
      expect(error).toMatchObject({ message: 'INTERNAL_ERROR' });
    },
  );

  it.each(['5.0', '5e0', '50e-1'])('an int may not be written %s', async (digits) => {
    const params = `["${client.session}","${vm}",${digits}]`;
    const body = `{"jsonrpc":"2.0","id":1,"method":"VM.set_user_version","params":${params}}`;
    expect(await (await client.post('/jsonrpc', body)).text()).toContain('INTERNAL_ERROR');
    const multiplier = body.replace('user_version', 'HVM_shadow_multiplier');
    expect(await (await client.post('/jsonrpc', multiplier)).text()).toContain('"result":""');
  });

  it.each(['true', 1, '1'])('a bool may not be %j', async (value) => {
    const { error } = await client.json2('VM.set_is_a_template', [client.session, vm, value]);
    expect(error).toMatchObject({ message: 'INTERNAL_ERROR' });
  });

  it('XML takes int, i4, i8 and text', async () => {
    for (const value of ['<int>7</int>', '<i4>7</i4>', '<i8>7</i8>', '7', '<string>7</string>'])
      expect(await client.xml('VM.set_user_version', vm, value)).toContain('Success');
  });
});

describe('S7 framings', () => {
  it('2.0 and 1.0, answers and errors, ids echoed', async () => {
    expect(await client.json2('VM.get_uuid', [client.session, 'OpaqueRef:x'], 'seven')).toEqual({
      jsonrpc: '2.0',
      id: 'seven',
      error: { code: 1, message: 'HANDLE_INVALID', data: ['VM', 'OpaqueRef:x'] },
    });
    expect(await client.json1('VM.get_uuid', [client.session, 'OpaqueRef:x'], 7)).toEqual({
      id: 7,
      result: null,
      error: ['HANDLE_INVALID', 'VM', 'OpaqueRef:x'],
    });
    expect(await client.json1('VM.get_is_a_template', [client.session, vm], 8)).toEqual({
      id: 8,
      result: false,
      error: null,
    });
  });

  it.each([
    'not json',
    '[]',
    '{"jsonrpc":"2.0","method":"pool.get_all","params":[]}',
    '{"jsonrpc":2,"id":1,"method":"x"}',
    '{"id":1,"method":"pool.get_all"}',
    '{"id":1,"method":"pool.get_all","params":{}}',
    '{"id":1.0,"method":"pool.get_all","params":[]}',
  ])('answers %s with a page', async (body) => {
    const response = await client.post('/jsonrpc', body);
    expect([response.status, response.headers.get('content-type')]).toEqual([500, 'text/html']);
  });
});

it('S8 the number of arguments is checked before anything else', async () => {
  for (const session of [client.session, 'OpaqueRef:bad'])
    expect((await client.json2('VM.start', [session])).error).toEqual({
      code: 1,
      message: 'MESSAGE_PARAMETER_COUNT_MISMATCH',
      data: ['VM.start', '3', '0'],
    });
  expect((await client.json2('VM.start', [])).error).toMatchObject({ data: ['VM.start', '3', '-1'] });
});

it('S9 an unknown method looks at the session first', async () => {
  expect((await client.json2('Foo.bar', ['OpaqueRef:bad'])).error).toMatchObject({
    message: 'SESSION_INVALID',
  });
  expect((await client.json2('Foo.bar', [client.session])).error).toMatchObject({
    message: 'MESSAGE_METHOD_UNKNOWN',
    data: ['Foo.bar'],
  });
  expect((await client.json2('Foo.bar', [])).error).toMatchObject({ message: 'MESSAGE_METHOD_UNKNOWN' });
});

it('S6 text that is no UTF-8 is refused: named in JSON, unreadable in XML', async () => {
  const spoil = (text: string): Uint8Array<ArrayBuffer> => {
    const bytes = new TextEncoder().encode(text);
    bytes[bytes.indexOf('#'.charCodeAt(0))] = 0xff;
    return bytes;
  };
  const post = (path: string, body: Uint8Array<ArrayBuffer>) =>
    fetch(`${client.url}${path}`, { method: 'POST', body });
  const params = [client.session, vm, 'a#b'];
  const json = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'VM.set_name_label', params });
  const answer = (await (await post('/jsonrpc', spoil(json))).json()) as {
    error: { message: string; data: string[] };
  };
  expect(answer.error.message).toBe('INVALID_VALUE');
  expect(answer.error.data[0]).toBe('Invalid UTF-8 string in parameter');
  expect((await post('/', spoil(xmlCall('VM.set_name_label', ...params)))).status).toBe(500);
});
