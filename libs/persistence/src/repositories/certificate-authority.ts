/** The authority of users' certificates, and which signatures an organization takes. */
import type { OrganizationId, SealedText } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface CertificateAuthorityRecord {
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: SealedText;
}

/** There is one. */
const NAME = 'users';

export async function findCertificateAuthority(
  session: Session,
): Promise<CertificateAuthorityRecord | undefined> {
  return session.first<CertificateAuthorityRecord>(
    'SELECT certificate, private_key AS "privateKey" FROM certificate_authority WHERE name = $1',
    [NAME],
  );
}

/** Keeps the one that is there: of two made at once the first stays, and both get it. */
export async function ensureCertificateAuthority(
  session: Session,
  { certificate, privateKey }: CertificateAuthorityRecord,
  at: Date,
): Promise<CertificateAuthorityRecord> {
  await session.change(
    `INSERT INTO certificate_authority (name, certificate, private_key, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO NOTHING`,
    [NAME, certificate, privateKey, at],
  );
  return (await findCertificateAuthority(session)) ?? { certificate, privateKey };
}

export type Sha1Policy = 'accept' | 'refuse';

/** Null: as the installation has it. For an organization that was read with the caller's scope. */
export async function findSha1Policy(
  session: Session,
  organization: OrganizationId,
): Promise<Sha1Policy | null> {
  const row = await session.first<{ sha1: Sha1Policy }>(
    'SELECT sha1 FROM signature_policy WHERE organization_id = $1',
    [organization],
  );
  return row?.sha1 ?? null;
}

/** Null takes the organization's own decision back. */
export async function writeSha1Policy(
  session: Session,
  organization: OrganizationId,
  sha1: Sha1Policy | null,
): Promise<void> {
  if (sha1 === null) {
    await session.change('DELETE FROM signature_policy WHERE organization_id = $1', [organization]);
    return;
  }
  await session.change(
    `INSERT INTO signature_policy (organization_id, sha1) VALUES ($1, $2)
     ON CONFLICT (organization_id) DO UPDATE SET sha1 = excluded.sha1`,
    [organization, sha1],
  );
}
