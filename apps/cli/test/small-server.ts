/** A server that answers as a test says, to see what the CLI does with it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface SmallServer {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** Answers all requests from now on. */
  handler: Handler;
}

/** Registers set-up and tear-down. */
export function useSmallServer(): SmallServer {
  const state = { url: '', requests: [] as IncomingMessage[], handler: notFound };
  const server = createServer((request, response) => {
    state.requests.push(request);
    state.handler(request, response);
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    state.requests.length = 0;
    state.handler = notFound;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return state;
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(body));
}

const notFound: Handler = (_request, response) =>
  json(response, 404, { title: 'There is no such thing', status: 404, code: 'not-found' });
