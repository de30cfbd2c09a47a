/** The API as an appliance sees it, in the hands of a test: serves documents, takes reports, can be away. */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentDocument } from '../document.js';
import type { Report } from '../report/report.js';
import type { KeyPair } from './certificates.js';

export class FakeApi {
  readonly reports: Report[] = [];
  private wanted: AgentDocument | undefined;
  private readonly waiting = new Set<() => void>();
  private isAway = false;
  private askedAt = 0;

  private constructor(
    private readonly server: Server,
    private readonly token: string,
  ) {}

  static async listen(socket: string, pair: KeyPair, token: string): Promise<FakeApi> {
    const server = createServer(pair);
    const api = new FakeApi(server, token);
    server.on('request', (request, response) => void api.serve(request, response));
    await new Promise<void>((resolve) => {
      server.listen(socket, resolve);
    });
    return api;
  }

  want(document: AgentDocument): void {
    this.wanted = document;
    this.askedAt = this.reports.length;
    for (const wake of this.waiting) wake();
  }

  /** Connections are cut and new ones get no answer until it is back. */
  goAway(): void {
    this.isAway = true;
    this.server.closeAllConnections();
  }

  comeBack(): void {
    this.isAway = false;
  }

  /** The first report since the document was asked for that fits. */
  async report(what: string, fits: (report: Report) => boolean, limitMs = 12_000): Promise<Report> {
    const end = performance.now() + limitMs;
    while (performance.now() < end) {
      const found = this.reports.slice(this.askedAt).find(fits);
      if (found) return found;
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    const last = JSON.stringify(this.reports.at(-1));
    throw new Error(`no report in which ${what}; ${this.reports.length} came, the last was ${last}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isAway) return void request.socket.destroy();
    if (request.headers.authorization !== `Bearer ${this.token}`) return void response.writeHead(401).end();
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      this.reports.push(JSON.parse(body) as Report);
      return void response.writeHead(204).end();
    }
    const wait = Number(new URL(request.url ?? '/', 'https://api').searchParams.get('wait'));
    const have = request.headers['if-none-match'];
    await this.news(have, wait * 1000, response);
    if (this.wanted === undefined || this.isKnown(have)) return void response.writeHead(304).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.wanted));
  }

  private isKnown(have: string | undefined): boolean {
    return have === `"${this.wanted?.document.hash}"`;
  }

  private async news(have: string | undefined, ms: number, response: ServerResponse): Promise<void> {
    if (this.wanted !== undefined && !this.isKnown(have)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
      response.once('close', done);
    });
  }
}
