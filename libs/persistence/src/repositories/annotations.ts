/** What tenants note on systems and parts: name as they wrote it, description, properties. */
import type { Scope, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { Filter } from './reads/filter.js';

export interface AnnotationRecord {
  /** Id of the system or part. */
  readonly resource: string;
  /** Null: it is called as its system calls it. */
  readonly name: string | null;
  readonly description: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Counts the changes; 0: only the name was ever given. */
  readonly version: number;
  readonly changedAt: Date | null;
}

export interface AnnotationFilter {
  readonly vsysId?: VsysId | undefined;
  /** Only of these. */
  readonly resources?: readonly string[] | undefined;
}

/** All that there are; without a filter those of every system of the scope. */
export async function listAnnotations(
  session: Session,
  scope: Scope,
  { vsysId, resources }: AnnotationFilter,
): Promise<readonly AnnotationRecord[]> {
  const where = new Filter()
    .within(scope, 'v.organization_id', 'v.vdc_id')
    .only('v.deleted_at IS NULL')
    .andWhen('v.id = ?', vsysId);
  const few = resources === undefined ? 'TRUE' : `r.resource = ANY(${where.parameter(resources)}::text[])`;
  // Both tables are read by the index of their systems: those of other tenants cost nothing.
  return session.rows<AnnotationRecord>(
    `WITH visible AS (SELECT v.id FROM vsys v WHERE ${where.text})
     SELECT r.resource, l.label AS name, coalesce(a.description, '') AS description,
            coalesce(a.properties, '{}') AS properties, coalesce(a.version, 0) AS version, a.changed_at AS "changedAt"
       FROM (SELECT resource FROM annotation WHERE vsys_id IN (SELECT id FROM visible)
             UNION SELECT part_id FROM part_label WHERE vsys_id IN (SELECT id FROM visible)) r
       LEFT JOIN annotation a ON a.resource = r.resource LEFT JOIN part_label l ON l.part_id = r.resource
      WHERE ${few}`,
    where.parameters,
  );
}

/** The system must have been locked with the caller's scope. */
export async function writeAnnotation(
  session: Session,
  vsys: VsysId,
  { resource, description, properties, changedAt }: AnnotationRecord,
): Promise<void> {
  await session.change(
    `INSERT INTO annotation AS a (resource, vsys_id, description, properties, version, changed_at)
     VALUES ($1, $2, $3, $4::jsonb, 1, $5)
     ON CONFLICT (resource) DO UPDATE SET description = excluded.description, properties = excluded.properties,
       version = a.version + 1, changed_at = excluded.changed_at`,
    [resource, vsys, description, JSON.stringify(properties), changedAt],
  );
}
