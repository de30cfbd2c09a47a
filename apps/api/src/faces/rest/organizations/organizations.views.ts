import { ROLES, type Role } from '@openvsys/vsys';
import { Choice, Choices, Instant, ListOf, Text, Texts, Uuid } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';

export class OrganizationView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Text({ description: 'Contract: the first part of the ids of its systems.', example: 'DEMO0001' })
  contract!: string;

  @Text({ description: 'Name.', example: 'Demo organization' })
  name!: string;

  @Text({ description: 'IANA time zone; it only groups usage into days.', example: 'Europe/Berlin' })
  timeZone!: string;

  @Text({ description: 'ISO 4217 currency of its prices.', example: 'EUR' })
  currency!: string;

  @Choice({
    description: 'Suspended organizations cannot create or change.',
    example: 'active',
    of: ['active', 'suspended', 'closed'],
    name: 'OrganizationState',
  })
  state!: 'active' | 'suspended' | 'closed';

  @Instant({ description: 'When it was made.' })
  createdAt!: Date;
}

export class OrganizationPage extends PageView {
  @ListOf({ description: 'By contract.' }, () => OrganizationView)
  items!: readonly OrganizationView[];
}

export class CreateOrganizationRequest {
  @Text({
    description: 'Contract: 8 characters A-Z and 0-9, the first part of the ids of its systems.',
    example: 'ACME0001',
    pattern: '^[A-Z0-9]{8}$',
    maxLength: 8,
  })
  contract!: string;

  @Text({ description: 'Name.', example: 'ACME', minLength: 1, maxLength: 100 })
  name!: string;

  @Text({
    description: 'IANA time zone; UTC when not given.',
    example: 'Europe/Berlin',
    optional: true,
    maxLength: 60,
  })
  timeZone?: string;

  @Text({
    description: 'ISO 4217 currency; EUR when not given.',
    example: 'EUR',
    optional: true,
    pattern: '^[A-Z]{3}$',
    maxLength: 3,
  })
  currency?: string;
}

export class ListOrganizationsQuery extends PageQuery {}

export class WhoAmIView {
  @Text({
    description: 'Who it is in audit and events.',
    example: 'token:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
  })
  actor!: string;

  @Uuid({ description: 'Organization; null for the provider.', nullable: true })
  organizationId!: string | null;

  @Text({
    description: 'Contract of the organization; null for the provider.',
    example: 'DEMO0001',
    nullable: true,
  })
  contract!: string | null;

  @Choices({ description: 'Roles.', example: ['org-admin'], of: ROLES, name: 'Role' })
  roles!: readonly Role[];

  @Texts({ description: 'Permissions that the roles give.', example: ['vsys:read'] })
  permissions!: readonly string[];

  @Texts({ description: 'Only these VDCs; null: all.', nullable: true })
  vdcIds!: readonly string[] | null;

  @Instant({ description: 'The server’s time.' })
  time!: Date;
}
