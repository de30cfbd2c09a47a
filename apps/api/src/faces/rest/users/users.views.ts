import { USER_STATES, type UserState } from '@openvsys/persistence';
import { ROLES, type Role } from '@openvsys/vsys';
import { Choice, Choices, Flag, Instant, ListOf, Text, Texts, Uuid } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

const EMAIL = '^[^\\s@]+@[^\\s@]+$';
/** The longest address that mail can be sent to (RFC 5321). */
const MAX_EMAIL = 254;
const MAX_VDCS = 100;
/** OpenID Connect Core 1.0 §2. */
const MAX_SUBJECT = 255;

export class UserView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Organization; null for users of the provider.', nullable: true })
  organizationId!: string | null;

  @Text({ description: 'Name, unique in the organization.', example: 'ada' })
  name!: string;

  @Text({
    description: 'Mail address.',
    example: 'ada@example.com',
    nullable: true,
    maxLength: MAX_EMAIL,
  })
  email!: string | null;

  @Choices({
    description: 'Roles; no token of the user gives more.',
    example: ['designer'],
    of: ROLES,
    name: 'Role',
  })
  roles!: readonly Role[];

  @Texts({ description: 'Only these VDCs; null: all.', nullable: true })
  vdcIds!: readonly string[] | null;

  @Choice({
    description: 'Tokens of disabled users are refused.',
    example: 'active',
    of: USER_STATES,
    name: 'UserState',
  })
  state!: UserState;

  @Text({
    description: 'Who it is at the identity provider (`sub`); null: it acts by tokens only.',
    example: '248289761001',
    nullable: true,
    maxLength: MAX_SUBJECT,
  })
  subject!: string | null;

  @Instant({ description: 'When it was made.' })
  createdAt!: Date;
}

export class UserPage extends PageView {
  @ListOf({ description: 'By name; those of the provider first.' }, () => UserView)
  items!: readonly UserView[];
}

export class CreateUserRequest {
  @Text({
    description: 'Name, unique in the organization.',
    example: 'ada',
    pattern: '^[a-z0-9](?:[a-z0-9._@-]*[a-z0-9])?$',
    maxLength: 100,
  })
  name!: string;

  @Text({
    description: 'Mail address.',
    example: 'ada@example.com',
    pattern: EMAIL,
    maxLength: MAX_EMAIL,
    optional: true,
  })
  email?: string;

  @Text({
    description: 'Who it is at the identity provider: the claim `sub` of its tokens.',
    example: '248289761001',
    pattern: '^[\\x21-\\x7E]+$',
    maxLength: MAX_SUBJECT,
    optional: true,
  })
  subject?: string;

  @Choices({
    description: 'Roles; none that gives more than the caller may do.',
    example: ['designer'],
    of: ROLES,
    name: 'Role',
    minItems: 1,
    maxItems: 7,
  })
  roles!: readonly Role[];

  @Texts({
    description: 'Only these VDCs; all when not given.',
    optional: true,
    minItems: 1,
    maxItems: MAX_VDCS,
  })
  vdcIds?: readonly string[];

  @Uuid({
    description: 'Only for callers of the provider: the organization it is of; none: the provider.',
    optional: true,
  })
  organizationId?: string;
}

export class ChangeUserRequest {
  @Text({
    description: 'New mail address.',
    example: 'ada@example.com',
    pattern: EMAIL,
    maxLength: MAX_EMAIL,
    optional: true,
  })
  email?: string;

  @Text({
    description: 'Who it is at the identity provider; an empty text: it acts by tokens of this API only.',
    example: '248289761001',
    pattern: '^[\\x21-\\x7E]*$',
    maxLength: MAX_SUBJECT,
    optional: true,
  })
  subject?: string;

  @Choices({
    description: 'All roles that it has then.',
    example: ['operator'],
    of: ROLES,
    name: 'Role',
    optional: true,
    minItems: 1,
    maxItems: 7,
  })
  roles?: readonly Role[];

  @Texts({
    description: 'All VDCs that it is bound to then; none: it is not bound.',
    optional: true,
    maxItems: MAX_VDCS,
  })
  vdcIds?: readonly string[];

  @Choice({
    description: '`disabled` ends the use of all its tokens until it is `active` again.',
    example: 'disabled',
    of: USER_STATES,
    name: 'UserState',
    optional: true,
  })
  state?: UserState;
}

export class RoleView {
  @Choice({ description: 'Role.', example: 'operator', of: ROLES, name: 'Role' })
  name!: Role;

  @Flag({ description: 'Only for users and tokens of the provider.', example: false })
  isForProvider!: boolean;

  @Texts({ description: 'What it permits.', example: ['vsys:read', 'vsys:power'] })
  permissions!: readonly string[];
}

export class RolePage extends PageView {
  @ListOf({ description: 'All roles.' }, () => RoleView)
  items!: readonly RoleView[];
}
