// Row S66: consoles by CONNECT and by WebSocket: greeting, handshake, a picture, keys; who is let in and until when.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decode } from 'jpeg-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { serveAndLogin, type HttpClient } from '../support/http-client.js';
import { vmRecord } from '../support/pool-under-test.js';

let client: HttpClient;
let vm = '';

beforeAll(async () => {
  client = await serveAndLogin({ hostCount: 2 });
  vm = await startedVm();
});

afterAll(async () => {
  await client.close();
});

async function startedVm(): Promise<string> {
  const [host = ''] = await client.call<string[]>('host.get_all');
  const made = await client.call('VM.create', vmRecord({ name_label: 'web-1' }));
  await client.call('VM.start_on', made, host, false, false);
  return made;
}

/** The path of the console, from its location. */
async function pathOfConsole(of = vm): Promise<string> {
  await expect.poll(() => client.call<string[]>('VM.get_consoles', of)).toHaveLength(1);
  const [console = ''] = await client.call<string[]>('VM.get_consoles', of);
  const location = new URL(await client.call('console.get_location', console));
  expect(location.host).toBe(new URL(client.server.hosts[0]?.url ?? '').host);
  return `${location.pathname}${location.search}`;
}

/** A socket whose bytes can be read in portions. */
class Viewer {
  private bytes = Buffer.alloc(0);
  constructor(readonly socket: Socket) {
    socket.on('data', (data) => (this.bytes = Buffer.concat([this.bytes, data])));
    socket.on('error', () => undefined);
  }
  async read(length: number): Promise<Buffer> {
    await expect.poll(() => this.bytes.length, { interval: 5 }).toBeGreaterThanOrEqual(length);
    const part = this.bytes.subarray(0, length);
    this.bytes = this.bytes.subarray(length);
    return part;
  }
  async head(): Promise<string> {
    await expect.poll(() => this.bytes.indexOf('\r\n\r\n'), { interval: 5 }).toBeGreaterThan(0);
    return (await this.read(this.bytes.indexOf('\r\n\r\n') + 4)).toString();
  }
}

function connectTo(path: string, host = 0, session = client.session): Viewer {
  const { hostname, port } = new URL(client.server.hosts[host]?.url ?? '');
  const socket = connect(Number(port), hostname);
  socket.write(`CONNECT ${path}&session_id=${session} HTTP/1.0\r\nHost: x\r\n\r\n`);
  return new Viewer(socket);
}

