/**
 * Whether an organization may order, and what becomes of what it has:
 *
 *   active ◄──activate── suspended     nothing new; servers go on, or are kept stopped
 *     ▲  └──suspend──►       │
 *     └──activate── closed ◄─┴─close   nothing new, servers stopped, systems deleted after the retention
 */
import { DomainError, type OrganizationId, type Scope, type VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { OrganizationRecord } from './organizations.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface OrganizationStanding {
  readonly organizationId: OrganizationId;
  readonly state: OrganizationRecord['state'];
  readonly reason: string;
  readonly changedAt: Date | null;
  /** What becomes of servers that run while it is not active. */
  readonly running: 'keep' | 'stop';
  /** Null: nothing is deleted. */
  readonly deleteAfter: Date | null;
  /** Systems that are left. */
  readonly systems: number;
  /** Servers among them that are wanted running; EFMs are not counted. */
  readonly runningServers: number;
}

const COLUMNS = `o.id AS "organizationId", o.state, o.state_reason AS reason, o.state_changed_at AS "changedAt", o.running,
  o.delete_after AS "deleteAfter",
  (SELECT count(*) FROM vsys v WHERE v.organization_id = o.id AND v.deleted_at IS NULL) AS systems,
  (SELECT count(*) FROM vserver s WHERE s.organization_id = o.id AND s.gone_at IS NULL AND s.wanted AND s.kind = 'server'
    AND s.wanted_power IN ('running', 'paused')) AS "runningServers"`;

/** Throws `not-found`. */
export async function getStanding(
  session: Session,
  scope: Scope,
  id: OrganizationId,
): Promise<OrganizationStanding> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'o.id' }, parameters);
  const found = await session.first<OrganizationStanding>(
    `SELECT ${COLUMNS} FROM organization o WHERE o.id = ${parameters.add(id, 'uuid')} AND ${tenant}`,
    parameters.values,
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No organization has the id “${id}”.`);
}

/** Its row locked until the transaction ends; read with the caller's scope before. */
export async function lockStanding(session: Session, id: OrganizationId): Promise<void> {
  await session.rows('SELECT FROM organization WHERE id = $1 FOR UPDATE', [id]);
}

export type NewStanding = Pick<OrganizationStanding, 'state' | 'reason' | 'running' | 'deleteAfter'>;

/** The row must be locked by `lockStanding`. */
export async function writeStanding(
  session: Session,
  id: OrganizationId,
  { state, reason, running, deleteAfter }: NewStanding,
  at: Date,
): Promise<void> {
  await session.change(
    `UPDATE organization SET state = $2, state_reason = $3, running = $4, delete_after = $5, state_changed_at = $6
     WHERE id = $1`,
    [id, state, reason, running, deleteAfter, at],
  );
}

export interface SystemToEnd {
  readonly organizationId: OrganizationId;
  readonly vsysId: VsysId;
}

/** Of organizations whose servers are kept stopped: systems with a server that is wanted running. */
export async function listSystemsToStop(session: Session, limit: number): Promise<readonly SystemToEnd[]> {
  return session.rows<SystemToEnd>(
    `SELECT v.organization_id AS "organizationId", v.id AS "vsysId" FROM organization o
       JOIN vsys v ON v.organization_id = o.id AND v.deleted_at IS NULL
     WHERE o.state <> 'active' AND o.running = 'stop' AND v.phase <> 'deleting' AND EXISTS (
       SELECT FROM vserver s WHERE s.vsys_id = v.id AND s.wanted AND s.kind = 'server'
         AND s.wanted_power IN ('running', 'paused'))
     ORDER BY v.id LIMIT $1`,
    [limit],
  );
}

/** Of organizations whose retention is over: systems that are not being deleted yet. */
export async function listSystemsToDelete(
  session: Session,
  at: Date,
  limit: number,
): Promise<readonly SystemToEnd[]> {
  return session.rows<SystemToEnd>(
    `SELECT v.organization_id AS "organizationId", v.id AS "vsysId" FROM organization o
       JOIN vsys v ON v.organization_id = o.id AND v.deleted_at IS NULL
       JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
     WHERE o.state = 'closed' AND o.delete_after <= $1 AND g.spec->>'presence' = 'present'
     ORDER BY v.id LIMIT $2`,
    [at, limit],
  );
}
