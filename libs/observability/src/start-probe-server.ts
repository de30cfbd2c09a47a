/** `/metrics`, `/health/live` and `/health/ready` of a process that has no HTTP interface of its own. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface ProbeServerOptions {
  readonly host: string;
  /** 0 lets the system pick. */
  readonly port: number;
  readonly registry: Registry;
  /** Reasons why the process cannot do its work now; none means ready. */
  listFaults(): Promise<readonly string[]>;
}

export interface ProbeServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Resolves when it listens; rejects when the port is taken. */
export async function startProbeServer(options: ProbeServerOptions): Promise<ProbeServer> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', response, options).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(path: string, response: ServerResponse, options: ProbeServerOptions): Promise<void> {
  switch (path.split('?')[0]) {
    case '/metrics':
      response.writeHead(200, { 'content-type': options.registry.contentType });
      response.end(await options.registry.metrics());
      return;
    case '/health/live':
      sendJson(response, 200, { status: 'ok' });
      return;
    case '/health/ready': {
      const faults = await options.listFaults();
      if (faults.length === 0) sendJson(response, 200, { status: 'ok' });
      else sendJson(response, 503, { status: 'unavailable', faults });
      return;
    }
    default:
      sendJson(response, 404, { status: 'not found' });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
