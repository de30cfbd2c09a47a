/**
 * Agents of EFM appliances. A token opens one document and takes reports about one EFM, nothing else, so these statements
 * take an agent where others take a scope.
 */
import type { ModuleDocument, OrganizationId, SealedText, VServerId, VsysId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { EfmAgentEntity } from '../entities/efm-agent.entities.js';
import type { Session } from '../session.js';
import { RETURNING_NEWS } from './event-feed.js';
import { hashToken } from './tokens.js';

export interface EfmAgentRecord {
  readonly vserverId: VServerId;
  readonly vsysId: VsysId;
  readonly organizationId: OrganizationId;
}

export interface ApplianceDocumentRecord {
  readonly version: number;
  readonly hash: string;
  readonly document: ModuleDocument;
  /** Sealed for the server, by file. */
  readonly secrets: Readonly<Record<string, SealedText>>;
}

/** What an appliance tells, checked and bounded by the caller. */
export interface EfmAgentReport {
  readonly runId: string;
  readonly sequence: number;
  readonly agentVersion: string;
  readonly applied: { readonly version: number; readonly hash: string } | null;
  readonly outcome: EfmOutcome | null;
  readonly role: string;
  readonly health: readonly EfmHealth[];
  readonly counters: object;
  readonly members: object;
  readonly tunnels: object;
  readonly conntrack: object | null;
  readonly logs: readonly { readonly ageMs: number; readonly source: string; readonly text: string }[];
  readonly logsDropped: number;
}

export interface EfmOutcome {
  readonly version: number;
  readonly hash: string;
  readonly state: 'applied' | 'refused' | 'rolled-back';
  readonly reason: string;
}

export interface EfmHealth {
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
}

/** Log lines kept for each EFM. */
const LOGS_KEPT = 2_000;
/** Counters kept for each EFM; more than a firewall of 10,000 rules has. */
const COUNTERS_KEPT = 20_000;

/** The first token of an appliance; a new one for the same server replaces it. */
export async function insertEfmAgent(
  session: Session,
  agent: Pick<EfmAgentRecord, 'vserverId' | 'organizationId'> & { readonly createdAt: Date },
  token: string,
): Promise<void> {
  await session.change('DELETE FROM efm_agent WHERE vserver_id = $1', [agent.vserverId]);
  await session.insert(EfmAgentEntity, { ...agent, tokenHash: hashToken(token) });
}

/**
 * Of an appliance that is made or made anew. One that has an agent is offered the token instead: the agent so far serves until
 * the fresh one uses it; after a revocation only the fresh one counts.
 */
export async function enrolEfmAgent(
  session: Session,
  { vserverId, organizationId, createdAt }: Parameters<typeof insertEfmAgent>[1],
  token: string,
): Promise<void> {
  await session.change(
    `INSERT INTO efm_agent AS a (vserver_id, organization_id, token_hash, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vserver_id) DO UPDATE SET
       token_hash = CASE WHEN a.revoked_at IS NULL THEN a.token_hash ELSE excluded.token_hash END,
       next_token_hash = CASE WHEN a.revoked_at IS NULL THEN excluded.token_hash END,
       revoked_at = NULL, renewal_wanted_at = NULL`,
    [vserverId, organizationId, hashToken(token), createdAt],
  );
}

/** The agent of a token that is not revoked, as long as its appliance exists. */
export async function findEfmAgent(session: Session, token: string): Promise<EfmAgentRecord | undefined> {
  return session.first<EfmAgentRecord>(
    `SELECT a.vserver_id AS "vserverId", v.vsys_id AS "vsysId", a.organization_id AS "organizationId"
     FROM efm_agent a JOIN vserver v ON v.id = a.vserver_id
     WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND v.gone_at IS NULL`,
    [hashToken(token)],
  );
}

/** Version and hash that the newest spec wants: after a roll-back an older one. Undefined: the spec has no such EFM any more. */
export async function findWantedConfig(
  session: Session,
  { vserverId, vsysId }: EfmAgentRecord,
): Promise<Pick<ApplianceDocumentRecord, 'version' | 'hash'> | undefined> {
  return session.first(
    `SELECT (s->'efm'->>'configVersion')::integer AS version, s->'efm'->>'configHash' AS hash
     FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation,
       jsonb_array_elements(g.spec->'servers') AS s
     WHERE v.id = $2 AND s->>'id' = $1 AND s ? 'efm'`,
    [vserverId, vsysId],
  );
}

/** Undefined for a configuration from before there were agents. */
export async function findApplianceDocument(
  session: Session,
  vserverId: VServerId,
  version: number,
): Promise<ApplianceDocumentRecord | undefined> {
  return session.first<ApplianceDocumentRecord>(
    `SELECT version, hash, appliance AS document, secrets FROM efm_config
     WHERE vserver_id = $1 AND version = $2 AND appliance IS NOT NULL`,
    [vserverId, version],
  );
}

/** A newer report of the same run, or the first of another one. `$1` agent, `$2` report, `$3` instant, `$4` and `$5` ids of events. */
const UPDATE_AGENT = `
WITH told AS (SELECT $2::jsonb AS r),
before AS (
  SELECT a.vserver_id, a.organization_id, v.vsys_id, a.outcome, a.health, a.applied_hash FROM efm_agent a
  JOIN vserver v ON v.id = a.vserver_id, told
  WHERE a.vserver_id = $1 AND (a.run_id IS DISTINCT FROM r->>'runId' OR a.sequence < (r->>'sequence')::integer)
  FOR UPDATE OF a),
updated AS (
  UPDATE efm_agent a SET reported_at = $3::timestamptz, run_id = r->>'runId', sequence = (r->>'sequence')::integer,
    agent_version = r->>'agentVersion', applied_version = (r->'applied'->>'version')::integer,
    applied_hash = r->'applied'->>'hash', outcome = nullif(r->'outcome', 'null'), role = r->>'role', health = r->'health',
    counters = CASE WHEN a.applied_hash IS DISTINCT FROM r->'applied'->>'hash' OR a.run_id IS DISTINCT FROM r->>'runId'
        OR (SELECT count(*) FROM jsonb_object_keys(a.counters)) > ${COUNTERS_KEPT}
      THEN r->'counters' ELSE a.counters || (r->'counters') END,
    members = r->'members', tunnels = r->'tunnels', conntrack = nullif(r->'conntrack', 'null'),
    logs_dropped = a.logs_dropped + (r->>'logsDropped')::integer
  FROM told, before b WHERE a.vserver_id = b.vserver_id RETURNING a.vserver_id, a.outcome, a.health),
logs AS (
  INSERT INTO efm_agent_log (vserver_id, at, source, text)
  SELECT u.vserver_id, $3::timestamptz - make_interval(secs => l."ageMs" / 1000), l.source, l.text
  FROM updated u, told, jsonb_to_recordset(r->'logs') AS l("ageMs" double precision, source text, text text)),
news AS (
  INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at)
  SELECT n.id, b.organization_id, b.vsys_id, b.vserver_id, n.type, n.data, $3::timestamptz
  FROM before b JOIN updated u USING (vserver_id), LATERAL (
    SELECT $4::uuid AS id, 'efm.configuration' AS type, u.outcome AS data
    WHERE u.outcome IS NOT NULL AND b.outcome IS DISTINCT FROM u.outcome
    UNION ALL
    SELECT $5::uuid, 'efm.health', jsonb_build_object('failing', (SELECT coalesce(jsonb_agg(h), '[]') FROM jsonb_array_elements(u.health) h
      WHERE NOT (h->>'ok')::boolean))
    WHERE (SELECT jsonb_agg(h->'name') FROM jsonb_array_elements(b.health) h WHERE NOT (h->>'ok')::boolean)
      IS DISTINCT FROM (SELECT jsonb_agg(h->'name') FROM jsonb_array_elements(u.health) h WHERE NOT (h->>'ok')::boolean)) n
  ${RETURNING_NEWS})
SELECT count(*) AS taken FROM updated`;

/** Removes all but the newest lines; called when a report brought some. */
const TRIM_LOGS = `
DELETE FROM efm_agent_log WHERE vserver_id = $1 AND id <= (
  SELECT id FROM efm_agent_log WHERE vserver_id = $1 ORDER BY id DESC OFFSET ${LOGS_KEPT} LIMIT 1)`;

/** False for a report that came before or late: nothing is changed then. Tells of changes as events. */
export async function storeEfmReport(
  session: Session,
  vserverId: VServerId,
  report: EfmAgentReport,
  at: Date,
): Promise<boolean> {
  const stored = await session.first<{ taken: number }>(UPDATE_AGENT, [
    vserverId,
    JSON.stringify(report),
    at,
    uuidv7(),
    uuidv7(),
  ]);
  if (report.logs.length > 0) await session.change(TRIM_LOGS, [vserverId]);
  return (stored?.taken ?? 0) > 0;
}
