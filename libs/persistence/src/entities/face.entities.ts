/** What callers of the faces have beside their tokens: certificates, and names of parts that descriptors could not have. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity, UserAccountEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

/** Usable from its issue until it ends or is revoked; rows stay as history. */
@Entity('user_certificate')
@Unique(['fingerprint'])
@Check('user_certificate_origin_known', `origin IN ('issued', 'registered')`)
export class UserCertificateEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @Index()
  @ForeignKey(() => UserAccountEntity)
  @Column('uuid')
  userId: string;
  /** SHA-256 of the DER form. */
  @Column('bytea') fingerprint: Buffer;
  @Column('text') subject: string;
  /** Hexadecimal. */
  @Column('text') serial: string;
  /** PEM. The private key is kept nowhere. */
  @Column('text') certificate: string;
  @Column('text') origin: string;
  @Column('timestamptz') notBefore: Date;
  @Column('timestamptz') notAfter: Date;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
  @Column('timestamptz', { nullable: true }) lastUsedAt: Date | null;
}

/** The authority that issues certificates of users; made with the first one. */
@Entity('certificate_authority')
export class CertificateAuthorityEntity {
  @PrimaryColumn('text') name: string;
  /** PEM. */
  @Column('text') certificate: string;
  /** Sealed. */
  @Column('text') privateKey: string;
  @Column('timestamptz') createdAt: Date;
}

/** Whether an organization takes signatures with SHA-1; without a row it does where the installation does. */
@Entity('signature_policy')
@Check('signature_policy_sha1_known', `sha1 IN ('accept', 'refuse')`)
export class SignaturePolicyEntity {
  @PrimaryColumn('uuid')
  @ForeignKey(() => OrganizationEntity)
  organizationId: string;
  @Column('text') sha1: string;
}

/** The name that a caller gave a part when it is not one that a descriptor may have. */
@Entity('part_label')
export class PartLabelEntity {
  @PrimaryColumn('text') partId: string;
  @Index()
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Column('text') label: string;
}

export const FACE_ENTITIES = [
  UserCertificateEntity,
  CertificateAuthorityEntity,
  SignaturePolicyEntity,
  PartLabelEntity,
];
