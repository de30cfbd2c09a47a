/**
 * Access tokens of an identity provider (OpenID Connect): JWTs that it signed for this API. Who the bearer is comes from the
 * provider, what the bearer may do from the user whose `subject` it is: roles in a token count for nothing.
 *
 *   first token ──► discovery: <issuer>/.well-known/openid-configuration ──► keys (JWKS)
 *   a key that is not known yet ──► the keys are fetched again, twice a minute at most
 */
import { findUserBySubject, type Database } from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { FoundToken, TokenLookup } from './token-authenticator.js';

export interface OidcOptions {
  /** Exactly as the provider writes it in `iss`. */
  readonly issuer: string;
  /** What the provider writes in `aud` of tokens for this API. */
  readonly audience: string;
  /** Between two looks for keys that are not known yet, ms; default 30 s. */
  readonly newKeysPauseMs?: number;
}

/** Signatures with a key pair only: a secret that both sides know would let anybody who reads it make tokens. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** By how much the provider's clock may differ, s. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Of one request to the provider, ms. */
const TIMEOUT_MS = 5_000;
const NEW_KEYS_PAUSE_MS = 30_000;
/** A discovery document has some kilobytes. */
const DISCOVERY_LIMIT_BYTES = 256 * 1024;

export class OidcTokens implements TokenLookup {
  private keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(
    private readonly options: OidcOptions,
    private readonly database: Database,
  ) {}

  /** Throws `unavailable` while the provider cannot be asked for keys that are needed. */
  async find(token: string): Promise<FoundToken | undefined> {
    const claims = await this.verify(token);
    const { sub, exp } = claims ?? {};
    if (sub === undefined || exp === undefined) return undefined;
    const user = await this.database.session(async (session) => findUserBySubject(session, sub));
    if (user === undefined) return undefined;
    const { id, organizationId, roles, vdcIds } = user;
    const principal = { actor: `user:${id}`, organizationId, roles, vdcIds };
    return { principal, expiresAt: new Date(exp * 1000) };
  }

  /** Undefined for whatever is not a valid token of the provider for this API. */
  private async verify(token: string): Promise<JWTPayload | undefined> {
    const { issuer, audience } = this.options;
    try {
      const { payload } = await jwtVerify(token, await this.findKeys(), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
        throw unavailable(error);
      return undefined;
    }
  }

  private async findKeys(): Promise<JWTVerifyGetKey> {
    this.keys ??= this.discover();
    try {
      return await this.keys;
    } catch (error) {
      this.keys = undefined;
      throw error;
    }
  }

  /** OpenID Connect Discovery 1.0 §4. */
  private async discover(): Promise<JWTVerifyGetKey> {
    const { issuer, newKeysPauseMs = NEW_KEYS_PAUSE_MS } = this.options;
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`Discovery answered ${response.status}.`);
    const text = await response.text();
    if (text.length > DISCOVERY_LIMIT_BYTES) throw new Error('The discovery document is too long.');
    const found = JSON.parse(text) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (found.issuer !== issuer) throw new Error('The discovery document names another issuer.');
    const keys = new URL(String(found.jwks_uri));
    // Keys over a way that anybody may change would be worth nothing.
    if (keys.protocol !== new URL(issuer).protocol)
      throw new Error('The keys are not served as the issuer is.');
    return createRemoteJWKSet(keys, { timeoutDuration: TIMEOUT_MS, cooldownDuration: newKeysPauseMs });
  }
}

function unavailable(cause: unknown): DomainError {
  return new DomainError('unavailable', 'The identity provider cannot be asked just now.', {
    retry: 'same',
    remedy: 'Repeat the request later, or use a token of this API.',
    cause,
  });
}
