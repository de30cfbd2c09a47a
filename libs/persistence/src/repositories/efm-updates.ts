/**
 * Updates of EFMs: their appliances made anew one after the other.
 *
 *   running, appliance 1 ──its operation succeeded and its agent is well──► running, appliance 2 ──the same──► done
 *        └── its operation failed, or its agent is silent for too long ──► failed: the others are left as they are
 */
import type { OrganizationId, VServerId, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { pageOf, readCursor, type Page, type PageRequest } from './paging.js';

export const EFM_UPDATE_STATES = ['running', 'done', 'failed'] as const;
export type EfmUpdateState = (typeof EFM_UPDATE_STATES)[number];

export interface NewEfmUpdate {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly vsysId: VsysId;
  readonly efm: string;
  /** In the order in which they are made anew. */
  readonly appliances: readonly VServerId[];
  readonly image: string;
  readonly systemDiskGiB: number;
  /** In which the first one is. */
  readonly generation: number;
  readonly requestedBy: string;
  readonly createdAt: Date;
}

export interface EfmUpdateRecord extends NewEfmUpdate {
  /** Which one is being made anew. */
  readonly position: number;
  readonly state: EfmUpdateState;
  readonly reason: string | null;
  readonly endedAt: Date | null;
}

/** How far the appliance is that is being made anew. */
export interface EfmUpdateStep {
  /** Of the operation that asked for it; undefined: a newer change of the system took it over. */
  readonly operation: string | undefined;
  /** `well`: a fresh agent runs what is wanted · `none`: nothing can reach it, so nothing is known. */
  readonly agent: 'well' | 'not-yet' | 'none';
  readonly seconds: number;
}

const COLUMNS = `id, organization_id AS "organizationId", vsys_id AS "vsysId", efm, appliances, image,
  system_disk_gib AS "systemDiskGiB", generation, requested_by AS "requestedBy", created_at AS "createdAt", position, state,
  reason, ended_at AS "endedAt"`;
const LIST = 'efm-updates';

/** Throws `conflict` while another one of the EFM is running. */
export async function insertEfmUpdate(session: Session, update: NewEfmUpdate): Promise<void> {
  const { id, organizationId, vsysId, efm, appliances, image, systemDiskGiB, generation } = update;
  await session.change(
    `INSERT INTO efm_update (id, organization_id, vsys_id, efm, appliances, image, system_disk_gib, generation, requested_by,
       created_at, step_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now())`,
    [
      id,
      organizationId,
      vsysId,
      efm,
      appliances,
      image,
      systemDiskGiB,
      generation,
      update.requestedBy,
      update.createdAt,
    ],
  );
}

/** Newest first. The caller has seen that the system is the caller's. */
export async function listEfmUpdates(
  session: Session,
  vsysId: VsysId,
  efm: string,
  page: PageRequest,
): Promise<Page<EfmUpdateRecord>> {
  const [after] = readCursor(LIST, page, 1) ?? [null];
  const rows = await session.rows<EfmUpdateRecord>(
    `SELECT ${COLUMNS} FROM efm_update WHERE vsys_id = $1 AND efm = $2 AND ($3::uuid IS NULL OR id < $3::uuid)
     ORDER BY id DESC LIMIT $4`,
    [vsysId, efm, after, page.limit + 1],
  );
  return pageOf(LIST, page, rows, ({ id }) => [id]);
}

export async function listSystemsInUpdate(session: Session, limit: number): Promise<readonly VsysId[]> {
  const rows = await session.rows<{ id: VsysId }>(
    `SELECT DISTINCT vsys_id AS id FROM efm_update WHERE state = 'running' ORDER BY vsys_id LIMIT $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Locked until the transaction ends; those that another worker looks at are left out. */
export async function lockRunningUpdates(
  session: Session,
  vsysId: VsysId,
): Promise<readonly EfmUpdateRecord[]> {
  return session.rows<EfmUpdateRecord>(
    `SELECT ${COLUMNS} FROM efm_update WHERE vsys_id = $1 AND state = 'running' ORDER BY id FOR UPDATE SKIP LOCKED`,
    [vsysId],
  );
}

/**
 * A fresh agent is one that has used the token of its new drive (nothing is offered any more) and reported since. Times are the
 * database's, as those of reports are.
 */
const STEP = `
SELECT (SELECT o.state FROM operation o WHERE o.vsys_id = u.vsys_id AND o.generation = u.generation AND o.kind = 'efm.update'
    ORDER BY o.created_at DESC LIMIT 1) AS operation,
  CASE WHEN a.vserver_id IS NULL THEN 'none'
    WHEN a.next_token_hash IS NULL AND a.reported_at > u.step_at AND a.applied_hash = w.hash
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(a.health) h WHERE NOT (h->>'ok')::boolean) THEN 'well'
    ELSE 'not-yet' END AS agent,
  extract(epoch FROM now() - u.step_at)::float8 AS seconds
FROM efm_update u
  LEFT JOIN efm_agent a ON a.vserver_id = u.appliances[u.position + 1]
  LEFT JOIN LATERAL (
    SELECT s->'efm'->>'configHash' AS hash FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation,
      jsonb_array_elements(g.spec->'servers') AS s
    WHERE v.id = u.vsys_id AND s->>'id' = u.appliances[u.position + 1]) w ON TRUE
WHERE u.id = $1`;

export async function readUpdateStep(session: Session, id: string): Promise<EfmUpdateStep | undefined> {
  const row = await session.first<Omit<EfmUpdateStep, 'operation'> & { operation: string | null }>(STEP, [
    id,
  ]);
  return row === undefined ? undefined : { ...row, operation: row.operation ?? undefined };
}

export async function advanceUpdate(
  session: Session,
  id: string,
  step: { readonly position: number; readonly generation: number },
): Promise<void> {
  await session.change(
    'UPDATE efm_update SET position = $2, generation = $3, step_at = now() WHERE id = $1',
    [id, step.position, step.generation],
  );
}

export async function endUpdate(
  session: Session,
  id: string,
  {
    state,
    reason,
    at,
  }: { readonly state: 'done' | 'failed'; readonly reason: string | null; readonly at: Date },
): Promise<void> {
  await session.change('UPDATE efm_update SET state = $2, reason = $3, ended_at = $4 WHERE id = $1', [
    id,
    state,
    reason,
    at,
  ]);
}

/** Those that say they are the one of a pair that does not serve. */
export async function listStandbys(
  session: Session,
  ids: readonly VServerId[],
): Promise<readonly VServerId[]> {
  const rows = await session.rows<{ id: VServerId }>(
    `SELECT vserver_id AS id FROM efm_agent WHERE vserver_id = ANY($1::text[]) AND role = 'standby'`,
    [ids],
  );
  return rows.map(({ id }) => id);
}
