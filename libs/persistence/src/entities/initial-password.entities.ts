/** Passwords that were made for servers: sealed until they are shown, which happens once. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

@Entity('initial_password')
@Check('initial_password_shown_once', `(sealed IS NULL) = (shown_at IS NOT NULL)`)
export class InitialPasswordEntity {
  @PrimaryColumn('text') vserverId: string;
  @Index()
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Index()
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @Column('text') userName: string;
  /** Null: it was shown, and is kept nowhere for showing any more. */
  @Column('text', { nullable: true }) sealed: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) shownAt: Date | null;
}

export const INITIAL_PASSWORD_ENTITIES = [InitialPasswordEntity];
