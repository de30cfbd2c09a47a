/** People of the provider and of organizations. What they may do bounds what their tokens may do. */
import {
  DomainError,
  rolesAmong,
  type OrganizationId,
  type Role,
  type Scope,
  type VdcId,
} from '@openvsys/vsys';
import { UserAccountEntity } from '../entities/tenancy.entities.js';
import type { Session } from '../session.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export const USER_STATES = ['active', 'disabled'] as const;
export type UserState = (typeof USER_STATES)[number];

export interface UserRecord {
  readonly id: string;
  /** Null: of the provider. */
  readonly organizationId: OrganizationId | null;
  /** Unique in the organization. */
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly Role[];
  /** Null: every VDC of the organization. */
  readonly vdcIds: readonly VdcId[] | null;
  readonly state: UserState;
  /** Who it is at the identity provider (`sub`), of one user at most; null: signs in by tokens only. */
  readonly subject: string | null;
  readonly createdAt: Date;
}

const COLUMNS = `id, organization_id AS "organizationId", name, email, roles, vdc_ids AS "vdcIds", state, subject,
  created_at AS "createdAt"`;

/** Throws `conflict` when the organization has a user of this name. */
export async function insertUser(session: Session, user: UserRecord): Promise<void> {
  const { roles, vdcIds, ...facts } = user;
  await session.insert(UserAccountEntity, {
    ...facts,
    roles: [...roles],
    vdcIds: vdcIds === null ? null : [...vdcIds],
  });
}

/** By name; an organization has few, so they come in one piece. */
export async function listUsers(session: Session, scope: Scope): Promise<readonly UserRecord[]> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'organization_id' }, parameters);
  const rows = await session.rows<UserRecord>(
    `SELECT ${COLUMNS} FROM user_account WHERE ${tenant} ORDER BY organization_id NULLS FIRST, name`,
    parameters.values,
  );
  return rows.map(withKnownRoles);
}

/** Waits for other changes of the user until the transaction ends. Throws `not-found` for foreign ids as for unknown ones. */
export async function lockUser(session: Session, scope: Scope, id: string): Promise<UserRecord> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'organization_id' }, parameters);
  const row = await session.first<UserRecord>(
    `SELECT ${COLUMNS} FROM user_account WHERE id = ${parameters.add(id, 'uuid')} AND ${tenant} FOR UPDATE`,
    parameters.values,
  );
  if (row !== undefined) return withKnownRoles(row);
  throw new DomainError('not-found', `No user has the id “${id}”.`);
}

/** Who signs in as `subject`; undefined for somebody unknown and for a disabled user. */
export async function findUserBySubject(session: Session, subject: string): Promise<UserRecord | undefined> {
  const row = await session.first<UserRecord>(
    `SELECT ${COLUMNS} FROM user_account WHERE subject = $1 AND state = 'active'`,
    [subject],
  );
  return row === undefined ? undefined : withKnownRoles(row);
}

/** Of a user that was locked before. Throws `conflict` when another user has its subject. */
export async function updateUser(
  session: Session,
  { id, email, roles, vdcIds, state, subject }: UserRecord,
): Promise<void> {
  await session.change(
    `UPDATE user_account SET email = $2, roles = $3, vdc_ids = $4, state = $5, subject = $6 WHERE id = $1`,
    [id, email, roles, vdcIds, state, subject],
  );
}

function withKnownRoles(row: UserRecord): UserRecord {
  return { ...row, roles: rolesAmong(row.roles) };
}
