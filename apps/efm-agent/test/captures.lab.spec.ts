/** Packets for tenants: taken with the real tcpdump, sent over real TLS to whoever asked. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EfmAgent } from '../src/agent.js';
import { ApiClient } from '../src/api/api-client.js';
import { TokenKeeper } from '../src/api/token-keeper.js';
import { capturePackets, filterOf, type CaptureOrder } from '../src/captures/capture.js';
import { Captures } from '../src/captures/captures.js';
import { countPackets, wholePackets } from '../src/captures/pcap.js';
import { makeAuthority, makeCertificate } from '../src/lab/certificates.js';
import { findObstacle, needs, type Tool } from '../src/lab/requirements.js';
import { LogBook } from '../src/report/log-book.js';
import type { Settings } from '../src/settings.js';

const TOOLS: readonly Tool[] = ['tcpdump', 'openssl'];
const PORT = 47_811;
const never = new AbortController().signal;
const order = (changes: Partial<CaptureOrder> = {}): CaptureOrder => ({
  id: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
  interface: 'lo',
  seconds: 20,
  maxBytes: 4_096,
  bytesPerPacket: 65_535,
  protocol: 'udp',
  host: '127.0.0.1',
  port: PORT,
  ...changes,
});

const clientOf = (apiUrl: URL, ca: string): ApiClient => {
  const settings = { apiUrl, ca, token: 't', stateFolder: folder } as Settings;
  return new ApiClient(settings, new TokenKeeper(settings));
};

let folder: string;
let server: Server | undefined;
let talking: NodeJS.Timeout | undefined;
const socket = createSocket('udp4');
const received: { path: string; type: string; body: Buffer }[] = [];

/** Somebody who never stops talking, to the port and beside it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openvsys-capture-'));
  socket.on('error', () => undefined);
  talking = setInterval(() => {
    socket.send(Buffer.alloc(500), PORT, '127.0.0.1');
    socket.send(Buffer.alloc(500), PORT + 1, '127.0.0.1');
  }, 5);
});
afterAll(() => {
  clearInterval(talking);
  socket.close();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

it('says a wish in words of the filter, none of which is a program', () => {
  expect(filterOf(order())).toEqual(['udp', 'and', 'host', '127.0.0.1', 'and', 'port', String(PORT)]);
  expect(filterOf({ protocol: null, host: null, port: null })).toEqual([]);
});

it('cuts files between packets', () => {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4);
  const packet = Buffer.alloc(16 + 10);
  packet.writeUInt32LE(10, 8);
  const file = Buffer.concat([head, packet, packet, packet.subarray(0, 20)]);
  expect(wholePackets(file, 1_000)).toHaveLength(24 + 52);
  expect(wholePackets(file, 60)).toHaveLength(24 + 26);
  expect(countPackets(wholePackets(file, 1_000))).toBe(2);
  expect(wholePackets(Buffer.alloc(3), 10)).toHaveLength(0);
});

it('ends when enough was seen, or when the time is over', async (context) => {
  needs(context, ...TOOLS);
  const started = performance.now();
  const file = await capturePackets(order(), never);
  expect(performance.now() - started).toBeLessThan(15_000);
  expect(file.length).toBeLessThanOrEqual(4_096);
  expect(countPackets(file)).toBeGreaterThanOrEqual(6);
  const quiet = await capturePackets(order({ seconds: 1, port: PORT + 7 }), never);
  expect(countPackets(quiet)).toBe(0);
  await expect(capturePackets(order({ interface: 'none0' }), never)).rejects.toThrow('none0');
});

it('sends what was asked for, and why it could not', async (context) => {
  needs(context, ...TOOLS);
  expect(findObstacle(TOOLS)).toBeUndefined();
  const ca = makeAuthority(folder, 'mine').cert;
  const orders = [order({ maxBytes: 2_048 }), order({ id: 'second', interface: 'none0' })];
  server = createServer(makeCertificate(folder, 'mine', 'api', 'IP:127.0.0.1'), (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (path.endsWith('/captures')) return void response.end(JSON.stringify({ items: orders }));
      received.push({ path, type: request.headers['content-type'] ?? '', body: Buffer.concat(chunks) });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = clientOf(new URL(`https://127.0.0.1:${port}`), ca);
  const captures = new Captures(client, new LogBook());
  await captures.take(never);
  await captures.idle();
  client.close();
  expect(received.map(({ path }) => path)).toEqual(orders.map(({ id }) => `/agent/v1/captures/${id}`));
  expect(received[0]?.type).toBe('application/vnd.tcpdump.pcap');
  expect(countPackets(received[0]!.body)).toBeGreaterThan(1);
  expect(JSON.parse(received[1]!.body.toString())).toEqual({ error: expect.stringContaining('none0') });
});

it('is begun by the agent as soon as the API says that somebody asks', async (context) => {
  needs(context, ...TOOLS);
  const ca = makeAuthority(folder, 'agents').cert;
  const asked: string[] = [];
  const sent = Promise.withResolvers<Buffer>();
  let isWaiting = true;
  const api = createServer(makeCertificate(folder, 'agents', 'api', 'IP:127.0.0.1'), (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push(path);
      if (path.endsWith('/captures')) {
        isWaiting = false;
        return void response.end(JSON.stringify({ items: [order({ maxBytes: 2_048 })] }));
      }
      if (path.includes('/captures/')) sent.resolve(Buffer.concat(chunks));
      const isPoll = path.includes('/document');
      response
        .writeHead(isPoll ? 304 : 204, isPoll && isWaiting ? { 'openvsys-captures': 'waiting' } : {})
        .end();
    });
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const ending = new AbortController();
  const agent = new EfmAgent({
    apiUrl: new URL(`https://127.0.0.1:${(api.address() as AddressInfo).port}`),
    token: 'the-token-of-the-appliance',
    ca,
    stateFolder: join(folder, 'state'),
    runFolder: join(folder, 'run'),
    pollSeconds: 1,
    reportSeconds: 60,
    lookSeconds: 60,
    confirmSeconds: 5,
    kernelLog: null,
  });
  const running = agent.run(ending.signal);
  expect(countPackets(await sent.promise)).toBeGreaterThan(1);
  expect(asked.filter((path) => path.endsWith('/captures'))).toHaveLength(1);
  ending.abort();
  await running;
  api.closeAllConnections();
  api.close();
});
