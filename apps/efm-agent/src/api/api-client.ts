/** The calls that an appliance makes. Bounded in time and size; the token is in the header and nowhere else. */
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { parseDocument, type AgentDocument } from '../document.js';
import type { CaptureOrder } from '../captures/capture.js';
import type { ProbeOrder } from '../probes/service-probe.js';
import type { Report } from '../report/report.js';
import type { Settings } from '../settings.js';
import { TokenKeeper } from './token-keeper.js';
import { findDistrust } from './verify-peer.js';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly date: Date | undefined;
  readonly hasCaptures: boolean;
  readonly hasProbes: boolean;
  readonly isTokenDue: boolean;
}

/** No answer, or one that makes no sense. `status` 0: no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A document of 10,000 rules is some 2 MiB. */
const BODY_LIMIT = 32 * 1024 * 1024;
/** An answer that was not told to wait comes within this, ms. */
const ANSWER_MS = 15_000;
/** Some MiB of packets over a slow line, ms. */
const UPLOAD_MS = 120_000;
/** Of an answer: somebody asked for packets. */
const CAPTURES_HEADER = 'openvsys-captures';
/** Of an answer: somebody waits for a port of a server. */
const PROBES_HEADER = 'openvsys-probes';
/** Of the answer to a report: it is time for another token. */
const TOKEN_HEADER = 'openvsys-token';
const UNAUTHENTICATED = 401;

export class ApiClient {
  private agent: Agent;
  private readonly trusted = new WeakSet<TLSSocket>();
  /** Difference between the API's clock and this one at the last answer, ms; positive: this one is behind. */
  clockBehindMs = 0;
  /** The last answer said that somebody asked for packets. */
  hasCaptures = false;
  /** It said that somebody waits for a port of a server. */
  hasProbes = false;

  /** The last report's answer said that it is time for another token. */
  isTokenDue = false;

  constructor(
    private readonly settings: Settings,
    private readonly tokens: TokenKeeper = new TokenKeeper(settings),
  ) {
    this.agent = connectionsTo(settings);
  }

  /**
   * Forgets open connections: one from before a change of the network may live on where a new one would not. A poll that
   * waits is ended by that and begins again.
   */
  reconnect(): void {
    this.agent.destroy();
    this.agent = connectionsTo(this.settings);
  }

  /** The document when it is another one than `have`; undefined when nothing new came within the wait. */
  async fetchDocument(
    have: string | undefined,
    waitSeconds: number,
    signal: AbortSignal,
  ): Promise<AgentDocument | undefined> {
    const headers = have === undefined ? {} : { 'if-none-match': `"${have}"` };
    const path = `agent/v1/document?wait=${waitSeconds}`;
    const answer = await this.call('GET', path, {
      headers,
      timeoutMs: waitSeconds * 1000 + ANSWER_MS,
      signal,
    });
    if (answer.status === 304) return undefined;
    if (answer.status === 200) return parseDocument(answer.body);
    throw refused(answer);
  }

  async sendReport(report: Report, signal: AbortSignal): Promise<void> {
    const options = { body: JSON.stringify(report), timeoutMs: ANSWER_MS, signal };
    const answer = await this.call('POST', 'agent/v1/reports', {
      ...options,
      headers: { 'content-type': 'application/json' },
    });
    if (answer.status >= 300) throw refused(answer);
    this.isTokenDue = answer.isTokenDue;
  }

  /** From now on the agent shows another token. Throws ApiError, and when the disk is full; then the present one stays. */
  async renewToken(signal: AbortSignal): Promise<void> {
    const answer = await this.call('POST', 'agent/v1/token', { headers: {}, timeoutMs: ANSWER_MS, signal });
    if (answer.status !== 200) throw refused(answer);
    await this.tokens.replace((JSON.parse(answer.body) as { token: string }).token);
    this.isTokenDue = false;
  }

  /** Wishes for packets, each handed out once. Throws ApiError. */
  async startCaptures(signal: AbortSignal): Promise<readonly CaptureOrder[]> {
    const answer = await this.call('POST', 'agent/v1/captures', {
      headers: {},
      timeoutMs: ANSWER_MS,
      signal,
    });
    if (answer.status !== 200) throw refused(answer);
    return (JSON.parse(answer.body) as { items: readonly CaptureOrder[] }).items;
  }

