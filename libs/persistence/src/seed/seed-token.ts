/** The first token of the provider or of an organization: later ones are made with it, through the API. */
import type { OrganizationId, Role } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { generateToken, hashToken, insertToken } from '../repositories/tokens.js';
import type { Session } from '../session.js';

const TOKEN_NAME = 'seed';

/** The token's text when it is known now, else null. */
export async function ensureToken(
  session: Session,
  organization: OrganizationId | null,
  role: Role,
  given: string | undefined,
  at: Date,
): Promise<string | null> {
  const existing = await session.rows<{ hash: Buffer }>(
    'SELECT token_hash AS hash FROM api_token WHERE organization_id IS NOT DISTINCT FROM $1 AND revoked_at IS NULL',
    [organization],
  );
  if (given === undefined && existing.length > 0) return null;
  const token = given ?? generateToken();
  if (existing.some(({ hash }) => hash.equals(hashToken(token)))) return token;
  const record = {
    id: uuidv7(),
    organizationId: organization,
    name: TOKEN_NAME,
    roles: [role],
    vdcIds: null,
  };
  await insertToken(session, { ...record, createdAt: at, expiresAt: null }, token);
  return token;
}