describe('S66 CONNECT /console', () => {
  it('greets with RFB 3.8, shakes hands, and shows a picture that answers keys', async () => {
    const viewer = connectTo(await pathOfConsole());
    expect(await viewer.head()).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect((await viewer.read(12)).toString()).toBe('RFB 003.008\n');
    viewer.socket.write('RFB 003.008\n');
    expect([...(await viewer.read(2))]).toEqual([1, 1]);
    viewer.socket.write(Buffer.of(1));
    expect((await viewer.read(4)).readUInt32BE()).toBe(0);
    viewer.socket.write(Buffer.of(1));
    const init = await viewer.read(24);
    const [width, height] = [init.readUInt16BE(0), init.readUInt16BE(2)];
    expect((await viewer.read(init.readUInt32BE(20))).toString()).toBe('web-1');
    const request = (incremental: number): Buffer => {
      const bytes = Buffer.alloc(10);
      bytes.set([3, incremental]);
      bytes.writeUInt16BE(width, 6);
      bytes.writeUInt16BE(height, 8);
      return bytes;
    };
    viewer.socket.write(request(0));
    expect((await viewer.read(16)).readUInt16BE(2)).toBe(1);
    const before = await viewer.read(width * height * 4);
    expect(new Set(before.toString('hex').match(/.{8}/g)).size).toBe(2);
    viewer.socket.write(request(1));
    viewer.socket.write(Buffer.of(4, 1, 0, 0, 0, 0, 0, 0x78));
    await viewer.read(16);
    expect((await viewer.read(width * height * 4)).equals(before)).toBe(false);
    viewer.socket.destroy();
  });

  it('writes pixels as the viewer wants them', async () => {
    const viewer = connectTo(await pathOfConsole());
    await viewer.head();
    await viewer.read(12);
    viewer.socket.write('RFB 003.003\n');
    expect((await viewer.read(4)).readUInt32BE()).toBe(1);
    viewer.socket.write(Buffer.of(1));
    await viewer.read(24 + 'web-1'.length);
    // Sixteen bits, big endian, 5-6-5; then a pointer event and a clipboard that mean nothing here; then one pixel.
    viewer.socket.write(Buffer.of(0, 0, 0, 0, 16, 16, 1, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0));
    viewer.socket.write(Buffer.of(2, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 2, 65, 66));
    viewer.socket.write(Buffer.of(3, 0, 1, 0, 0, 190, 0, 1, 0, 1));
    await viewer.read(16);
    expect((await viewer.read(2)).readUInt16BE()).toBe((2 << 11) | (6 << 5) | 6);
    viewer.socket.destroy();
  });

  it('lets in nobody without a session, and to no console that is not here', async () => {
    const path = await pathOfConsole();
    const refused = await connectTo(path, 0, 'OpaqueRef:bad').head();
    expect(refused).toMatch(/^HTTP\/1.1 401 [\s\S]*Basic realm="connect_console"/);
    expect(await connectTo('/console?uuid=none').head()).toMatch(/^HTTP\/1.1 404/);
    expect(await connectTo(path, 1).head()).toMatch(/^HTTP\/1.1 500/);
    expect(await connectTo('/elsewhere?x=1').head()).toMatch(/^HTTP\/1.1 403/);
  });

  it('lets in one viewer at a time where the pool says so', async () => {
    const path = await pathOfConsole();
    client.server.pool.db.update(client.server.pool.pool, { limit_console_sessions: true });
    const first = connectTo(path);
    expect(await first.head()).toMatch(/^HTTP\/1.1 200/);
    expect(await connectTo(path).head()).toMatch(/^HTTP\/1.1 503/);
    first.socket.destroy();
    await expect.poll(async () => (await connectTo(path).head()).slice(9, 12)).toBe('200');
    client.server.pool.db.update(client.server.pool.pool, { limit_console_sessions: false });
  });

  it('ends when the domain goes', async () => {
    const made = await startedVm();
    const viewer = connectTo(await pathOfConsole(made));
    await viewer.head();
    const closed = once(viewer.socket, 'close');
    await client.call('VM.hard_shutdown', made);
    await closed;
    expect(await client.call<string[]>('VM.get_consoles', made)).toEqual([]);
  });
});

describe('S66 GET /console with an upgrade', () => {
  it('carries the same bytes in a WebSocket', async () => {
    const url = (client.server.hosts[0]?.url ?? '').replace('http', 'ws');
    const socket = new WebSocket(`${url}${await pathOfConsole()}&session_id=${client.session}`, 'binary');
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(data.toString()).toBe('RFB 003.008\n');
    expect(socket.protocol).toBe('binary');
    socket.send('RFB 003.008\n');
    const [security] = (await once(socket, 'message')) as [Buffer];
    expect([...security]).toEqual([1, 1]);
    socket.terminate();
  });

  it('is refused without a session, and ignored on other paths', async () => {
    const url = (client.server.hosts[0]?.url ?? '').replace('http', 'ws');
    const refused = new WebSocket(`${url}${await pathOfConsole()}&session_id=OpaqueRef:bad`);
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('401');
    const welcome = await client.send('GET', '/', { headers: { connection: 'Upgrade', upgrade: 'h2c' } });
    expect(welcome.status).toBe(200);
  });
});

describe('S66 GET /vncsnapshot', () => {
  it('shows the screen as a picture, to whom the console is open', async () => {
    const path = (await pathOfConsole()).replace('/console', '/vncsnapshot');
    const answer = await client.send('GET', path);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/jpeg']);
    const { width, height, data } = decode(answer.body);
    expect([width, height]).toEqual([320, 200]);
    // The name is written in light pixels on a dark ground.
    const bright = data.filter((value, index) => index % 4 === 0 && value > 150).length;
    expect(bright).toBeGreaterThan(50);
    expect(bright).toBeLessThan(width * height * 0.2);
    const url = client.server.hosts[0]?.url ?? '';
    expect((await fetch(`${url}${path}`)).status).toBe(401);
    expect((await client.send('GET', '/vncsnapshot?uuid=none')).status).toBe(404);
  });
});
