/** What can be bought, what it costs, and the blueprints it is bought by. */
import { Check, Column, Entity, Exclusion, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';

@Entity('server_type')
@Check('server_type_kind_known', `kind IN ('server', 'efm')`)
@Check('server_type_sizes_positive', 'vcpus > 0 AND memory_mib > 0')
export class ServerTypeEntity {
  @PrimaryColumn('text') name: string;
  @Column('integer') vcpus: number;
  @Column('integer') memoryMib: number;
  /** `efm`: only for appliances. */
  @Column('text', { default: 'server' }) kind: string;
  @Column('boolean', { default: false }) deprecated: boolean;
}

@Entity('disk_image')
@Check('disk_image_kind_known', `kind IN ('server', 'efm')`)
@Check(
  'disk_image_state_known',
  `state IN ('awaiting-upload', 'importing', 'available', 'failed', 'removing', 'removed')`,
)
@Check('disk_image_version_positive', 'version > 0')
@Index('disk_image_organization_version_unique', ['organizationId', 'family', 'version'], { unique: true })
@Index('disk_image_provider_version_unique', ['family', 'version'], {
  unique: true,
  where: 'organization_id IS NULL',
})
export class DiskImageEntity {
  /** Of the template in pools. */
  @PrimaryColumn('text') name: string;
  @Column('text') title: string;
  @Column('text') os: string;
  @Column('integer') systemDiskGib: number;
  @Column('integer') minMemoryMib: number;
  /** Product and unit of what has to be paid for each running server of it; null: nothing. */
  @Column('jsonb', { nullable: true }) licence: object | null;
  /** `efm`: the image of an appliance, not offered to tenants. */
  @Column('text', { default: 'server' }) kind: string;
  @Column('boolean', { default: false }) deprecated: boolean;
  /** As descriptors write it, without the version. */
  @Column('text') family: string;
  @Column('integer', { default: 1 }) version: number;
  /** Null: of the provider, for everybody. */
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid', { nullable: true })
  organizationId: string | null;
  @Column('text', { default: 'available' }) state: string;
  @Column('text', { nullable: true }) format: string | null;
  /** Of what was uploaded. */
  @Column('text', { nullable: true }) sha256: string | null;
  /** Of all its disks; null: not known to us. */
  @Column('integer', { nullable: true }) sizeGib: number | null;
  /** While it is uploaded: announced and received bytes, and the files in the spool folder. */
  @Column('jsonb', { nullable: true }) upload: object | null;
  /** Why there is none. */
  @Column('jsonb', { nullable: true }) failure: object | null;
  /** Deprecated from then on, whatever `deprecated` says. */
  @Column('timestamptz', { nullable: true }) deprecatedFrom: Date | null;
  /** What to take instead. */
  @Column('text', { nullable: true }) replacement: string | null;
  @Column('text', { nullable: true }) createdBy: string | null;
  @Column('timestamptz', { default: () => 'now()' }) createdAt: Date;
  @Column('timestamptz', { default: () => 'now()' }) touchedAt: Date;
}

/** A price list as it was published: never changes. Null organization: for everybody. */
@Entity('price_list_version')
@Unique('price_list_version_number', ['currency', 'organizationId', 'version'])
export class PriceListVersionEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') currency: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid', { nullable: true })
  organizationId: string | null;
  @Column('integer') version: number;
  @Column('timestamptz') validFrom: Date;
  @Column('text') note: string;
  @Column('text') publishedBy: string;
  @Column('timestamptz') publishedAt: Date;
}

/**
 * Valid in [validFrom, validTo). At any instant a product has at most one price in a currency for everybody, and at most
 * one for each organization, which counts before the other.
 */
@Entity('price')
@Index(['versionId'])
@Exclusion(
  'price_no_overlap',
  `USING gist (COALESCE(organization_id, '00000000-0000-0000-0000-000000000000'::uuid) WITH =, product WITH =, dimension WITH =, currency WITH =, tstzrange(valid_from, valid_to) WITH &&)`,
)
@Check('price_minimum_known', `minimum IN ('second', 'hour', 'day')`)
@Check('price_range', 'valid_to IS NULL OR valid_to > valid_from')
@Check('price_not_negative', 'amount >= 0')
export class PriceEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') product: string;
  @Column('text') dimension: string;
  @Column('text') currency: string;
  /** For one unit for one hour. A text: money never passes through a float. */
  @Column('numeric', { precision: 20, scale: 10 }) amount: string;
  @Column('timestamptz') validFrom: Date;
  @Column('timestamptz', { nullable: true }) validTo: Date | null;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid', { nullable: true })
  organizationId: string | null;
  /** Null: of the seed. */
  @ForeignKey(() => PriceListVersionEntity)
  @Column('uuid', { nullable: true })
  versionId: string | null;
  /** Least time that is billed: `second`, `hour`, `day`. */
  @Column('text', { default: 'second' }) minimum: string;
  /** Ascending `{from, amount}`, both decimal texts; `from` in units of a month. */
  @Column('jsonb', { default: [] }) tiers: readonly { readonly from: string; readonly amount: string }[];
}

@Entity('descriptor')
@Index('descriptor_organization_name_unique', ['organizationId', 'name'], {
  unique: true,
  where: 'removed_at IS NULL',
})
@Index('descriptor_provider_name_unique', ['name'], {
  unique: true,
  where: 'organization_id IS NULL AND removed_at IS NULL',
})
@Index('descriptor_copy_key_hash_unique', ['copyKeyHash'], { unique: true })
@Check(
  'descriptor_copy_key_whole',
  '(copy_key IS NULL) = (copy_key_hash IS NULL) AND (copy_key IS NULL) = (copy_contracts IS NULL)',
)
export class DescriptorEntity {
  @PrimaryColumn('uuid') id: string;
  /** Null: of the provider's library, seen by every organization. */
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid', { nullable: true })
  organizationId: string | null;
  @Column('text') name: string;
  @Column('timestamptz') createdAt: Date;
  /** Given up: neither listed nor used any more; systems that were made of it go on. */
  @Column('timestamptz', { nullable: true }) removedAt: Date | null;
  /** SHA-256 of the key with which other organizations may copy it, hex; null: nobody may. */
  @Column('text', { nullable: true }) copyKeyHash: string | null;
  /** The key itself, sealed, for who set it. */
  @Column('text', { nullable: true }) copyKey: string | null;
  /** Contracts of the tenants that may use the key; none: whoever has it. */
  @Column('text', { array: true, nullable: true }) copyContracts: string[] | null;
}

/** Never changes and is never deleted (a trigger refuses it). */
@Entity('descriptor_version')
@Unique(['descriptorId', 'version'])
export class DescriptorVersionEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => DescriptorEntity)
  @Column('uuid')
  descriptorId: string;
  @Column('text') version: string;
  @Column('jsonb') document: object;
  /** The text as it was posted. */
  @Column('text') source: string;
  /** SHA-256 of the source, lower-case hex. */
  @Column('text') hash: string;
  @Column('timestamptz') createdAt: Date;
}

export const CATALOG_ENTITIES = [
  ServerTypeEntity,
  DiskImageEntity,
  PriceListVersionEntity,
  PriceEntity,
  DescriptorEntity,
  DescriptorVersionEntity,
];
