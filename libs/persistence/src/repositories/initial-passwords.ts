/** Passwords that were made for servers. Each is given out once. */
import {
  DomainError,
  vsysOfPart,
  type OrganizationId,
  type Scope,
  type SealedText,
  type VServerId,
} from '@openvsys/vsys';
import type { Session } from '../session.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface NewInitialPassword {
  readonly server: VServerId;
  readonly organizationId: OrganizationId;
  readonly userName: string;
  readonly sealed: SealedText;
  readonly createdAt: Date;
}

/** A newer one takes the place of one that nobody has read. */
export async function insertInitialPassword(session: Session, row: NewInitialPassword): Promise<void> {
  await session.change(
    `INSERT INTO initial_password (vserver_id, vsys_id, organization_id, user_name, sealed, created_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (vserver_id) DO UPDATE
       SET user_name = excluded.user_name, sealed = excluded.sealed, created_at = excluded.created_at, shown_at = NULL`,
    [row.server, vsysOfPart(row.server), row.organizationId, row.userName, row.sealed, row.createdAt],
  );
}

export interface TakenPassword {
  readonly organizationId: OrganizationId;
  readonly userName: string;
  readonly sealed: SealedText;
}

/** Throws `not-found` for a server that none was made for or that is not in scope, `gone` when it was shown before. */
export async function takeInitialPassword(
  session: Session,
  scope: Scope,
  server: VServerId,
  at: Date,
): Promise<TakenPassword> {
  const parameters = new Parameters();
  const id = parameters.add(server, 'text');
  const mine = scopeCondition(scope, { organization: 'p.organization_id', vdc: 'v.vdc_id' }, parameters);
  // The part has to be there: passwords of servers that are gone tell nobody anything.
  const found = await session.first<TakenPassword & { readonly sealed: SealedText | null }>(
    `SELECT p.organization_id AS "organizationId", p.user_name AS "userName", p.sealed
     FROM initial_password p JOIN vsys v ON v.id = p.vsys_id
     WHERE p.vserver_id = ${id} AND v.deleted_at IS NULL AND ${mine} FOR UPDATE OF p`,
    parameters.values,
  );
  if (found === undefined)
    throw new DomainError('not-found', `No password was made for the server “${server}”.`, {
      remedy: 'A password is made when a server is created with `login.generatePassword`.',
    });
  if (found.sealed === null)
    throw new DomainError('gone', `The initial password of “${server}” was shown already.`, {
      retry: 'never',
      remedy: 'Give the server another login and rebuild it, or use what was noted.',
    });
  await session.change('UPDATE initial_password SET sealed = NULL, shown_at = $2 WHERE vserver_id = $1', [
    server,
    at,
  ]);
  return found;
}
