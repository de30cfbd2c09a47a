/** From which descriptor each system comes, also when parts of it were changed one by one since. */
import type { Scope, VsysId } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import { Filter } from './filter.js';

export interface VsysOrigin {
  readonly id: VsysId;
  /** Of the descriptor; null: unknown. */
  readonly name: string | null;
  readonly description: string | null;
}

/** Of all systems that are listed, in one statement. */
export async function listVsysOrigins(session: Session, scope: Scope): Promise<readonly VsysOrigin[]> {
  const where = new Filter()
    .within(scope, 'v.organization_id', 'v.vdc_id')
    .only('v.deleted_at IS NULL')
    .only('v.purge_at IS NULL');
  return session.rows<VsysOrigin>(
    `SELECT v.id, m.metadata->>'name' AS name, m.metadata->>'description' AS description
       FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
       LEFT JOIN descriptor_version dv ON dv.id = v.descriptor_version_id,
       LATERAL (SELECT coalesce(g.descriptor, dv.document)->'metadata' AS metadata) m
      WHERE ${where.text}`,
    where.parameters,
  );
}
