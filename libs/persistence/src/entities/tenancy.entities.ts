/** Who uses the system: organizations, their tokens, limits and data centres. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('organization')
@Unique(['contract'])
@Check('organization_contract_form', `contract ~ '^[A-Z0-9]{8}$'`)
@Check('organization_state_known', `state IN ('active', 'suspended', 'closed')`)
@Check('organization_running_known', `running IN ('keep', 'stop')`)
@Check('organization_delete_after_close', `delete_after IS NULL OR state = 'closed'`)
export class OrganizationEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') contract: string;
  @Column('text') name: string;
  @Column('text') timeZone: string;
  /** ISO 4217; the currency of its price list and bill. */
  @Column('text') currency: string;
  @Column('text', { default: 'active' }) state: string;
  @Column('timestamptz') createdAt: Date;
  /** Why it is in its state, in the words of who decided; empty: it always was. */
  @Column('text', { default: '' }) stateReason: string;
  @Column('timestamptz', { nullable: true }) stateChangedAt: Date | null;
  /** `stop`: servers are kept stopped as long as it is not active. */
  @Column('text', { default: 'keep' }) running: string;
  /** Of a closed one: all its systems are deleted then. */
  @Column('timestamptz', { nullable: true }) deleteAfter: Date | null;
}

/** A person. Tokens of a person never give more than the person has. */
@Entity('user_account')
@Unique(['organizationId', 'name'])
@Index('user_account_provider_name_unique', ['name'], { unique: true, where: 'organization_id IS NULL' })
@Check('user_account_state_known', `state IN ('active', 'disabled')`)
@Index('user_account_subject_unique', ['subject'], { unique: true, where: 'subject IS NOT NULL' })
export class UserAccountEntity {
  @PrimaryColumn('uuid') id: string;
  /** Null: of the provider. */
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid', { nullable: true })
  organizationId: string | null;
  @Column('text') name: string;
  @Column('text', { nullable: true }) email: string | null;
  @Column('text', { array: true }) roles: string[];
  /** Null: every VDC of the organization. */
  @Column('uuid', { array: true, nullable: true }) vdcIds: string[] | null;
  @Column('text', { default: 'active' }) state: string;
  /** `sub` at the identity provider; null: signs in by tokens only. */
  @Column('text', { nullable: true }) subject: string | null;
  @Column('timestamptz') createdAt: Date;
}

@Entity('api_token')
@Unique(['tokenHash'])
export class ApiTokenEntity {
  @PrimaryColumn('uuid') id: string;
  /** Null: a token of the provider. */
  @Index()
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid', { nullable: true })
  organizationId: string | null;
  /** Null: of a program. */
  @Index()
  @ForeignKey(() => UserAccountEntity)
  @Column('uuid', { nullable: true })
  userId: string | null;
  @Column('text') name: string;
  /** SHA-256 of the token; the token itself is shown once and kept nowhere. */
  @Column('bytea') tokenHash: Buffer;
  @Column('text', { array: true }) roles: string[];
  /** Null: every VDC of the organization. */
  @Column('uuid', { array: true, nullable: true }) vdcIds: string[] | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
  @Column('timestamptz', { nullable: true }) lastUsedAt: Date | null;
}

/** No row: no limit. */
@Entity('quota')
@Check('quota_scope_known', `scope IN ('organization', 'vdc', 'vsys')`)
@Check('quota_limit_not_negative', `"limit" >= 0`)
export class QuotaEntity {
  @PrimaryColumn('text') scope: string;
  @PrimaryColumn('text') scopeId: string;
  @PrimaryColumn('text') resource: string;
  @Column('bigint') limit: number;
}

/**
 * A wish for other limits, and what became of it; rows stay as history.
 *
 *   open ──► approved (the limits are set) · denied · withdrawn
 */
@Entity('quota_request')
@Index(['organizationId', 'id'])
@Check('quota_request_state_known', `state IN ('open', 'approved', 'denied', 'withdrawn')`)
@Check('quota_request_decided', `(state = 'open') = (decided_at IS NULL)`)
export class QuotaRequestEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @Column('text') scope: string;
  @Column('text') scopeId: string;
  /** Wanted: `{resource, limit}`; null: none. */
  @Column('jsonb') limits: object;
  @Column('text') reason: string;
  @Column('text', { default: 'open' }) state: string;
  @Column('text') requestedBy: string;
  @Column('timestamptz') requestedAt: Date;
  @Column('text', { nullable: true }) decidedBy: string | null;
  @Column('timestamptz', { nullable: true }) decidedAt: Date | null;
  /** Why, in the words of who decided. */
  @Column('text', { nullable: true }) decision: string | null;
  /** The limits that an approval replaced. */
  @Column('jsonb', { nullable: true }) replaced: object | null;
}

@Entity('zone')
@Unique(['name'])
export class ZoneEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  /** Addresses of appliances on the external network; the first is the gateway. */
  @Column('cidr', { default: '100.64.0.0/16' }) applianceRange: string;
}

@Entity('vdc')
@Unique(['organizationId', 'name'])
export class VdcEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @ForeignKey(() => ZoneEntity)
  @Column('uuid')
  zoneId: string;
  @Column('text') name: string;
  @Column('timestamptz') createdAt: Date;
}

export const TENANCY_ENTITIES = [
  OrganizationEntity,
  UserAccountEntity,
  ApiTokenEntity,
  QuotaEntity,
  QuotaRequestEntity,
  ZoneEntity,
  VdcEntity,
];
