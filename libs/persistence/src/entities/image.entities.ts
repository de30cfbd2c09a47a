/** Who may use a tenant's images, and what is on its way out of a pool. Images themselves are in the catalogue. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';

/** Lets whoever knows it use all versions of an image. */
@Entity('image_share_key')
@Unique(['hash'])
@Index(['organizationId', 'family'])
@Index('image_share_key_copy_key_unique', ['organizationId', 'family'], {
  unique: true,
  where: 'sealed IS NOT NULL',
})
export class ImageShareKeyEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @Column('text') family: string;
  /** SHA-256 of the key. */
  @Column('bytea') hash: Buffer;
  @Column('timestamptz') createdAt: Date;
  @Column('text') createdBy: string;
  @Column('timestamptz') expiresAt: Date;
  /** The key itself, sealed, for who set it; null: it was shown once. A family has one such key. */
  @Column('text', { nullable: true }) sealed: string | null;
  /** Contracts of the tenants that may use the key; none: whoever has it. */
  @Column('text', { array: true, default: [] }) contracts: string[];
}

/** That an organization may use an image of another one, under a name of its own. */
@Entity('image_grant')
@Unique(['organizationId', 'ownerId', 'family'])
@Index(['ownerId', 'family'])
export class ImageGrantEntity {
  @ForeignKey(() => OrganizationEntity)
  @PrimaryColumn('uuid')
  organizationId: string;
  @PrimaryColumn('text') alias: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  ownerId: string;
  @Column('text') family: string;
  @Column('timestamptz') grantedAt: Date;
}

/** `making` ──► `ready` ──fetched, or its time is over──► `ended`. */
@Entity('image_download')
@Unique(['hash'])
@Unique(['operationId'])
@Check('image_download_state_known', `state IN ('making', 'ready', 'ended')`)
export class ImageDownloadEntity {
  @PrimaryColumn('uuid') id: string;
  /** Null: of the provider. */
  @Column('uuid', { nullable: true }) organizationId: string | null;
  @Column('uuid') operationId: string;
  /** In the spool folder. */
  @Column('text') file: string;
  @Column('text') filename: string;
  /** Kept free in the spool folder for it. */
  @Column('bigint') maxBytes: number;
  @Column('bigint', { nullable: true }) bytes: number | null;
  /** SHA-256 of the secret in the link. */
  @Column('bytea') hash: Buffer;
  @Column('text') state: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
}

export const IMAGE_ENTITIES = [ImageShareKeyEntity, ImageGrantEntity, ImageDownloadEntity];
