// Purpose: a client of a served pool over real sockets: JSON-RPC calls, uploads, downloads, tasks.
import { request as httpRequest } from 'node:http';
import { startSimServer, type SimServer, type SimServerOptions } from '@openvsys/xcp-sim';
import { expect, vi } from 'vitest';
import { vdiRecord } from './pool-under-test.js';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface TaskEnd {
  status: string;
  result: string;
  error_info: string[];
  progress: number;
}

export interface HttpClient {
  server: SimServer;
  session: string;
  /** An SR of the pool, the first. */
  sr: string;
  call<T = string>(method: string, ...params: unknown[]): Promise<T>;
  /** A GET or PUT with the session in the query, on the host with this number. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  makeDisk(changes?: Record<string, unknown>): Promise<string>;
  /** Waits for the end of a task and removes it. */
  taskEnd(task: string): Promise<TaskEnd>;
  upload(path: string, body: Uint8Array): Promise<TaskEnd>;
  close(): Promise<void>;
}

export interface SendOptions {
  body?: Uint8Array;
  host?: number;
  headers?: Record<string, string>;
  session?: string;
}

export async function serveAndLogin(options: Partial<SimServerOptions> = {}): Promise<HttpClient> {
  const server = await startSimServer({ templates: [], ...options });
  const urlOf = (host: number): string => server.hosts[host]?.url ?? '';
  const rpc = async (method: string, params: unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const answer = (await (await fetch(`${urlOf(0)}/jsonrpc`, { method: 'POST', body })).json()) as {
      result?: unknown;
      error?: { message: string; data: string[] };
    };
    if (answer.error !== undefined)
      throw Object.assign(new Error(answer.error.message), {
        code: answer.error.message,
        params: answer.error.data,
      });
    return answer.result;
  };
  const session = (await rpc('session.login_with_password', ['root', 'secret', '1.0', 'tests'])) as string;
  const call = async <T = string>(method: string, ...params: unknown[]): Promise<T> =>
    (await rpc(method, [session, ...params])) as T;
  const [sr = ''] = await call<string[]>('SR.get_all');
  const send = (method: string, path: string, sending: SendOptions = {}): Promise<Answer> => {
    const mark = path.includes('?') ? '&' : '?';
    const url = `${urlOf(sending.host ?? 0)}${path}${mark}session_id=${sending.session ?? session}`;
    return sendHttp(method, url, sending);
  };
  const taskEnd = (task: string): Promise<TaskEnd> => endOfTask(call, task);
  return {
    server,
    session,
    sr,
    call,
    send,
    makeDisk: (changes) => call('VDI.create', vdiRecord(sr, { virtual_size: 8 * 2 ** 20, ...changes })),
    taskEnd,
    upload: async (path, body) => {
      const task = await call('task.create', 'upload', '');
      const answer = await send('PUT', `${path}&task_id=${task}`, { body });
      expect(answer.status).toBe(200);
      return taskEnd(task);
    },
    close: async () => {
      expect(server.pool.crashes).toEqual([]);
      await server.close();
    },
  };
}

async function endOfTask(call: HttpClient['call'], task: string): Promise<TaskEnd> {
  await vi.waitFor(
    async () => expect((await call<TaskEnd>('task.get_record', task)).status).not.toBe('pending'),
    { timeout: 10_000, interval: 5 },
  );
  const record = await call<TaskEnd>('task.get_record', task);
  await call('task.destroy', task);
  return record;
}

/** One request on a connection of its own; a connection that is cut after the head ends the body. */
export function sendHttp(method: string, url: string, { body, headers }: SendOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const request = httpRequest(
      url,
      { method, agent: false, headers: { ...length, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        const finish = (): void =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          });
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', finish);
        response.on('error', finish);
        // After the head only its body counts: the server may stop reading ours.
        request.removeAllListeners('error');
        request.on('error', finish);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
