/** Back-ups as tenants see them, those of deleted systems too. */
import {
  DomainError,
  type BackupId,
  type BackupPlacement,
  type ContractId,
  type OrganizationId,
  type PartState,
  type PoolId,
  type Scope,
  type SrUuid,
  type VdcId,
  type VsysId,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface BackupRecord {
  readonly id: BackupId;
  readonly vsysId: VsysId;
  readonly vsysName: string;
  /** Null: there. */
  readonly vsysDeletedAt: Date | null;
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly poolId: PoolId;
  readonly name: string;
  /** Id of the data disk, or of the server whose system disk it is of. */
  readonly source: string;
  readonly sourceName: string;
  readonly sizeGiB: number;
  readonly sr: SrUuid;
  /** Class of the storage that it is on; null: standard, or not known any more. */
  readonly storageClass: string | null;
  readonly placed: BackupPlacement;
  readonly outlives: boolean;
  readonly state: PartState;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly takenAt: Date | null;
  readonly policyId: string | null;
  readonly hasCopyKey: boolean;
}

export interface BackupFilter {
  readonly id?: BackupId | undefined;
  readonly vsysId?: VsysId | undefined;
  readonly source?: string | undefined;
  readonly policyId?: string | undefined;
  readonly state?: PartState | undefined;
}

const KEY: ListKey = { name: 'backups', columns: [{ column: 'b.id', type: 'text' }], direction: 'ascending' };

const COLUMNS = `b.id, b.vsys_id AS "vsysId", v.name AS "vsysName", v.deleted_at AS "vsysDeletedAt",
  b.organization_id AS "organizationId", v.vdc_id AS "vdcId", v.pool_id AS "poolId", b.name, b.source,
  b.source_name AS "sourceName", b.size_gib AS "sizeGiB", b.sr,
  (SELECT r.disk_class FROM pool_sr r WHERE r.pool_id = v.pool_id AND r.uuid = b.sr) AS "storageClass",
  b.placed, b.outlives, b.state, b.reason, b.created_at AS "createdAt", b.taken_at AS "takenAt", b.policy_id AS "policyId",
  b.copy_key_hash IS NOT NULL AS "hasCopyKey"`;

/** In the order of their ids. */
export async function listBackups(
  session: Session,
  scope: Scope,
  filter: BackupFilter,
  page: PageRequest,
): Promise<Page<BackupRecord>> {
  const where = new Filter()
    .only('b.gone_at IS NULL')
    .andWhen('b.organization_id = ?', scope.organizationId)
    .andWhen('v.vdc_id = ANY(?::uuid[])', scope.vdcIds)
    .andWhen('b.vsys_id = ?', filter.vsysId)
    .andWhen('b.id = ?', filter.id)
    .andWhen('b.source = ?', filter.source)
    .andWhen('b.policy_id = ?::uuid', filter.policyId)
    .andWhen('b.state = ?', filter.state)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<BackupRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[b.id] AS "pageKey" FROM backup b JOIN vsys v ON v.id = b.vsys_id
      WHERE ${where.text} ORDER BY b.id LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf<BackupRecord>('backups', page, rows);
}

export const noBackup = (id: string): DomainError =>
  new DomainError('not-found', `No back-up has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });

/** Throws `not-found`. */
export async function getBackup(session: Session, scope: Scope, id: BackupId): Promise<BackupRecord> {
  const { items } = await listBackups(session, scope, { id }, { limit: 1 });
  if (items[0] !== undefined) return items[0];
  throw noBackup(id);
}

/** One of another tenant, for who has its key and may use it. Throws `not-found`, also for a wrong key. */
export async function getBackupByKey(
  session: Session,
  id: BackupId,
  use: { readonly keyHash: string; readonly contract: ContractId },
): Promise<BackupRecord> {
  const found = await session.first<BackupRecord>(
    `SELECT ${COLUMNS} FROM backup b JOIN vsys v ON v.id = b.vsys_id
      WHERE b.id = $1 AND b.copy_key_hash = $2 AND b.gone_at IS NULL
        AND (b.copy_contracts = '{}' OR $3::text = ANY(b.copy_contracts))`,
    [id, use.keyHash, use.contract],
  );
  if (found !== undefined) return found;
  throw noBackup(id);
}
