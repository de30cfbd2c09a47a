/** Finds the principal of a token in the database. */
import { findUsableToken, touchToken, type Database } from '@openvsys/persistence';
import type { FoundToken, TokenLookup } from './token-authenticator.js';

export class StoredTokens implements TokenLookup {
  constructor(private readonly database: Database) {}

  async find(token: string): Promise<FoundToken | undefined> {
    // Tokens end by the machine's clock, also when metered time is scaled.
    const now = new Date();
    return this.database.session(async (session) => {
      const record = await findUsableToken(session, token, now);
      if (record === undefined) return undefined;
      await touchToken(session, record.id, now);
      const { id, userId, organizationId, roles, vdcIds, expiresAt } = record;
      const actor = userId === null ? `token:${id}` : `user:${userId}`;
      return { principal: { actor, organizationId, roles, vdcIds }, expiresAt };
    });
  }
}
