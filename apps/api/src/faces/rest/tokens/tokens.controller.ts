import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TokenRecord } from '@openvsys/persistence';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import { requireUuid } from '../../../http/require-uuid.js';
import { TokenAuthenticator } from '../../../http/token-authenticator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageTokens } from '../../../use-cases/tokens/manage-tokens.js';
import { CreatedTokenView, CreateTokenRequest, TokenPage, type TokenView } from './tokens.views.js';

@ApiTags('Tokens')
@Controller('v1/tokens')
export class TokensController {
  constructor(
    private readonly tokens: ManageTokens,
    private readonly authenticator: TokenAuthenticator,
  ) {}

  @Get()
  @Allow('token:read')
  @Describe({
    summary: 'List tokens',
    description: 'Newest first, revoked ones among them; the tokens themselves are not kept.',
    answers: [{ status: 200, description: 'A page of tokens.', type: TokenPage }],
  })
  async listTokens(@FromCaller() call: Call, @Query() query: PageQuery): Promise<TokenPage> {
    const { items, nextCursor } = await this.tokens.list(call, pageRequestOf(query));
    return { items: items.map(tokenView), nextCursor };
  }

  @Post()
  @Allow('token:manage')
  @Describe({
    summary: 'Create a token',
    description:
      'The answer is the only place where the token itself is ever shown. It cannot give more than its maker may do. Because the token is kept nowhere, this call cannot be repeated with an Idempotency-Key.',
    answers: [{ status: 201, description: 'The token.', type: CreatedTokenView }],
    problems: ['not-found'],
  })
  async createToken(@FromCaller() call: Call, @Body() body: CreateTokenRequest): Promise<CreatedTokenView> {
    const created = await this.tokens.create(call, {
      name: body.name,
      roles: body.roles,
      organizationId: body.organizationId,
      userId: body.userId,
      vdcIds: body.vdcIds,
      expiresAt: body.expiresAt === undefined ? null : new Date(body.expiresAt),
    });
    return Object.assign(tokenView(created), { token: created.token });
  }

  @Delete(':tokenId')
  @Allow('token:manage')
  @Repeatable()
  @Describe({
    summary: 'Revoke a token',
    description: 'It is refused at once by the process that revoked it and within 5 seconds by all others.',
    answers: [{ status: 204, description: 'It is revoked.' }],
    problems: ['not-found'],
  })
  async revokeToken(@FromCaller() call: Call, @Param('tokenId') id: string): Promise<void> {
    await this.tokens.revoke(call, requireUuid('token', id));
    this.authenticator.forgetAll();
  }
}

function tokenView(token: Omit<TokenRecord, 'lastUsedAt'>): TokenView {
  const { id, organizationId, userId, name, roles, vdcIds, createdAt, expiresAt, revokedAt } = token;
  return { id, organizationId, userId, name, roles, vdcIds, createdAt, expiresAt, revokedAt };
}
