/** The public API as the demo tenant uses it. */
import { randomUUID } from 'node:crypto';
import {
  createClient,
  createConfig,
  createVsys,
  listVdcs,
  waitForOperation,
  type OperationView,
} from '@openvsys/api-client';

export interface Order {
  readonly name: string;
  readonly descriptor: { readonly name: string } | { readonly source: string };
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface Admitted {
  readonly vsysId: string;
  readonly operationId: string;
}

export interface Tenant {
  readonly url: string;
  readonly token: string;
  readonly vdcId: string;
  /** POST /v1/vsys. Throws with the problem's words unless it is accepted. */
  create(order: Order): Promise<Admitted>;
  /** Waits for the end, good or bad. Throws when it does not come within the limit. */
  finish(operationId: string, limitMs: number): Promise<OperationView>;
}

/** The longest wait that the API allows, seconds. */
const LONGEST_WAIT = 120;

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

export function bodyOf(order: Order, vdcId: string) {
  const { name, descriptor, parameters } = order;
  const design = 'source' in descriptor ? descriptor : { descriptor };
  return { name, vdcId, ...design, parameters: { ...parameters } };
}

export async function connectTenant(url: string, token: string): Promise<Tenant> {
  const headers = { Authorization: `Bearer ${token}` };
  const client = createClient(createConfig({ baseUrl: url, headers }));
  const { data: vdcs } = await listVdcs({ client });
  const vdcId = vdcs?.items[0]?.id;
  if (vdcId === undefined) throw new Error('the demo tenant has no VDC');
  return {
    url,
    token,
    vdcId,
    async create(order) {
      const { data, error } = await createVsys({
        client,
        body: bodyOf(order, vdcId),
        headers: { 'Idempotency-Key': randomUUID() },
      });
      if (data === undefined) throw new Error(`not accepted: ${JSON.stringify(error)}`);
      if (!('operation' in data)) throw new Error('a plan came instead of an operation');
      return { vsysId: data.vsysId, operationId: data.operation.id };
    },
    async finish(operationId, limitMs) {
      const deadline = performance.now() + limitMs;
      while (performance.now() < deadline) {
        const { data, error } = await waitForOperation({
          client,
          path: { operationId },
          query: { timeout: LONGEST_WAIT },
        });
        // The API answers 409 with the operation in it when that failed.
        const operation = data ?? (error as OperationView | undefined);
        if (operation?.state === undefined) throw new Error(`${operationId}: ${JSON.stringify(error)}`);
        if (ENDED.has(operation.state)) return operation;
      }
      throw new Error(`operation ${operationId} did not end within ${limitMs} ms`);
    },
  };
}
