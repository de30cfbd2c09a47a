import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { isForProvider, PERMISSIONS_OF, ROLES } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import { TokenAuthenticator } from '../../../http/token-authenticator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageUsers } from '../../../use-cases/users/manage-users.js';
import { ChangeUserRequest, CreateUserRequest, RolePage, UserPage, UserView } from './users.views.js';

@ApiTags('Users')
@Controller('v1')
export class UsersController {
  constructor(
    private readonly users: ManageUsers,
    private readonly authenticator: TokenAuthenticator,
  ) {}

  @Get('roles')
  @Allow('organization:read')
  @Describe({
    summary: 'List roles',
    description: 'What each role permits.',
    answers: [{ status: 200, description: 'All roles.', type: RolePage }],
  })
  listRoles(): RolePage {
    const items = ROLES.map((name) => ({
      name,
      isForProvider: isForProvider(name),
      permissions: PERMISSIONS_OF[name],
    }));
    return { items, nextCursor: null };
  }

  @Get('users')
  @Allow('user:read')
  @Describe({
    summary: 'List users',
    description: 'People with their roles, disabled ones among them.',
    answers: [{ status: 200, description: 'All users.', type: UserPage }],
  })
  async listUsers(@FromCaller() call: Call): Promise<UserPage> {
    return { items: await this.users.list(call), nextCursor: null };
  }

  @Post('users')
  @Allow('user:manage')
  @Repeatable()
  @Describe({
    summary: 'Create a user',
    description:
      'A person with roles. It acts by tokens that are made for it, and by those of the identity provider when it has a subject there.',
    answers: [{ status: 201, description: 'The user.', type: UserView }],
    problems: ['not-found', 'conflict'],
  })
  async createUser(@FromCaller() call: Call, @Body() body: CreateUserRequest): Promise<UserView> {
    const { name, email, subject, roles, vdcIds, organizationId } = body;
    return this.users.create(call, { name, email, subject, roles, vdcIds, organizationId });
  }

  @Patch('users/:userId')
  @Allow('user:manage')
  @Repeatable()
  @Describe({
    summary: 'Change a user',
    description:
      'Its roles, its VDCs, whether it may act at all. Its tokens give no more than it has: at once in the process that did it and within 5 seconds in all others.',
    answers: [{ status: 200, description: 'The user.', type: UserView }],
    problems: ['not-found', 'conflict'],
  })
  async changeUser(
    @FromCaller() call: Call,
    @Param('userId') id: string,
    @Body() { email, subject, roles, vdcIds, state }: ChangeUserRequest,
  ): Promise<UserView> {
    const command = { email, subject, roles, vdcIds, state };
    const user = await this.users.change(call, requireUuid('user', id), command);
    this.authenticator.forgetAll();
    return user;
  }
}
