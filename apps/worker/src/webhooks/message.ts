/** What a webhook is sent: the event as JSON, signed by the scheme of Standard Webhooks (standardwebhooks.com). */
import type { EventRecord } from '@openvsys/persistence';
import { Webhook } from 'standardwebhooks';

export interface WebhookMessage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The same event always has the same id, however often it is sent: receivers tell repeats by it. `secrets` begin with
 * `whsec_`; each adds a signature, so that a receiver that knows one of them believes it. `sentAt` bounds replay by others.
 */
export function composeMessage(event: EventRecord, secrets: readonly string[], sentAt: Date): WebhookMessage {
  const { id, type, at, organizationId, vsysId, resource, data } = event;
  const body = JSON.stringify({ id, type, timestamp: at, organizationId, vsysId, resource, data });
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, sentAt, body));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
      'webhook-signature': signatures.join(' '),
    },
  };
}
