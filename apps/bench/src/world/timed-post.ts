/** POST /v1/vsys with a clock, whatever the answer is. */
import { randomUUID } from 'node:crypto';
import { request, type Agent } from 'undici';
import { bodyOf, type Order, type Tenant } from './tenant.js';

export interface TimedAnswer {
  /** From sending the request to having read the answer. */
  readonly ms: number;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

export async function timedPost(tenant: Tenant, agent: Agent, order: Order): Promise<TimedAnswer> {
  const body = JSON.stringify(bodyOf(order, tenant.vdcId));
  const started = performance.now();
  const {
    statusCode,
    headers,
    body: answer,
  } = await request(`${tenant.url}/v1/vsys`, {
    method: 'POST',
    dispatcher: agent,
    headers: {
      authorization: `Bearer ${tenant.token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body,
  });
  const text = await answer.text();
  const retryAfter = headers['retry-after'];
  return {
    ms: performance.now() - started,
    status: statusCode,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    text,
  };
}
