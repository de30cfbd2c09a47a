// Purpose: raw requests to a served pool, for tests that look at the bytes of an answer.
import { expect } from 'vitest';

export interface JsonAnswer {
  jsonrpc?: string;
  id: number | string;
  result?: unknown;
  error?: unknown;
}

/** An XML-RPC call body; `values` are the inner texts of `<value>`. */
export function xmlCall(method: string, ...values: string[]): string {
  const params = values.map((value) => `<param><value>${value}</value></param>`).join('');
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
}

export class WireClient {
  session = '';

  constructor(readonly url: string) {}

  async login(): Promise<void> {
    const { result } = await this.json2('session.login_with_password', ['root', 'secret', '1.0', 'wire']);
    this.session = String(result);
  }

  post(path: string, body: string): Promise<Response> {
    return fetch(`${this.url}${path}`, { method: 'POST', body });
  }

  async json2(method: string, params: readonly unknown[], id: number | string = 1): Promise<JsonAnswer> {
    const response = await this.post('/jsonrpc', JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return (await response.json()) as JsonAnswer;
  }

  async json1(method: string, params: readonly unknown[], id: number | string = 1): Promise<JsonAnswer> {
    const response = await this.post('/jsonrpc', JSON.stringify({ id, method, params }));
    return (await response.json()) as JsonAnswer;
  }

  /** The text of a successful JSON answer, with the digits as they are. */
  async jsonText(method: string, ...params: unknown[]): Promise<string> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [this.session, ...params] });
    return (await this.post('/jsonrpc', body)).text();
  }

  /** The text of an XML answer to a call with the session in front. */
  async xml(method: string, ...values: string[]): Promise<string> {
    const response = await this.post('/', xmlCall(method, this.session, ...values));
    expect(response.status).toBe(200);
    return response.text();
  }

  /** A call that must succeed. */
  async call<T = string>(method: string, ...params: unknown[]): Promise<T> {
    const answer = await this.json2(method, [this.session, ...params]);
    if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.result as T;
  }
}
