// The wire over real sockets: framings, headers, limits, members of the pool, the admin interface.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';

let server: SimServer;
let master: string;
let session: string;

beforeAll(async () => {
  server = await startSimServer({ profile: 'instant' });
  master = server.hosts[0]?.url ?? '';
  session = (await json2('session.login_with_password', ['root', 'secret', '1.0', 'wire'])).result;
});

afterAll(async () => {
  expect(server.pool.crashes).toEqual([]);
  await server.close();
});

async function json2(method: string, params: unknown[], url = master) {
  const response = await fetch(`${url}/jsonrpc`, {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }),
  });
  expect(response.headers.get('content-type')).toBe('application/json');
  return (await response.json()) as {
    id: number;
    result: string;
    error?: { code: number; message: string; data: string[] };
  };
}

async function xml(method: string, params: string, path = '/'): Promise<string> {
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
  const response = await fetch(`${master}${path}`, { method: 'POST', body });
  expect(response.headers.get('content-type')).toBe('text/xml');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  return response.text();
}

const param = (text: string): string => `<param><value>${text}</value></param>`;

describe('JSON-RPC', () => {
  it('2.0 echoes the id and frames errors as an object', async () => {
    expect(await json2('VM.get_uuid', [session, 'OpaqueRef:nope'])).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: 1, message: 'HANDLE_INVALID', data: ['VM', 'OpaqueRef:nope'] },
    });
  });

  it('1.0 has result and error side by side', async () => {
    const response = await fetch(`${master}/jsonrpc?x=1`, {
      method: 'POST',
      body: JSON.stringify({ id: 'a', method: 'VM.get_uuid', params: [session] }),
    });
    expect(await response.json()).toEqual({
      id: 'a',
      result: null,
      error: ['MESSAGE_PARAMETER_COUNT_MISMATCH', 'VM.get_uuid', '1', '0'],
    });
  });

  it('writes floats with a fraction and ints without', async () => {
    const [vm = ''] = (await json2('VM.get_all', [session])).result as unknown as string[];
    const response = await fetch(`${master}/jsonrpc`, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'VM.get_record', params: [session, vm] }),
    });
    const text = await response.text();
    expect(text).toContain('"HVM_shadow_multiplier":1.0,');
    expect(text).toMatch(/"memory_static_max":\d+,/);
  });

  it.each([
    ['a batch', '[]'],
    ['broken text', '{'],
    ['a notification', JSON.stringify({ jsonrpc: '2.0', method: 'VM.get_all', params: [] })],
    ['nothing', ''],
  ])('answers %s with an error page and closes', async (_name, body) => {
    const response = await fetch(`${master}/jsonrpc`, { method: 'POST', body });
    expect(response.status).toBe(500);
    expect(response.headers.get('connection')).toBe('close');
  });
});

describe('XML-RPC', () => {
  it('is served on any path, with ints as text', async () => {
    const [pif = ''] = (await json2('PIF.get_all', [session])).result as unknown as string[];
    const text = await xml('PIF.get_MTU', param(session) + param(pif), '/xmlrpc');
    expect(text).toContain('<name>Status</name><value>Success</value>');
    expect(text).toContain('<name>Value</name><value>1500</value>');
  });

  it('tags booleans, floats and dates, and escapes text', async () => {
    const name = '<a & "b">';
    const network = (await json2('network.create', [session, { name_label: name, other_config: {} }])).result;
    const text = await xml('network.get_record', param(session) + param(network));
    expect(text).toContain('<name>name_label</name><value>&lt;a &amp; &quot;b&quot;&gt;</value>');
    expect(text).toContain('<name>managed</name><value><boolean>1</boolean></value>');
    const vms = await xml('VM.get_all_records', param(session));
    expect(vms).toContain('<name>HVM_shadow_multiplier</name><value><double>1</double></value>');
    expect(vms).toMatch(/<name>snapshot_time<\/name><value><dateTime.iso8601>19700101T00:00:00Z</);
  });

  it('refuses entities, deep nesting and what is no call', async () => {
    const bomb =
      '<!DOCTYPE x [<!ENTITY a "aaaa">]><methodCall><methodName>&a;</methodName><params/></methodCall>';
    const deep = `<methodCall><methodName>x</methodName><params><param>${'<value><array><data>'.repeat(500)}`;
    for (const body of [bomb, deep, '<a/>', '<methodCall>']) {
      expect((await fetch(master, { method: 'POST', body })).status).toBe(500);
    }
  });
});

describe('limits', () => {
  it('refuse bodies above 300 KiB, chunked bodies and long headers', async () => {
    const big = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'x'.repeat(310_000), params: [] });
    expect((await fetch(`${master}/jsonrpc`, { method: 'POST', body: big })).status).toBe(500);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{}'));
        controller.close();
      },
    });
    const chunked: RequestInit & { duplex: 'half' } = { method: 'POST', body: stream, duplex: 'half' };
    expect((await fetch(`${master}/jsonrpc`, chunked)).status).toBe(500);
    const long = await fetch(`${master}/jsonrpc`, {
      method: 'POST',
      body: '{}',
      headers: { 'x-long': 'x'.repeat(6000) },
    });
    expect(long.status).toBe(431);
  });
});

