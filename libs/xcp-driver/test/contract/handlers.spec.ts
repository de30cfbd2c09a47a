/** The way to the HTTP handlers: redirects, certificates, silence, answers that come before the body was sent. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { handlersOf, rawContent, uploadRawDisk } from '../../src/content/disk-transfer.js';
import { realTime } from '../../src/real-time.js';
import { HttpHandlers } from '../../src/transport/http-handlers.js';
import { makeDisk, NO_LIMIT, openPool, ourTasks, type PoolUnderTest } from './pool-under-test.js';
import { allOf } from '../all-of.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const MIB = 2 ** 20;

describe('handlers of a pool', () => {
  let bench: PoolUnderTest | undefined;
  afterEach(async () => bench?.close());

  it('follow the pool to the host that sees the storage, with the whole body (D44)', async () => {
    bench = await openPool();
    const { pool } = bench;
    const vdi = await makeDisk(bench, 4 * MIB);
    const sr = pool.cache.find('VDI', vdi)!.SR!;
    const [blind] = pool.cache.referring('PBD', 'SR', sr);
    await bench.call('PBD.unplug', blind!.ref);
    const address = pool.cache.find('host', blind!.record.host)!.address;
    const task = await bench.call<string>('task.create', 'redirected', '');
    let opened = 0;
    const bytes = Buffer.alloc(MIB, 5);
    const answer = await handlersOf(pool).put({
      path: '/import_raw_vdi',
      query: { vdi, format: 'raw', task_id: task },
      address,
      signal: NO_LIMIT,
      bytes: bytes.length,
      open: () => {
        opened += 1;
        return rawContent(bytes).open();
      },
    });
    answer.discard();
    expect(answer.status).toBe(200);
    expect(opened).toBe(2);
    await expect.poll(() => bench!.call('task.get_status', task)).toBe('success');
  });

  it('are reached under the pinned certificate only', async () => {
    const tls = { key: fixture('pool-key.pem'), cert: fixture('pool-cert.pem') };
    bench = await openPool({ tls: [tls, tls, tls] }, () => ({ ca: tls.cert }));
    const vdi = await makeDisk(bench, 4 * MIB);
    await uploadRawDisk(bench.pool, vdi, rawContent(Buffer.alloc(MIB, 1)), { signal: NO_LIMIT });
    const url = bench.server.hosts[0]!.url;
    const stranger = new HttpHandlers(url, { fingerprints: ['00'.repeat(32)] });
    const request = { path: '/rrd_updates?start=1', session: 'secret', signal: NO_LIMIT };
    await expect(stranger.get(request)).rejects.toMatchObject({ kind: 'untrusted', maybeDone: false });
    await expect.poll(() => ourTasks(bench!)).toEqual([]);
  });
});

describe('a host that is hard to talk to', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function hostThat(serve: (request: IncomingMessage, response: ServerResponse) => void) {
    server = createServer(serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new HttpHandlers(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {});
  }

  async function* body(pieces: number): AsyncGenerator<Uint8Array> {
    for (let piece = 0; piece < pieces; piece += 1) yield Buffer.alloc(MIB, piece);
  }
  const upload = (pieces: number, more: object = {}) => ({
    path: '/import',
    session: 's',
    signal: NO_LIMIT,
    bytes: pieces * MIB,
    body: body(pieces),
    ...more,
  });

  it('is heard when it refuses before the body was sent', async () => {
    const host = await hostThat((request, response) => {
      response.writeHead(403, { connection: 'close' });
      response.end('no', () => request.socket.destroySoon());
    });
    const answer = await host.put(upload(64));
    answer.discard();
    expect(answer.status).toBe(403);
  });

  it('gets the whole body when it says 200 first', async () => {
    let received = 0;
    const host = await hostThat((request, response) => {
      response.writeHead(200, { connection: 'close' });
      response.flushHeaders();
      request.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      request.on('end', () => response.end());
    });
    const answer = await host.put(upload(16));
    for await (const _ of answer.body) expect(_).toBeDefined();
    expect(received).toBe(16 * MIB);
  });

  it('is given up when it is silent, in both directions', async () => {
    const host = await hostThat((request, response) => {
      if (request.method === 'PUT') return;
      response.writeHead(200);
      response.write('first');
    });
    await expect(host.put(upload(32, { stallMs: 200 }))).rejects.toMatchObject({ kind: 'lost' });
    const answer = await host.get({ path: '/export', session: 's', signal: NO_LIMIT, stallMs: 200 });
    const read = allOf(answer.body);
    await expect(read).rejects.toMatchObject({ kind: 'lost' });
  });

  it('that is cut in the middle is an error, not an end', async () => {
    const host = await hostThat((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    const answer = await host.get({ path: '/export', session: 's', signal: NO_LIMIT });
    await expect(allOf(answer.body)).rejects.toMatchObject({ kind: 'lost' });
  });

  it('is not written to for ever: it takes no more than it reads', async () => {
    let given = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 256; piece += 1) {
        given += 1;
        yield Buffer.alloc(MIB);
      }
    }
    const host = await hostThat((request) => request.pause());
    const stop = new AbortController();
    const put = host.put({ ...upload(256), body: counted(), signal: stop.signal, stallMs: 300 });
    await expect(put).rejects.toMatchObject({ kind: 'lost' });
    expect(given).toBeLessThan(64);
  });

  it('may be silent for long once it is a pipe', async () => {
    const host = await hostThat(() => undefined);
    server.on('connect', (_, socket: Duplex) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nhello');
      socket.on('data', (chunk: Buffer) => socket.write(chunk));
    });
    const request = { path: '/console?uuid=x', session: 's', signal: NO_LIMIT, stallMs: 100 };
    const { pipe } = await host.connect(request);
    const pieces = pipe![Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    expect(String((await pieces.next()).value)).toBe('hello');
    // Longer than the limit for its answer.
    await realTime.sleep(300);
    pipe!.write('still there');
    expect(String((await pieces.next()).value)).toBe('still there');
    pipe!.destroy();
  });

  it('gets nothing that is longer or shorter than announced', async () => {
    const host = await hostThat((request, response) => {
      request.resume();
      request.on('end', () => response.end());
    });
    await expect(host.put({ ...upload(2), bytes: MIB })).rejects.toMatchObject({ kind: 'aborted' });
    await expect(host.put({ ...upload(2), bytes: 3 * MIB })).rejects.toMatchObject({ kind: 'aborted' });
  });
});
