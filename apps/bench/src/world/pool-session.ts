/** Somebody else's session on a pool, over the plain wire: what a client without any cache does. */
import { performance } from 'node:perf_hooks';

export interface PoolEventBatch {
  readonly token: string;
  readonly events: readonly { readonly class: string; readonly ref: string; readonly snapshot?: unknown }[];
}

export class PoolSession {
  private constructor(
    private readonly url: string,
    private readonly session: string,
  ) {}

  static async open(url: string, password: string): Promise<PoolSession> {
    const session = await post(url, 'session.login_with_password', ['root', password, '1.0', 'bench']);
    return new PoolSession(url, String(session.result));
  }

  async call(method: string, ...params: readonly unknown[]): Promise<unknown> {
    return (await post(this.url, method, [this.session, ...params])).result;
  }

  /** One read of everything in these classes (XenAPI event.from without a token), with its parsing; ms and bytes. */
  async bulkRead(classes: readonly string[]): Promise<{ readonly ms: number; readonly bytes: number }> {
    const began = performance.now();
    const { bytes } = await post(this.url, 'event.from', [this.session, classes, '', 30.1]);
    return { ms: performance.now() - began, bytes };
  }

  async events(classes: readonly string[], token: string): Promise<PoolEventBatch> {
    return (await this.call('event.from', classes, token, 30.1)) as PoolEventBatch;
  }

  async close(): Promise<void> {
    await this.call('session.logout');
  }
}

async function post(
  url: string,
  method: string,
  params: readonly unknown[],
): Promise<{ readonly result: unknown; readonly bytes: number }> {
  const answer = await fetch(`${url}/jsonrpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const text = await answer.text();
  const { result, error } = JSON.parse(text) as { result?: unknown; error?: unknown };
  if (error !== undefined && error !== null) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return { result, bytes: text.length };
}
