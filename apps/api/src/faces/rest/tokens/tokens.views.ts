import { ROLES, type Role } from '@openvsys/vsys';
import { Choices, Instant, ListOf, Text, Texts, Uuid } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

export class TokenView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Organization; null for tokens of the provider.', nullable: true })
  organizationId!: string | null;

  @Uuid({ description: 'User whose token it is; null: a program’s.', nullable: true })
  userId!: string | null;

  @Text({ description: 'Name.', example: 'ci' })
  name!: string;

  @Choices({ description: 'Roles.', example: ['designer'], of: ROLES, name: 'Role' })
  roles!: readonly Role[];

  @Texts({ description: 'Only these VDCs; null: all.', nullable: true })
  vdcIds!: readonly string[] | null;

  @Instant({ description: 'When it was made.' })
  createdAt!: Date;

  @Instant({ description: 'When it ends, or null.', nullable: true })
  expiresAt!: Date | null;

  @Instant({ description: 'When it was revoked, or null.', nullable: true })
  revokedAt!: Date | null;
}

export class CreatedTokenView extends TokenView {
  @Text({
    description: 'The token itself. It is shown only in this answer.',
    example: 'ovs_Zk3v0u7n5cX1yq2mB9rT8wLdJhGfKsPaQeVtYiUoNbM',
  })
  token!: string;
}

export class TokenPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => TokenView)
  items!: readonly TokenView[];
}

export class CreateTokenRequest {
  @Text({ description: 'Name.', example: 'ci', minLength: 1, maxLength: 100 })
  name!: string;

  @Choices({
    description: 'Roles; none that gives more than the caller may do.',
    example: ['designer'],
    of: ROLES,
    name: 'Role',
    minItems: 1,
    maxItems: 7,
  })
  roles!: readonly Role[];

  @Uuid({
    description:
      'Only for callers of the provider: the organization it is for; none: a token of the provider.',
    optional: true,
  })
  organizationId?: string;

  @Uuid({
    description: 'The user whose token it is: it never gives more than the user has, and ends with it.',
    optional: true,
  })
  userId?: string;

  @Texts({
    description: 'Only these VDCs.',
    optional: true,
    minItems: 1,
    maxItems: 100,
    example: ['019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c33'],
  })
  vdcIds?: readonly string[];

  @Instant({ description: 'When it ends.', optional: true })
  expiresAt?: string;
}
