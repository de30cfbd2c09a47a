/** The only guard: authenticates, then compares what the route asks with what the caller may. Deny by default. */
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError, requirePermission } from '@openvsys/vsys';
import type { Request } from 'express';
import { PUBLIC_URL } from '../tokens.js';
import { AgentAuthenticator } from './agent-authenticator.js';
import { ALLOW_METADATA, type Allowance } from './allow.decorator.js';
import { bearerOf } from './basic-login.js';
import { rememberPrincipal } from './call.js';
import { TokenAuthenticator } from './token-authenticator.js';

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: TokenAuthenticator,
    private readonly agents: AgentAuthenticator,
    @Inject(PUBLIC_URL) private readonly publicUrl: string | null,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const allowance = this.reflector.getAllAndOverride<Allowance | undefined>(ALLOW_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (allowance === undefined)
      throw new DomainError('forbidden', 'This route is open to nobody.', { retry: 'never' });
    if ('anyone' in allowance) return true;
    const request = context.switchToHttp().getRequest<Request>();
    if ('agent' in allowance) {
      await this.agents.authenticate(request);
      return true;
    }
    const authorization =
      'password' in allowance ? bearerOf(request, this.publicUrl) : request.headers.authorization;
    const principal = await this.authenticator.authenticate(authorization);
    rememberPrincipal(request, principal);
    if ('permission' in allowance) requirePermission(principal, allowance.permission);
    return true;
  }
}
