/** Certificates of users: who a caller is that shows one, or signs with its key. */
import {
  rolesAmong,
  type ContractId,
  type OrganizationId,
  type Role,
  type Scope,
  type VdcId,
} from '@openvsys/vsys';
import { UserCertificateEntity } from '../entities/face.entities.js';
import type { Session } from '../session.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface UserCertificateRecord {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly userId: string;
  /** SHA-256 of the DER form, lower case hexadecimal. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly serial: string;
  /** PEM. */
  readonly certificate: string;
  /** `issued` by our authority, or made elsewhere and `registered`. */
  readonly origin: 'issued' | 'registered';
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

const COLUMNS = `c.id, c.organization_id AS "organizationId", c.user_id AS "userId",
  encode(c.fingerprint, 'hex') AS fingerprint, c.subject, c.serial, c.certificate, c.origin,
  c.not_before AS "notBefore", c.not_after AS "notAfter", c.created_at AS "createdAt", c.revoked_at AS "revokedAt",
  c.last_used_at AS "lastUsedAt"`;

/** Throws `conflict` when the certificate is registered already. */
export async function insertUserCertificate(session: Session, record: UserCertificateRecord): Promise<void> {
  await session.insert(UserCertificateEntity, {
    ...record,
    fingerprint: Buffer.from(record.fingerprint, 'hex'),
  });
}

/** Newest first, revoked and ended ones among them; of one user when named. An organization has few. */
export async function listUserCertificates(
  session: Session,
  scope: Scope,
  userId: string | undefined,
): Promise<readonly UserCertificateRecord[]> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'c.organization_id' }, parameters);
  const ofUser = userId === undefined ? 'TRUE' : `c.user_id = ${parameters.add(userId, 'uuid')}`;
  return session.rows<UserCertificateRecord>(
    `SELECT ${COLUMNS} FROM user_certificate c WHERE ${tenant} AND ${ofUser} ORDER BY c.created_at DESC, c.id DESC`,
    parameters.values,
  );
}

/** The organization whose it was; undefined when the scope has no such certificate. Revoking twice keeps the first instant. */
export async function revokeUserCertificate(
  session: Session,
  scope: Scope,
  id: string,
  at: Date,
): Promise<OrganizationId | undefined> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'c.organization_id' }, parameters);
  const row = await session.first<{ organizationId: OrganizationId }>(
    `UPDATE user_certificate c SET revoked_at = coalesce(c.revoked_at, ${parameters.add(at, 'timestamptz')})
     WHERE c.id = ${parameters.add(id, 'uuid')} AND ${tenant} RETURNING c.organization_id AS "organizationId"`,
    parameters.values,
  );
  return row?.organizationId;
}

/** What makes a principal of a certificate. */
export interface UsableCertificate {
  readonly id: string;
  readonly userId: string;
  readonly organizationId: OrganizationId;
  readonly contract: ContractId;
  readonly roles: readonly Role[];
  readonly vdcIds: readonly VdcId[] | null;
  readonly certificate: string;
  readonly notAfter: Date;
  /** What the organization decided; null: what the installation does. */
  readonly sha1: 'accept' | 'refuse' | null;
}

const USABLE = `
SELECT c.id, c.user_id AS "userId", c.organization_id AS "organizationId", o.contract, u.roles, u.vdc_ids AS "vdcIds",
  c.certificate, c.not_after AS "notAfter", p.sha1
FROM user_certificate c JOIN organization o ON o.id = c.organization_id
  JOIN user_account u ON u.id = c.user_id AND u.state = 'active'
  LEFT JOIN signature_policy p ON p.organization_id = c.organization_id
WHERE c.revoked_at IS NULL AND c.not_before <= $1 AND c.not_after > $1`;

/**
 * The certificate when it may be used at `now`: not revoked, not ended, its user not disabled. This is what makes a principal,
 * so it takes no scope.
 */
export async function findUsableCertificate(
  session: Session,
  fingerprint: string,
  now: Date,
): Promise<UsableCertificate | undefined> {
  const row = await session.first<UsableCertificate>(`${USABLE} AND c.fingerprint = $2`, [
    now,
    Buffer.from(fingerprint, 'hex'),
  ]);
  return row && withKnownRoles(row);
}

/** For callers that show no certificate and only sign: all that one may have signed with, those used last first. */
export async function listUsableCertificates(
  session: Session,
  now: Date,
  limit: number,
): Promise<readonly UsableCertificate[]> {
  const rows = await session.rows<UsableCertificate>(
    `${USABLE} ORDER BY c.last_used_at DESC NULLS LAST, c.id LIMIT $2`,
    [now, limit],
  );
  return rows.map(withKnownRoles);
}

/** Writes at most once in five minutes a certificate: it is for people who look for unused ones. */
export async function touchUserCertificate(session: Session, id: string, at: Date): Promise<void> {
  await session.change(
    `UPDATE user_certificate SET last_used_at = $2
     WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '5 minutes')`,
    [id, at],
  );
}

const withKnownRoles = (row: UsableCertificate): UsableCertificate => ({
  ...row,
  roles: rolesAmong(row.roles),
});
