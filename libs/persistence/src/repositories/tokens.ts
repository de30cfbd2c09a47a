/** API tokens. Only their SHA-256 is stored: a token has 256 random bits, so a slow hash would protect nothing more. */
import { createHash, randomBytes } from 'node:crypto';
import { rolesAmong, type OrganizationId, type Role, type Scope, type VdcId } from '@openvsys/vsys';
import { ApiTokenEntity } from '../entities/tenancy.entities.js';
import type { Session } from '../session.js';
import { pageOf, readCursor, type Page, type PageRequest } from './paging.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface TokenRecord {
  readonly id: string;
  /** Null: of the provider. */
  readonly organizationId: OrganizationId | null;
  /** Null: of a program. */
  readonly userId: string | null;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Null: every VDC of the organization. */
  readonly vdcIds: readonly VdcId[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

const TOKEN_BYTES = 32;
/** Makes a token recognisable in logs and for secret scanners. */
const TOKEN_PREFIX = 'ovs_';

const COLUMNS = `id, organization_id AS "organizationId", user_id AS "userId", name, roles, vdc_ids AS "vdcIds", created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"`;

/** A fresh token; shown once, stored nowhere. */
export function generateToken(): string {
  return TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

export type NewToken = Pick<
  TokenRecord,
  'id' | 'organizationId' | 'name' | 'roles' | 'vdcIds' | 'createdAt' | 'expiresAt'
> & { readonly userId?: string | null };

export async function insertToken(session: Session, record: NewToken, token: string): Promise<void> {
  const { roles, vdcIds, ...facts } = record;
  await session.insert(ApiTokenEntity, {
    ...facts,
    roles: [...roles],
    vdcIds: vdcIds === null ? null : [...vdcIds],
    tokenHash: hashToken(token),
  });
}

interface RowOfUse extends TokenRecord {
  readonly userRoles: readonly string[] | null;
  readonly userVdcIds: readonly VdcId[] | null;
}

/**
 * The token's record when it may be used at `now`: not revoked, not expired, its user not disabled.
 * An organization that is suspended or closed keeps its tokens: it may look, stop and delete, and growth is refused elsewhere.
 * Roles and VDCs are what is left of them within those of the user. This is what makes a principal, so it takes no scope.
 */
export async function findUsableToken(
  session: Session,
  token: string,
  now: Date,
): Promise<TokenRecord | undefined> {
  const row = await session.first<RowOfUse>(
    `SELECT t.*, u.roles AS "userRoles", u.vdc_ids AS "userVdcIds" FROM (SELECT ${COLUMNS} FROM api_token
       WHERE token_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)) t
     LEFT JOIN user_account u ON u.id = t."userId"
     WHERE t."userId" IS NULL OR u.state = 'active'`,
    [hashToken(token), now],
  );
  if (row === undefined) return undefined;
  const { userRoles, userVdcIds, ...record } = row;
  return {
    ...record,
    roles: rolesAmong(record.roles).filter((role) => userRoles?.includes(role) ?? true),
    vdcIds: commonVdcs(record.vdcIds, userVdcIds),
  };
}

/** Null: every VDC. */
function commonVdcs(one: readonly VdcId[] | null, other: readonly VdcId[] | null): readonly VdcId[] | null {
  if (one === null || other === null) return one ?? other;
  return one.filter((id) => other.includes(id));
}

/** Newest first: ids sort by time. */
export async function listTokens(
  session: Session,
  scope: Scope,
  request: PageRequest,
): Promise<Page<TokenRecord>> {
  const before = readCursor('tokens', request, 1);
  const parameters = new Parameters();
  const conditions = [scopeCondition(scope, { organization: 'organization_id' }, parameters)];
  if (before !== undefined) conditions.push(`id < ${parameters.add(before[0], 'uuid')}`);
  const rows = await session.rows<TokenRecord>(
    `SELECT ${COLUMNS} FROM api_token WHERE ${conditions.join(' AND ')}
     ORDER BY id DESC LIMIT ${parameters.add(request.limit + 1, 'integer')}`,
    parameters.values,
  );
  const known = rows.map((row) => ({ ...row, roles: rolesAmong(row.roles) }));
  return pageOf('tokens', request, known, ({ id }) => [id]);
}

/** False when the scope has no such token; revoking twice keeps the first instant. */
export async function revokeToken(session: Session, scope: Scope, id: string, at: Date): Promise<boolean> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'organization_id' }, parameters);
  const changed = await session.change(
    `UPDATE api_token SET revoked_at = coalesce(revoked_at, ${parameters.add(at, 'timestamptz')})
     WHERE id = ${parameters.add(id, 'uuid')} AND ${tenant}`,
    parameters.values,
  );
  return changed === 1;
}

/** Writes at most once in five minutes a token: it is for people who look for unused ones. */
export async function touchToken(session: Session, id: string, at: Date): Promise<void> {
  await session.change(
    `UPDATE api_token SET last_used_at = $2
     WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '5 minutes')`,
    [id, at],
  );
}
