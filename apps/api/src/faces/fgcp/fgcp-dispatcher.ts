/** From a request to the answer's text: who it is, whether it may, which operation, in which words. Never throws. */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DomainError, requirePermission, Scope } from '@openvsys/vsys';
import type { RequestLimiter } from '../../http/request-limiter.js';
import { REQUEST_LIMITER } from '../../tokens.js';
import { FgcpAuthenticator, type FgcpIdentity } from './identity/fgcp-authenticator.js';
import type { FgcpOperation } from './fgcp-operation.js';
import { FgcpRegistry } from './fgcp-registry.js';
import { FgcpError } from './protocol/fgcp-error.js';
import type { FgcpRequest } from './protocol/fgcp-request.js';
import { readRequest, type RawRequest } from './protocol/read-request.js';
import { writeFailure, writeSuccess, type Locale } from './protocol/write-answer.js';
import { fgcpErrorOf } from './words/errors.js';
import { UNSUPPORTED, VERSIONS } from './words/versions.js';

export interface FgcpArrival extends RawRequest {
  readonly requestId: string;
  readonly fingerprint: string | undefined;
  /** Told once the caller is known. */
  onIdentity(identity: FgcpIdentity): void;
}

@Injectable()
export class FgcpDispatcher {
  private readonly logger = new Logger('fgcp');

  constructor(
    private readonly authenticator: FgcpAuthenticator,
    private readonly registry: FgcpRegistry,
    @Inject(REQUEST_LIMITER) private readonly limiter: RequestLimiter | null,
  ) {}

  /** An XML document. */
  async answer(arrival: FgcpArrival): Promise<string> {
    let action: string | undefined;
    try {
      const request = await readRequest(arrival);
      const identity = await this.identify(request, arrival);
      const operation = this.operationOf(request);
      action = request.get('Action');
      requirePermission(identity.principal, operation.permission);
      const locale = localeOf(request);
      return writeSuccess(action, locale, await operation.run(givenOf(arrival, identity, request, locale)));
    } catch (thrown) {
      const error = fgcpErrorOf(thrown);
      if (thrown instanceof DomainError ? thrown.code === 'internal' : !(thrown instanceof FgcpError))
        this.logger.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown);
      return writeFailure(action, error);
    }
  }

  private async identify(request: FgcpRequest, arrival: FgcpArrival): Promise<FgcpIdentity> {
    const identity = await this.authenticator.authenticate({
      fingerprint: arrival.fingerprint,
      accessKeyId: request.raw('AccessKeyId'),
      signature: request.raw('Signature'),
    });
    arrival.onIdentity(identity);
    const budget = await this.limiter?.take(identity.principal.actor);
    if (budget?.exceeded === true)
      throw new FgcpError('ERROR', `Too many requests. Wait ${budget.resetSeconds} seconds.`);
    const { organizationId } = identity.principal;
    const shared = organizationId === null ? undefined : await this.limiter?.charge(organizationId, 1);
    if (shared?.exceeded === true)
      throw new FgcpError('ERROR', `Too many requests. Wait ${shared.resetSeconds} seconds.`);
    return identity;
  }

  private operationOf(request: FgcpRequest): FgcpOperation {
    const action = request.get('Action');
    const version = request.get('Version');
    const operation = this.registry.find(action);
    if (operation !== undefined && VERSIONS.includes(version)) return operation;
    if (UNSUPPORTED.includes(action))
      throw new FgcpError('UNSUPPORT_ERROR', 'Unable to use the specified API');
    throw new FgcpError('NOTFOUND', `API to the Version is not found. [${action}][${version}]`);
  }
}

const LOCALES: readonly Locale[] = ['en', 'ja'];

const localeOf = (request: FgcpRequest): Locale =>
  request.find('Locale') === undefined ? 'en' : request.oneOf('Locale', LOCALES);

const givenOf = (
  { requestId }: FgcpArrival,
  { principal, organizationId, contract }: FgcpIdentity,
  request: FgcpRequest,
  locale: Locale,
) => ({
  call: { principal, scope: Scope.of(principal), requestId, idempotency: null, reason: null },
  request,
  locale,
  organizationId,
  contract,
});
