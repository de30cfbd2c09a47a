/**
 * Bearer tokens: our own, and those of an identity provider when there is one (`oidc-tokens.ts`). Of ours only their SHA-256 hashes are stored and compared, so a read of the database gives no access; a plain hash is
 * enough because a token is 256 random bits, not chosen by a person.
 */
import { createHash } from 'node:crypto';
import { DomainError, type Principal } from '@openvsys/vsys';

export interface TokenLookup {
  /** The principal of a token that is neither revoked nor expired. */
  find(token: string): Promise<FoundToken | undefined>;
}

export interface FoundToken {
  readonly principal: Principal;
  readonly expiresAt: Date | null;
}

interface CacheEntry {
  readonly found: FoundToken;
  readonly until: number;
}

/** A revoked token may still be accepted for this long by another API process; the price of not asking the database each time. */
const CACHE_MS = 5_000;
/** More entries than this are not remembered at once; the cache starts over. Bounds memory against token floods. */
const CACHE_SIZE = 10_000;
/** Bounds what is hashed for an unknown caller. */
const TOKEN = /^[A-Za-z0-9_~+/=-]{16,200}$/;
/** RFC 7519: three parts in base64url. Ours have no dots. They carry claims and are long. */
const JWT = /^(?=.{16,8192}$)[\w-]+\.[\w-]+\.[\w-]+$/;

export class TokenAuthenticator {
  private readonly cache = new Map<string, CacheEntry>();

  constructor(
    private readonly tokens: TokenLookup,
    private readonly now: () => Date,
    /** Undefined: there is no identity provider. */
    private readonly foreignTokens?: TokenLookup,
  ) {}

  /** Throws `unauthenticated`; the answer does not tell unknown, expired and revoked apart. */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    const token = bearerOf(authorization);
    // Tokens themselves are not kept in memory.
    const key = createHash('sha256').update(token).digest('base64');
    const now = this.now().getTime();
    const cached = this.cache.get(key);
    if (cached !== undefined && cached.until > now) return cached.found.principal;
    const found = await (JWT.test(token) ? this.foreignTokens : this.tokens)?.find(token);
    if (found === undefined || (found.expiresAt !== null && found.expiresAt.getTime() <= now))
      throw unknownToken();
    this.remember(key, found, now);
    return found.principal;
  }

  /** Called when a token is revoked through this process. */
  forgetAll(): void {
    this.cache.clear();
  }

  private remember(key: string, found: FoundToken, now: number): void {
    if (this.cache.size >= CACHE_SIZE) this.cache.clear();
    const end = found.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    this.cache.set(key, { found, until: Math.min(now + CACHE_MS, end) });
  }
}

function bearerOf(authorization: string | undefined): string {
  const [scheme, token, ...rest] = (authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer' && token !== undefined && rest.length === 0 && isToken(token))
    return token;
  throw unknownToken();
}

const isToken = (text: string): boolean => TOKEN.test(text) || JWT.test(text);

function unknownToken(): DomainError {
  return new DomainError('unauthenticated', 'The request carries no valid token.', {
    remedy: 'Send “Authorization: Bearer <token>” with a token that is neither expired nor revoked.',
  });
}
