/** Tenants. Reading takes a Scope; creating is the provider's own business and is authorised by the use case. */
import { DomainError, type ContractId, type OrganizationId, type Scope } from '@openvsys/vsys';
import { OrganizationEntity } from '../entities/tenancy.entities.js';
import type { Session } from '../session.js';
import { pageOf, readCursor, type Page, type PageRequest } from './paging.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface OrganizationRecord {
  readonly id: OrganizationId;
  readonly contract: ContractId;
  readonly name: string;
  /** IANA name; only groups bills. */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly state: 'active' | 'suspended' | 'closed';
  readonly createdAt: Date;
}

const COLUMNS = `id, contract, name, time_zone AS "timeZone", currency, state, created_at AS "createdAt"`;

/** Throws `conflict` when the contract is taken. */
export async function insertOrganization(session: Session, organization: OrganizationRecord): Promise<void> {
  await session.insert(OrganizationEntity, { ...organization });
}

export async function findOrganization(
  session: Session,
  scope: Scope,
  id: OrganizationId,
): Promise<OrganizationRecord | undefined> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'id' }, parameters);
  return session.first<OrganizationRecord>(
    `SELECT ${COLUMNS} FROM organization WHERE id = ${parameters.add(id, 'uuid')} AND ${tenant}`,
    parameters.values,
  );
}

/** Throws `not-found`, for a foreign one as for one that does not exist. */
export async function getOrganization(
  session: Session,
  scope: Scope,
  id: OrganizationId,
): Promise<OrganizationRecord> {
  const found = await findOrganization(session, scope, id);
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No organization has the id “${id}”.`);
}

/** By contract, for provisioning of tenants by tools; not limited by a scope. */
export async function findOrganizationByContract(
  session: Session,
  contract: ContractId,
): Promise<OrganizationRecord | undefined> {
  return session.first<OrganizationRecord>(`SELECT ${COLUMNS} FROM organization WHERE contract = $1`, [
    contract,
  ]);
}

/** In order of their contracts. */
export async function listOrganizations(
  session: Session,
  scope: Scope,
  request: PageRequest,
): Promise<Page<OrganizationRecord>> {
  const after = readCursor('organizations', request, 1);
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'id' }, parameters);
  const rows = await session.rows<OrganizationRecord>(
    `SELECT ${COLUMNS} FROM organization
     WHERE ${tenant} AND contract > ${parameters.add(after?.[0] ?? '', 'text')}
     ORDER BY contract LIMIT ${parameters.add(request.limit + 1, 'integer')}`,
    parameters.values,
  );
  return pageOf('organizations', request, rows, ({ contract }) => [contract]);
}
