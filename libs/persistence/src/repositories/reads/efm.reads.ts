/** EFMs with the configuration that the newest spec wants of them. */
import {
  type EfmKind,
  type PartState,
  type Scope,
  type VServerId,
  type VsysId,
  DomainError,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import type { EfmHealth, EfmOutcome } from '../efm-agents.js';
import { WANTED } from './efm-versions.reads.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface EfmRecord {
  readonly id: VServerId;
  readonly vsysId: VsysId;
  readonly name: string;
  readonly kind: EfmKind;
  readonly state: PartState;
  readonly configVersion: number;
  readonly configHash: string;
  readonly agent: EfmAgentState | null;
}

/** What the appliance said last; null before its first report. */
export interface EfmAgentState {
  readonly reportedAt: Date | null;
  readonly agentVersion: string | null;
  readonly appliedVersion: number | null;
  readonly appliedHash: string | null;
  readonly outcome: EfmOutcome | null;
  readonly role: string | null;
  readonly health: readonly EfmHealth[];
}

export interface EfmConfigurationRecord {
  readonly id: VServerId;
  readonly version: number;
  readonly hash: string;
  readonly document: Record<string, unknown>;
  readonly rendered: Record<string, unknown>;
  readonly createdAt: Date;
}

const KEY: ListKey = { name: 'efms', columns: [{ column: 'p.id', type: 'text' }], direction: 'ascending' };
/** What the newest spec wants: after a roll-back it is not the newest version. Of one that is being removed the last it had. */
const CONFIGURATION = `${WANTED} JOIN efm_config c ON c.vserver_id = p.id
  AND c.version = coalesce(w.version, (SELECT max(version) FROM efm_config WHERE vserver_id = p.id))`;
/** Instants as PostgreSQL writes them into JSON are read again by `agentOf`. */
const AGENT = `CASE WHEN a.reported_at IS NULL THEN NULL ELSE jsonb_build_object('reportedAt', a.reported_at,
  'agentVersion', a.agent_version, 'appliedVersion', a.applied_version, 'appliedHash', a.applied_hash,
  'outcome', a.outcome, 'role', a.role, 'health', a.health) END AS agent`;

function visible(scope: Scope): Filter {
  return new Filter()
    .only('p.gone_at IS NULL')
    .andWhen('p.organization_id = ?', scope.organizationId)
    .andWhen('p.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ANY(?::uuid[]))', scope.vdcIds);
}

const agentOf = (agent: EfmAgentState | null): EfmAgentState | null =>
  agent === null || agent.reportedAt === null ? agent : { ...agent, reportedAt: new Date(agent.reportedAt) };

export async function listEfms(
  session: Session,
  scope: Scope,
  filter: {
    readonly vsysId?: VsysId | undefined;
    readonly name?: string | undefined;
    readonly state?: PartState | undefined;
  },
  page: PageRequest,
): Promise<Page<EfmRecord>> {
  const where = visible(scope)
    .andWhen('p.vsys_id = ?', filter.vsysId)
    .andWhen('p.name = ?', filter.name)
    .andWhen('p.state = ?', filter.state)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<EfmRecord & Keyed>(
    `SELECT p.id, p.vsys_id AS "vsysId", p.name, p.kind, p.state, c.version AS "configVersion",
            c.hash AS "configHash", ${AGENT}, ARRAY[p.id] AS "pageKey"
       FROM vserver p ${CONFIGURATION} LEFT JOIN efm_agent a ON a.vserver_id = p.id WHERE ${where.text} ORDER BY p.id LIMIT ${limit}`,
    where.parameters,
  );
  const records = rows.map((row) => ({ ...row, agent: agentOf(row.agent) }));
  return pageOf('efms', page, records);
}

/** Throws `not-found` for foreign ids, unknown ones, and servers that are no EFM. */
export async function getEfmConfiguration(
  session: Session,
  scope: Scope,
  id: VServerId,
): Promise<EfmConfigurationRecord> {
  const where = visible(scope).and('p.id = ?', id);
  const row = await session.first<EfmConfigurationRecord>(
    `SELECT p.id, c.version, c.hash, c.document, c.rendered, c.created_at AS "createdAt"
       FROM vserver p ${CONFIGURATION} WHERE ${where.text}`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No EFM has the id “${id}”.`);
}

export interface EfmFiguresRecord {
  readonly reportedAt: Date | null;
  readonly counters: Readonly<Record<string, { readonly packets: number; readonly bytes: number }>>;
  readonly members: readonly Readonly<Record<string, unknown>>[];
  readonly tunnels: readonly Readonly<Record<string, unknown>>[];
  readonly conntrack: { readonly used: number; readonly max: number } | null;
}

/** Throws `not-found` as `getEfmConfiguration` does. */
export async function getEfmFigures(
  session: Session,
  scope: Scope,
  id: VServerId,
): Promise<EfmFiguresRecord> {
  await getEfmConfiguration(session, scope, id);
  const row = await session.first<EfmFiguresRecord>(
    'SELECT reported_at AS "reportedAt", counters, members, tunnels, conntrack FROM efm_agent WHERE vserver_id = $1',
    [id],
  );
  return row ?? { reportedAt: null, counters: {}, members: [], tunnels: [], conntrack: null };
}
