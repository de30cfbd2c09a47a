/** Tokens of EFM appliances: each opens the document of one EFM and nothing else of the API. */
import { createHash } from 'node:crypto';
import { findEfmAgent, promoteEfmToken, type Database, type EfmAgentRecord } from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Request } from 'express';

/** A revoked token may still be accepted for this long; a thousand appliances then ask the database rarely. */
const CACHE_MS = 5_000;
/** The cache starts over above this many entries. */
const CACHE_SIZE = 10_000;
const BEARER = /^Bearer ([A-Za-z0-9_-]{16,200})$/i;

const agents = new WeakMap<Request, EfmAgentRecord>();

/** Throws `unauthenticated` for a request that did not pass the guard as an agent's. */
export function agentOf(request: Request): EfmAgentRecord {
  const agent = agents.get(request);
  if (agent === undefined) throw unknownAgent();
  return agent;
}

export class AgentAuthenticator {
  private readonly cache = new Map<string, { readonly agent: EfmAgentRecord; readonly until: number }>();

  constructor(
    private readonly database: Database,
    private readonly now: () => Date,
  ) {}

  /** Throws `unauthenticated`; the answer does not tell unknown and revoked apart. */
  async authenticate(request: Request): Promise<void> {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw unknownAgent();
    const key = createHash('sha256').update(token).digest('base64');
    const now = this.now().getTime();
    const cached = this.cache.get(key);
    if (cached !== undefined && cached.until > now) {
      agents.set(request, cached.agent);
      return;
    }
    const agent = await this.find(token);
    if (agent === undefined) throw unknownAgent();
    if (this.cache.size >= CACHE_SIZE) this.cache.clear();
    this.cache.set(key, { agent, until: now + CACHE_MS });
    agents.set(request, agent);
  }

  /** A token that was handed out and is used for the first time takes the place of the one before. */
  private async find(token: string): Promise<EfmAgentRecord | undefined> {
    return this.database.session(async (session) => {
      const found = await findEfmAgent(session, token);
      if (found !== undefined || !(await promoteEfmToken(session, token, this.now()))) return found;
      return findEfmAgent(session, token);
    });
  }
}

function unknownAgent(): DomainError {
  return new DomainError('unauthenticated', 'The request carries no valid token of an appliance.', {
    remedy: 'An appliance uses the token from its own config drive.',
  });
}
