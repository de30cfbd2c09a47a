/** The HandlerWay over sockets: Node's HTTP client on connections that are checked like those of the calls. */
import { request as openRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type { buildConnector } from 'undici';
import { connectorFor, type Trust } from './endpoint.js';
import type { HandlerAnswer, HandlerPipe, HandlerRequest, HandlerUpload, HandlerWay } from './handler-way.js';
import { failureOf } from './transport-failure.js';
import { TransportError } from './transport.js';

const CONNECT_TIMEOUT_MS = 5_000;
const STALL_MS = 60_000;
/** When all is sent the pool writes it to its storage before it answers. */
const ANSWER_MS = 10 * 60_000;
/** A redirect or refusal comes before the body is read; so long is waited for one before the body is sent. */
const EARLY_ANSWER_MS = 50;

export class HttpHandlers implements HandlerWay {
  private readonly url: URL;
  private readonly connector: buildConnector.connector;

  constructor(url: string, trust: Trust) {
    this.url = new URL(url);
    this.connector = connectorFor(trust, CONNECT_TIMEOUT_MS);
  }

  async get(request: HandlerRequest): Promise<HandlerAnswer> {
    const client = this.start('GET', request, {});
    client.end();
    return this.answerOf(client, await this.responseTo(client, request), request);
  }

  async put(request: HandlerUpload): Promise<HandlerAnswer> {
    const client = this.start('PUT', request, { 'content-length': String(request.bytes) });
    client.flushHeaders();
    const response = this.responseTo(client, request);
    const early = await Promise.race([response, sleep(EARLY_ANSWER_MS, undefined)]);
    if (early !== undefined && early.statusCode !== 200) return this.answerOf(client, early, request);
    const stop = new AbortController();
    const sent = sendBody(client, request, stop.signal);
    try {
      // The answer counts even if the body could not be sent to its end: it says why.
      const answered = await Promise.race([response, sent.then(async () => response)]);
      if (answered.statusCode === 200) await sent;
      return this.answerOf(client, answered, request);
    } catch (error) {
      const late = await Promise.race([response.catch(() => undefined), sleep(EARLY_ANSWER_MS, undefined)]);
      if (late !== undefined && late.statusCode !== 200) return this.answerOf(client, late, request);
      client.destroy();
      throw failureOf(error, request.signal, this.url.origin);
    } finally {
      stop.abort();
      await sent.catch(() => undefined);
    }
  }

  async connect(request: HandlerRequest): Promise<HandlerPipe> {
    const client = this.start('CONNECT', request, {});
    const opened = new Promise<HandlerPipe>((resolve, reject) => {
      client.once('connect', (response, socket: Duplex, head: Buffer) => {
        if (head.length > 0) socket.unshift(head);
        // Only the answer is bounded: a pipe may be silent for hours.
        if (socket instanceof Socket) socket.setTimeout(0);
        resolve(this.pipeOf(response, socket));
      });
      client.once('error', reject);
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error), { once: true });
    });
    client.end();
    try {
      return await opened;
    } catch (error) {
      throw failureOf(error, request.signal, this.url.origin);
    }
  }

  private pipeOf(response: IncomingMessage, socket: Duplex): HandlerPipe {
    const status = response.statusCode ?? 0;
    const isOpen = status === 200;
    if (!isOpen) socket.destroy();
    return { status, location: response.headers.location, pipe: isOpen ? socket : undefined };
  }

  private start(
    method: string,
    { path, session, signal, stallMs }: HandlerRequest,
    more: Readonly<Record<string, string>>,
  ): ClientRequest {
    if (signal.aborted) throw new TransportError('withdrawn', 'The transfer was given up before it began.');
    const { protocol, hostname, port, host } = this.url;
    const client = openRequest({
      method,
      path,
      host: hostname,
      headers: { host, 'user-agent': 'OpenVSYS', cookie: `session_id=${session}`, ...more },
      signal,
      createConnection: (_options, done) => {
        this.connector({ hostname, host, protocol, port }, (error, socket) => {
          if (error === null && socket instanceof Socket) done(null, socket);
          // Node ignores the stream when there is an error, but its type wants one.
          else done(error ?? new Error('no socket'), new Socket());
        });
        return undefined;
      },
    });
    client.setTimeout(stallMs ?? STALL_MS, () =>
      client.destroy(new TransportError('lost', `${this.url.origin} made no progress for too long.`)),
    );
    return client;
  }

  private async responseTo(client: ClientRequest, { signal }: HandlerRequest): Promise<IncomingMessage> {
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      client.once('response', resolve);
      client.on('error', reject);
      client.once('close', () => reject(new TransportError('lost', 'The connection was closed unanswered.')));
      // While it is being connected the request itself does not hear the signal.
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const translated = response.catch((error: unknown) => {
      throw failureOf(error, signal, this.url.origin);
    });
    // Whoever raced it may have stopped listening.
    translated.catch(() => undefined);
    return translated;
  }

  private answerOf(
    client: ClientRequest,
    response: IncomingMessage,
    { signal }: HandlerRequest,
  ): HandlerAnswer {
    const origin = this.url.origin;
    const discard = (): void => {
      response.on('error', () => undefined);
      client.destroy();
    };
    return {
      status: response.statusCode ?? 0,
      location: response.headers.location,
      contentType: response.headers['content-type'] ?? '',
      body: bodyOf(response, discard, (error) => failureOf(error, signal, origin)),
      discard,
    };
  }
}

async function* bodyOf(
  response: IncomingMessage,
  discard: () => void,
  translate: (error: unknown) => TransportError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw translate(error);
  } finally {
    discard();
  }
}

/** Writes as fast as the other side takes it. Ends early, without error, when the signal fires. */
async function sendBody(client: ClientRequest, upload: HandlerUpload, stop: AbortSignal): Promise<void> {
  let sent = 0;
  const failed = finished(client, { readable: false, cleanup: true });
  failed.catch(() => undefined);
  for await (const chunk of upload.body) {
    if (stop.aborted) return;
    sent += chunk.length;
    if (sent > upload.bytes) break;
    if (!client.write(chunk)) await Promise.race([drained(client, stop), failed]);
    upload.onSent?.(sent);
  }
  if (stop.aborted) return;
  if (sent !== upload.bytes) {
    client.destroy();
    throw new TransportError('aborted', 'The data has another length than was announced.');
  }
  client.setTimeout(ANSWER_MS);
  client.end();
}

async function drained(client: ClientRequest, stop: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      client.off('drain', done);
      stop.removeEventListener('abort', done);
      resolve();
    };
    client.once('drain', done);
    stop.addEventListener('abort', done, { once: true });
  });
}
