/** Templates, configurations and credentials that tenants keep. Secrets inside are sealed by whoever writes them. */
import { DomainError, type OrganizationId, type Scope } from '@openvsys/vsys';
import { StoredTemplateEntity } from '../entities/template.entities.js';
import type { Session } from '../session.js';
import type { Page, PageRequest } from './paging.js';
import { Filter, type ListKey } from './reads/filter.js';
import { pageOf, type Keyed } from './reads/keyset.js';

export interface StoredTemplateRecord {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly kind: string;
  readonly name: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly document: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

const COLUMNS = `t.id, t.organization_id AS "organizationId", t.kind, t.name, t.description, t.properties, t.document,
  t.version, t.created_at AS "createdAt", t.changed_at AS "changedAt"`;
const KEY: ListKey = {
  name: 'stored-templates',
  columns: [{ column: 't.id', type: 'uuid' }],
  direction: 'ascending',
};

export async function insertStoredTemplate(session: Session, record: StoredTemplateRecord): Promise<void> {
  await session.insert(StoredTemplateEntity, record);
}

/** Oldest first. */
export async function listStoredTemplates(
  session: Session,
  scope: Scope,
  kind: string,
  page: PageRequest,
): Promise<Page<StoredTemplateRecord>> {
  const where = new Filter()
    .and('t.kind = ?', kind)
    .andWhen('t.organization_id = ?', scope.organizationId)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<StoredTemplateRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[t.id::text] AS "pageKey" FROM stored_template t
      WHERE ${where.text} ORDER BY t.id LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf<StoredTemplateRecord>(KEY.name, page, rows);
}

/** Throws `not-found` for foreign ids as for unknown ones. `lock`: waits for other changes of it. */
export async function getStoredTemplate(
  session: Session,
  scope: Scope,
  { kind, id }: Pick<StoredTemplateRecord, 'kind' | 'id'>,
  purpose: 'look' | 'change' = 'look',
): Promise<StoredTemplateRecord> {
  const where = new Filter()
    .and('t.id = ?', id)
    .and('t.kind = ?', kind)
    .andWhen('t.organization_id = ?', scope.organizationId);
  const row = await session.first<StoredTemplateRecord>(
    `SELECT ${COLUMNS} FROM stored_template t WHERE ${where.text} ${purpose === 'change' ? 'FOR UPDATE' : ''}`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No ${kind} has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}

/** Of one that was read for a change. */
export async function updateStoredTemplate(session: Session, record: StoredTemplateRecord): Promise<void> {
  await session.change(
    `UPDATE stored_template SET name = $2, description = $3, properties = $4::jsonb, document = $5::jsonb, version = $6,
       changed_at = $7 WHERE id = $1`,
    [
      record.id,
      record.name,
      record.description,
      JSON.stringify(record.properties),
      JSON.stringify(record.document),
      record.version,
      record.changedAt,
    ],
  );
}

/** Of one that was read for a change. */
export async function deleteStoredTemplate(session: Session, id: string): Promise<void> {
  await session.change('DELETE FROM stored_template WHERE id = $1', [id]);
}

/** How many an organization has: bounded by the caller. */
export async function countStoredTemplates(session: Session, organization: OrganizationId): Promise<number> {
  const row = await session.first<{ count: number }>(
    'SELECT count(*)::integer AS count FROM stored_template WHERE organization_id = $1',
    [organization],
  );
  return row?.count ?? 0;
}
