/** Ports of servers, with real sockets on this machine's own loop. */
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { ApplianceInterface } from '@openvsys/vsys';
import { afterEach, describe, expect, it } from 'vitest';
import { LogBook } from '../report/log-book.js';
import { isInside, probeService, type ProbeOrder } from './service-probe.js';
import { ServiceProbes } from './service-probes.js';

const link = (name: string, ...addresses: readonly string[]): ApplianceInterface => ({
  name,
  mac: '02:00:00:00:00:01',
  addresses,
  virtualAddresses: [],
  mtu: 1500,
});
/** The loop stands for a VNet. */
const INTERFACES = [
  link('uplink', '198.51.100.2/24'),
  link('eth1', '127.0.0.1/8'),
  link('wg0', '10.99.0.1/24'),
];
const never = new AbortController().signal;

const servers: (Server | HttpServer)[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function listening(server: Server | HttpServer, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}
/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  servers.pop();
  server.close();
  await once(server, 'close');
  return port;
}
const order = (wish: Partial<ProbeOrder>): ProbeOrder => ({
  id: 'one',
  address: '127.0.0.1',
  port: 1,
  path: null,
  seconds: 60,
  ...wish,
});
const closing = () => createServer((socket) => socket.end());
const answering = (status: number) =>
  createHttpServer((_request, response) => void response.writeHead(status, { connection: 'close' }).end());

describe('a port', () => {
  it('is found to answer, also when it begins to later', async () => {
    const open = await listening(closing());
    await expect(probeService(order({ port: open }), INTERFACES, never)).resolves.toBeUndefined();
    const port = await freePort();
    const asked = probeService(order({ port }), INTERFACES, never);
    await listening(closing(), port);
    await expect(asked).resolves.toBeUndefined();
  });

  it('is silent when it does not within its time', async () => {
    const port = await freePort();
    await expect(probeService(order({ port, seconds: 0 }), INTERFACES, never)).rejects.toThrow('refuses');
  });

  it('answers a GET with 2xx or 3xx, or it is silent', async () => {
    for (const status of [200, 204, 302]) {
      const port = await listening(answering(status));
      await probeService(order({ port, path: '/up' }), INTERFACES, never);
    }
    const broken = await listening(answering(503));
    await expect(
      probeService(order({ port: broken, path: '/up', seconds: 0 }), INTERFACES, never),
    ).rejects.toThrow('answers 503');
  });

  it('is not asked any more when the agent ends', async () => {
    const ending = new AbortController();
    const asked = probeService(order({ port: await freePort() }), INTERFACES, ending.signal);
    ending.abort();
    await expect(asked).rejects.toThrow();
  });

  it.each([
    '198.51.100.7',
    '10.99.0.2',
    '169.254.169.254',
    '192.0.2.1',
    '::1',
    'localhost',
    '127.0.0.1.evil.test',
  ])('at %s, which is in no VNet of the appliance, is never asked', async (address) => {
    expect(isInside(address, INTERFACES)).toBe(false);
    await expect(probeService(order({ address, port: 80 }), INTERFACES, never)).rejects.toThrow(
      'in no network',
    );
  });
});

it('tells what it found of each order, all at once', async () => {
  const port = await listening(closing());
  const orders = [
    order({ id: 'open', port }),
    order({ id: 'closed', port: await freePort(), seconds: 0 }),
    order({ id: 'outside', address: '169.254.169.254' }),
  ];
  const told = new Map<string, string | undefined>();
  const client = {
    startProbes: async () => orders,
    sendProbe: async (id: string, error: string | undefined) => void told.set(id, error),
  };
  const probes = new ServiceProbes(client, new LogBook(), () => INTERFACES);
  await probes.take(never);
  await probes.idle();
  expect(told.get('open')).toBeUndefined();
  expect(told.get('closed')).toContain('refuses');
  expect(told.get('outside')).toContain('in no network');
  expect(told.size).toBe(3);
});
