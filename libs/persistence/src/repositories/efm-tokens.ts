/**
 * The life of an appliance's token.
 *
 *   first ──renewal wanted, or old──► next one handed out ──its first use──► the one before is worth nothing
 *     └──────────────revoked───────────────────┴──────► the appliance is refused for good
 *
 * Both count while the answer with the next one may have been lost, so that no appliance ever locks itself out.
 */
import { DomainError, type VServerId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { hashToken } from './tokens.js';

/** A token is renewed without being asked to when it is older than this. */
export const EFM_TOKEN_DAYS = 90;

const unknownAgent = () =>
  new DomainError('conflict', 'The EFM has no agent whose token could be changed.', {
    remedy: 'An appliance gets its token when it is made; one that was revoked has to be made anew.',
  });

/** The agent is told with its next report. Throws `conflict` when there is none or it was revoked. */
export async function wantNewEfmToken(session: Session, id: VServerId, at: Date): Promise<void> {
  const changed = await session.change(
    'UPDATE efm_agent SET renewal_wanted_at = $2 WHERE vserver_id = $1 AND revoked_at IS NULL',
    [id, at],
  );
  if (changed === 0) throw unknownAgent();
}

/** Neither its token nor a next one opens anything any more. Twice is once. Throws `conflict` when there is none. */
export async function revokeEfmToken(session: Session, id: VServerId, at: Date): Promise<void> {
  const changed = await session.change(
    `UPDATE efm_agent SET revoked_at = coalesce(revoked_at, $2), next_token_hash = NULL, renewal_wanted_at = NULL
     WHERE vserver_id = $1`,
    [id, at],
  );
  if (changed === 0) throw unknownAgent();
}

export async function isEfmTokenDue(session: Session, id: VServerId, at: Date): Promise<boolean> {
  const row = await session.first<{ due: boolean }>(
    `SELECT renewal_wanted_at IS NOT NULL
       OR coalesce(token_at, created_at) < $2::timestamptz - make_interval(days => ${EFM_TOKEN_DAYS}) AS due
     FROM efm_agent WHERE vserver_id = $1`,
    [id, at],
  );
  return row?.due ?? false;
}

/** Counts from its first use on; another call before that replaces it. */
export async function offerEfmToken(session: Session, id: VServerId, token: string): Promise<void> {
  await session.change(
    'UPDATE efm_agent SET next_token_hash = $2 WHERE vserver_id = $1 AND revoked_at IS NULL',
    [id, hashToken(token)],
  );
}

/** The first use of a next token. False: it is none. */
export async function promoteEfmToken(session: Session, token: string, at: Date): Promise<boolean> {
  const changed = await session.change(
    `UPDATE efm_agent SET token_hash = next_token_hash, next_token_hash = NULL, token_at = $2, renewal_wanted_at = NULL
     WHERE next_token_hash = $1 AND revoked_at IS NULL`,
    [hashToken(token), at],
  );
  return changed > 0;
}