  /** What became of a wish. Throws ApiError. */
  async sendCapture(
    id: string,
    result: { readonly content: Buffer } | { readonly error: string },
    signal: AbortSignal,
  ): Promise<void> {
    const [type, body] =
      'content' in result
        ? ['application/vnd.tcpdump.pcap', result.content]
        : ['application/json', JSON.stringify(result)];
    const options = { headers: { 'content-type': type }, body, timeoutMs: UPLOAD_MS, signal };
    const answer = await this.call('POST', `agent/v1/captures/${id}`, options);
    if (answer.status >= 300) throw refused(answer);
  }

  /** Ports to look at, each handed out once. Throws ApiError. */
  async startProbes(signal: AbortSignal): Promise<readonly ProbeOrder[]> {
    const answer = await this.call('POST', 'agent/v1/probes', { headers: {}, timeoutMs: ANSWER_MS, signal });
    if (answer.status !== 200) throw refused(answer);
    return (JSON.parse(answer.body) as { items: readonly ProbeOrder[] }).items;
  }

  /** `error` undefined: it answers. Throws ApiError. */
  async sendProbe(id: string, error: string | undefined, signal: AbortSignal): Promise<void> {
    const answer = await this.call('POST', `agent/v1/probes/${id}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(error === undefined ? {} : { error }),
      timeoutMs: ANSWER_MS,
      signal,
    });
    if (answer.status >= 300) throw refused(answer);
  }

  close(): void {
    this.agent.destroy();
  }

  private async call(
    method: string,
    path: string,
    options: {
      headers: Record<string, string>;
      body?: string | Buffer;
      timeoutMs: number;
      signal: AbortSignal;
    },
  ): Promise<Answer> {
    const { apiUrl } = this.settings;
    const { token } = this.tokens;
    const url = new URL(path, apiUrl.href.endsWith('/') ? apiUrl : `${apiUrl.href}/`);
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
    const headers = { ...options.headers, authorization: `Bearer ${token}` };
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const call = request(url, { method, agent: this.agent, headers, signal });
        call.once('error', reject);
        call.once('response', (response) => void readAnswer(response).then(resolve, reject));
        call.once('socket', (socket) => {
          // Nothing is sent before the peer is known.
          this.whenTrusted(socket as TLSSocket, url.hostname, (distrust) => {
            if (distrust === undefined) call.end(options.body);
            else call.destroy(new Error(`The API is not trusted: ${distrust}`));
          });
        });
      }).then((answer) => this.noteAnswer(answer, token));
    } catch (error) {
      throw new ApiError(0, error instanceof Error ? error.message : String(error));
    }
  }

  /** A connection is judged once, when it is made; later requests on it need not wait. */
  private whenTrusted(socket: TLSSocket, host: string, then: (distrust: string | undefined) => void): void {
    if (this.trusted.has(socket)) return then(undefined);
    socket.once('secureConnect', () => {
      const distrust = findDistrust(socket, host, this.settings.ca);
      if (distrust === undefined) this.trusted.add(socket);
      then(distrust);
    });
  }

  private noteAnswer(answer: Answer, token: string): Answer {
    // A poll that began before a renewal may be refused late: that says nothing about the present token.
    if (answer.status === UNAUTHENTICATED && token === this.tokens.token) this.tokens.swap();
    this.hasCaptures = answer.hasCaptures;
    this.hasProbes = answer.hasProbes;
    if (answer.date !== undefined) this.clockBehindMs = answer.date.getTime() - Date.now();
    return answer;
  }
}

/** One poll that waits and one report at a time. Trust is judged in `whenTrusted`, before anything is sent. */
function connectionsTo({ ca }: Settings): Agent {
  return new Agent({
    keepAlive: true,
    maxSockets: 2,
    ca,
    rejectUnauthorized: false,
    // A resumed session shows no certificate to judge.
    maxCachedSessions: 0,
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('The answer of the API is too long.');
    chunks.push(chunk);
  }
  const { date } = response.headers;
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).toString('utf8'),
    date: date === undefined ? undefined : new Date(date),
    hasCaptures: response.headers[CAPTURES_HEADER] !== undefined,
    hasProbes: response.headers[PROBES_HEADER] !== undefined,
    isTokenDue: response.headers[TOKEN_HEADER] !== undefined,
  };
}

/** What a refusal may carry into logs. */
const REASON_LIMIT = 300;

function refused({ status, body }: Answer): ApiError {
  return new ApiError(status, `The API answers ${status}: ${body.slice(0, REASON_LIMIT)}`);
}