describe('pool members', () => {
  it('name the master in an address that can be called', async () => {
    const { error } = await json2('session.login_with_password', ['root', 'secret'], server.hosts[1]?.url);
    expect(error?.message).toBe('HOST_IS_SLAVE');
    expect(`http://${error?.data[0]}`).toBe(master);
    expect((await json2('VM.get_all', [session], server.hosts[2]?.url)).error?.message).toBe('HOST_IS_SLAVE');
  });
});

describe('lost connections', () => {
  it('break on the socket when the rule says so', async () => {
    const rule = server.faults.add({ method: 'VM.get_all', count: 1, effect: { kind: 'lose-answer' } });
    await expect(json2('VM.get_all', [session])).rejects.toThrow();
    rule.remove();
    expect((await json2('VM.get_all', [session])).error).toBeUndefined();
  });

  it('end blocked event calls of the client that left', async () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'event.from',
      params: [session, ['task'], '', 3600.5],
    });
    const { hostname, port } = new URL(master);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /jsonrpc HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await expect
      .poll(() => server.log.list().some((entry) => entry.method === 'event.from' && entry.end === null))
      .toBe(true);
    socket.destroy();
    await expect
      .poll(() =>
        server.log.list().some((entry) => entry.method === 'event.from' && entry.outcome === 'disconnected'),
      )
      .toBe(true);
  });
});

describe('raw disk import', () => {
  it('needs a session, takes bytes, and finishes the task it was given', async () => {
    const [sr] = (await json2('SR.get_all', [session])).result as unknown as string[];
    const vdi = (
      await json2('VDI.create', [
        session,
        {
          name_label: 'cidata',
          SR: sr,
          virtual_size: 10 * 2 ** 20,
          type: 'user',
          sharable: false,
          read_only: false,
          other_config: {},
        },
      ])
    ).result;
    const task = (await json2('task.create', [session, 'import', ''])).result;
    const put = (query: string, body: string) =>
      fetch(`${master}/import_raw_vdi?format=raw&vdi=${vdi}&${query}`, { method: 'PUT', body });
    expect((await put('session_id=OpaqueRef:bad', 'x')).status).toBe(401);
    expect((await put(`session_id=${session}&task_id=${task}`, 'user-data')).status).toBe(200);
    expect((await json2('task.get_status', [session, task])).result).toBe('success');
    const tooBig = 'x'.repeat(11 * 2 ** 20);
    const late = (await json2('task.create', [session, 'import', ''])).result;
    await put(`session_id=${session}&task_id=${late}`, tooBig).catch(() => undefined);
    await expect.poll(async () => (await json2('task.get_status', [session, late])).result).toBe('failure');
  });
});

describe('the admin interface', () => {
  it('shows tables, the log, a summary and a page', async () => {
    const tables = (await (await fetch(`${server.admin}/tables/pif`)).json()) as {
      ref: string;
      device: string;
    }[];
    expect(tables).toHaveLength(3);
    expect(tables[0]).toMatchObject({ device: 'eth0' });
    const log = (await (await fetch(`${server.admin}/log?after=0&limit=2`)).json()) as {
      calls: { seq: number }[];
    };
    expect(log.calls.map((call) => call.seq)).toEqual([1, 2]);
    const summary = (await (await fetch(`${server.admin}/summary`)).json()) as {
      counts: Record<string, number>;
      crashes: string[];
    };
    expect(summary.counts['PIF']).toBe(3);
    expect(summary.crashes).toEqual([]);
    expect(await (await fetch(server.admin)).text()).toContain('<title>XenAPI simulator</title>');
    expect((await fetch(`${server.admin}/tables/nonsense`)).status).toBe(400);
  });

  it('takes faults and changes of the world, and refuses nonsense', async () => {
    const post = (path: string, body: unknown) =>
      fetch(`${server.admin}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect((await post('faults', { method: 'SR.scan', effect: { kind: 'error', code: 'X_Y' } })).status).toBe(
      201,
    );
    const [sr] = (await json2('SR.get_all', [session])).result as unknown as string[];
    expect((await json2('SR.scan', [session, sr])).error?.message).toBe('X_Y');
    await fetch(`${server.admin}/faults`, { method: 'DELETE' });
    expect((await json2('SR.scan', [session, sr])).error).toBeUndefined();
    expect((await post('faults', { method: 'SR.scan', effect: { kind: 'explode' } })).status).toBe(400);
    expect((await post('world', { change: 'vm-power', vm: 'no such', state: 'Running' })).status).toBe(400);
    expect((await post('world', { change: 'host-down', host: 1 })).status).toBe(200);
    await expect(json2('VM.get_all', [session], server.hosts[1]?.url)).rejects.toThrow();
    expect((await post('world', { change: 'host-up', host: 1 })).status).toBe(200);
    expect((await json2('VM.get_all', [session], server.hosts[1]?.url)).error?.message).toBe('HOST_IS_SLAVE');
  });
});
