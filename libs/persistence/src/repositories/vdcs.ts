/** Virtual data centres and zones. */
import { DomainError, type ContractId, type OrganizationId, type Scope, type VdcId } from '@openvsys/vsys';
import { VdcEntity, ZoneEntity } from '../entities/tenancy.entities.js';
import type { Session } from '../session.js';
import type { ZoneRecord } from './reads/catalog.reads.js';
import type { OrganizationRecord } from './organizations.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface VdcRecord {
  readonly id: VdcId;
  readonly organizationId: OrganizationId;
  readonly zoneId: string;
  readonly name: string;
  readonly createdAt: Date;
}

const COLUMNS = `v.id, v.organization_id AS "organizationId", v.zone_id AS "zoneId", v.name, v.created_at AS "createdAt"`;
const SCOPED = { organization: 'v.organization_id', vdc: 'v.id' } as const;

/** Throws `conflict` when the name is taken. */
export async function insertZone(session: Session, zone: ZoneRecord): Promise<void> {
  await session.insert(ZoneEntity, { ...zone });
}

/** Throws `not-found`. */
export async function requireZone(session: Session, id: string): Promise<void> {
  const found = await session.first('SELECT 1 AS found FROM zone WHERE id = $1::uuid', [id]);
  if (found === undefined) throw new DomainError('not-found', `No zone has the id “${id}”.`);
}

/** Throws `conflict` when the organization has a VDC of the name, `invalid-request` for an unknown zone. */
export async function insertVdc(session: Session, vdc: VdcRecord): Promise<void> {
  await session.insert(VdcEntity, { ...vdc });
}

export async function findVdc(session: Session, scope: Scope, id: VdcId): Promise<VdcRecord | undefined> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, SCOPED, parameters);
  return session.first<VdcRecord>(
    `SELECT ${COLUMNS} FROM vdc v WHERE v.id = ${parameters.add(id, 'uuid')} AND ${tenant}`,
    parameters.values,
  );
}

/** Throws `not-found`, for a foreign one as for one that does not exist. */
export async function getVdc(session: Session, scope: Scope, id: VdcId): Promise<VdcRecord> {
  const found = await findVdc(session, scope, id);
  if (found !== undefined) return found;
  throw unknownVdc(id);
}

function unknownVdc(id: VdcId): DomainError {
  return new DomainError('not-found', `No VDC has the id “${id}”.`);
}

/** A VDC with what admission needs to know of its organization. */
export interface VdcHome {
  readonly vdcId: VdcId;
  readonly zoneId: string;
  readonly organizationId: OrganizationId;
  readonly contract: ContractId;
  readonly organizationState: OrganizationRecord['state'];
}

/** Throws `not-found`, for a foreign one as for one that does not exist. */
export async function getVdcHome(session: Session, scope: Scope, id: VdcId): Promise<VdcHome> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, SCOPED, parameters);
  const found = await session.first<VdcHome>(
    `SELECT v.id AS "vdcId", v.zone_id AS "zoneId", o.id AS "organizationId", o.contract, o.state AS "organizationState"
     FROM vdc v JOIN organization o ON o.id = v.organization_id
     WHERE v.id = ${parameters.add(id, 'uuid')} AND ${tenant}`,
    parameters.values,
  );
  if (found !== undefined) return found;
  throw unknownVdc(id);
}

/** By name; an organization has few. */
export async function listVdcs(session: Session, scope: Scope): Promise<readonly VdcRecord[]> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, SCOPED, parameters);
  return session.rows<VdcRecord>(
    `SELECT ${COLUMNS} FROM vdc v WHERE ${tenant} ORDER BY v.name, v.id`,
    parameters.values,
  );
}

/** The VDC must have been read with the caller's scope. Throws `conflict` when the name is taken. */
export async function renameVdc(session: Session, id: VdcId, name: string): Promise<void> {
  await session.change('UPDATE vdc SET name = $2 WHERE id = $1', [id, name]);
}

/** False when a system or an allocated address is or was in it: its history keeps it. The VDC must have been read with the caller's scope. */
export async function deleteVdc(session: Session, id: VdcId): Promise<boolean> {
  await session.change(`DELETE FROM quota WHERE scope = 'vdc' AND scope_id = $1`, [id]);
  const removed = await session.change(
    `DELETE FROM vdc WHERE id = $1 AND NOT EXISTS (SELECT FROM vsys WHERE vdc_id = $1)
       AND NOT EXISTS (SELECT FROM allocated_address WHERE vdc_id = $1)`,
    [id],
  );
  return removed === 1;
}
