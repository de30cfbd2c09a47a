/** Webhooks as tenants keep them; `webhook-work.ts` is what workers do with them. */
import { DomainError, type OrganizationId, type Scope, type SealedText, type VdcId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { pageOf, readCursor, type Page, type PageRequest } from './paging.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export const WEBHOOK_STATES = ['enabled', 'disabled'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

export interface WebhookRecord {
  readonly id: string;
  /** Null: the provider's. */
  readonly organizationId: OrganizationId | null;
  readonly name: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly vsysIds: readonly string[];
  readonly vdcIds: readonly VdcId[] | null;
  readonly state: WebhookState;
  readonly previousSecretUntil: Date | null;
  readonly version: number;
  readonly failures: number;
  readonly pausedUntil: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

export interface WebhookSecrets {
  readonly secret: SealedText;
  readonly previousSecret: SealedText | null;
}

const COLUMNS = `w.id, w.organization_id AS "organizationId", w.name, w.url, w.types, w.vsys_ids AS "vsysIds",
  w.vdc_ids AS "vdcIds", w.state, w.previous_secret_until AS "previousSecretUntil", w.version, w.failures,
  w.paused_until AS "pausedUntil", w.last_success_at AS "lastSuccessAt", w.created_at AS "createdAt", w.changed_at AS "changedAt"`;

/** Callers that are limited to some VDCs see webhooks that are limited to these, too. */
function visibleTo(scope: Scope, parameters: Parameters): string {
  const tenant = scopeCondition(scope, { organization: 'w.organization_id' }, parameters);
  if (scope.vdcIds === null) return tenant;
  return `${tenant} AND w.vdc_ids <@ ${parameters.add(scope.vdcIds, 'uuid[]')}`;
}

const WRITE = `
INSERT INTO webhook (id, organization_id, name, url, types, vsys_ids, vdc_ids, state, secret, previous_secret,
  previous_secret_until, version, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5::text[], $6::text[], $7::uuid[], $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, types = excluded.types, vsys_ids = excluded.vsys_ids,
  vdc_ids = excluded.vdc_ids, state = excluded.state, secret = excluded.secret, previous_secret = excluded.previous_secret,
  previous_secret_until = excluded.previous_secret_until, version = excluded.version, changed_at = excluded.changed_at,
  failures = 0, paused_until = NULL`;

/** Adds it or replaces its terms; after a change it is tried at once. */
export async function writeWebhook(session: Session, webhook: WebhookRecord & WebhookSecrets): Promise<void> {
  await session.change(WRITE, [
    webhook.id,
    webhook.organizationId,
    webhook.name,
    webhook.url,
    webhook.types,
    webhook.vsysIds,
    webhook.vdcIds,
    webhook.state,
    webhook.secret,
    webhook.previousSecret,
    webhook.previousSecretUntil,
    webhook.version,
    webhook.createdAt,
    webhook.changedAt,
  ]);
}

/** Throws `not-found`. */
export async function getWebhook(session: Session, scope: Scope, id: string): Promise<WebhookRecord> {
  return oneWebhook<WebhookRecord>(session, scope, { id, columns: COLUMNS, lock: '' });
}

/** With its sealed secrets, its row locked until the transaction ends. Throws `not-found`. */
export async function lockWebhook(
  session: Session,
  scope: Scope,
  id: string,
): Promise<WebhookRecord & WebhookSecrets> {
  const columns = `${COLUMNS}, w.secret, w.previous_secret AS "previousSecret"`;
  return oneWebhook<WebhookRecord & WebhookSecrets>(session, scope, { id, columns, lock: 'FOR UPDATE' });
}

async function oneWebhook<Found>(
  session: Session,
  scope: Scope,
  { id, columns, lock }: { readonly id: string; readonly columns: string; readonly lock: '' | 'FOR UPDATE' },
): Promise<Found> {
  const parameters = new Parameters();
  const visible = visibleTo(scope, parameters);
  const found = await session.first<Found>(
    `SELECT ${columns} FROM webhook w WHERE w.id = ${parameters.add(id, 'uuid')} AND ${visible} ${lock}`,
    parameters.values,
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No webhook has the id “${id}”.`);
}

/** Newest first. */
export async function listWebhooks(
  session: Session,
  scope: Scope,
  request: PageRequest,
): Promise<Page<WebhookRecord>> {
  const before = readCursor('webhooks', request, 1);
  const parameters = new Parameters();
  const conditions = [visibleTo(scope, parameters)];
  if (before !== undefined) conditions.push(`w.id < ${parameters.add(before[0], 'uuid')}`);
  const rows = await session.rows<WebhookRecord>(
    `SELECT ${COLUMNS} FROM webhook w WHERE ${conditions.join(' AND ')}
     ORDER BY w.id DESC LIMIT ${parameters.add(request.limit + 1, 'integer')}`,
    parameters.values,
  );
  return pageOf('webhooks', request, rows, ({ id }) => [id]);
}

/** Of the organization, or of the provider when null. */
export async function countWebhooks(session: Session, organization: OrganizationId | null): Promise<number> {
  const row = await session.first<{ count: number }>(
    'SELECT count(*)::integer AS count FROM webhook WHERE organization_id IS NOT DISTINCT FROM $1::uuid',
    [organization],
  );
  return row?.count ?? 0;
}

/** Its deliveries go with it. */
export async function deleteWebhook(session: Session, id: string): Promise<void> {
  await session.change('DELETE FROM webhook WHERE id = $1', [id]);
}
