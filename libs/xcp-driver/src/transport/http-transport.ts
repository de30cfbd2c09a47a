/**
 * HTTP to one host: JSON-RPC first; a host that answers JSON with XML is an old one and gets XML-RPC from then on.
 */
import { Pool } from 'undici';
import { jsonRequest, jsonResult } from './json-rpc.js';
import { xmlRequest, xmlResult } from './xml-rpc.js';
import { TransportError, type CallOptions, type Transport } from './transport.js';
import { connectorFor, type Trust } from './endpoint.js';
import type { HandlerWay } from './handler-way.js';
import { HttpHandlers } from './http-handlers.js';
import { failureOf } from './transport-failure.js';

/** A dump of 70,000 objects is about 60 MB; more than this is not an answer but an attack or a defect. */
const MAX_ANSWER_BYTES = 256 * 2 ** 20;
/** Calls (≤ 20) and long polls (event stream, task watches) side by side. */
const MAX_CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 5_000;

type Dialect = 'json' | 'xml';

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export class HttpTransport implements Transport {
  private readonly pool: Pool;
  readonly handlers: HandlerWay;
  private dialect: Dialect = 'json';

  constructor(
    readonly url: string,
    trust: Trust,
  ) {
    this.handlers = new HttpHandlers(url, trust);
    this.pool = new Pool(new URL(url).origin, {
      connections: MAX_CONNECTIONS,
      pipelining: 1,
      connect: connectorFor(trust, CONNECT_TIMEOUT_MS),
      // Longer than a long poll; how long a call may take is decided per call.
      bodyTimeout: 0,
      headersTimeout: 0,
    });
  }

  async call(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    if (options.signal?.aborted === true)
      throw new TransportError('withdrawn', 'The call was given up before it was made.');
    if (this.dialect === 'xml') return this.callXml(method, params, options);
    const answer = await this.post('/jsonrpc', 'application/json', jsonRequest(method, params), options);
    if (answer.contentType.startsWith('application/json')) return jsonResult(answer.body, method);
    if (answer.status !== 200 || !answer.contentType.includes('xml')) {
      throw new TransportError('protocol', `${this.url} answered ${method} with HTTP ${answer.status}.`);
    }
    // XML to a JSON request: the call was not understood, so sending it again as XML does nothing twice.
    this.dialect = 'xml';
    return this.callXml(method, params, options);
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async callXml(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    const answer = await this.post('/', 'text/xml', xmlRequest(method, params), options);
    if (answer.status === 200) return xmlResult(answer.body, method);
    throw new TransportError('protocol', `${this.url} answered ${method} with HTTP ${answer.status}.`);
  }

  private async post(path: string, type: string, body: string, options: CallOptions): Promise<Answer> {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
    try {
      const response = await this.pool.request({
        method: 'POST',
        path,
        body,
        signal,
        headers: { 'content-type': type, 'user-agent': 'OpenVSYS' },
      });
      const header = response.headers['content-type'];
      const contentType = Array.isArray(header) ? (header[0] ?? '') : (header ?? '');
      return { status: response.statusCode, contentType, body: await readBounded(response.body) };
    } catch (error) {
      throw failureOf(error, options.signal, this.url);
    }
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES)
      throw new TransportError('protocol', 'The answer is larger than anything expected.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
