/** What tenants keep to make parts from, and what they note on parts. Nothing of it reaches a pool by itself. */
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

/** A template, configuration or credential of a tenant, by its kind. Secrets inside are sealed. */
@Entity('stored_template')
@Index('stored_template_kind_index', ['organizationId', 'kind', 'id'])
export class StoredTemplateEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @Column('text') kind: string;
  @Column('text', { default: '' }) name: string;
  @Column('text', { default: '' }) description: string;
  @Column('jsonb', { default: {} }) properties: object;
  @Column('jsonb') document: object;
  /** Counts the changes. */
  @Column('integer') version: number;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') changedAt: Date;
}

/** Description and properties of a system or one of its parts. */
@Entity('annotation')
export class AnnotationEntity {
  @PrimaryColumn('text') resource: string;
  @Index()
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Column('text', { default: '' }) description: string;
  @Column('jsonb', { default: {} }) properties: object;
  @Column('integer') version: number;
  @Column('timestamptz') changedAt: Date;
}

export const TEMPLATE_ENTITIES = [StoredTemplateEntity, AnnotationEntity];
