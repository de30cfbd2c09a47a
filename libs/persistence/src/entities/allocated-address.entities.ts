/**
 * A public address that belongs to a VDC:
 *
 *   allocated ◄──attach, detach──► used by a system ──(the system goes)──► allocated ──free──► released
 *
 * Where it is used says `public_address`. Held, metered and counted from allocation until it is freed.
 */
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrganizationEntity, VdcEntity } from './tenancy.entities.js';

@Entity('allocated_address')
@Index('allocated_address_address_unique', ['address'], { unique: true, where: 'released_at IS NULL' })
@Index('allocated_address_name_unique', ['vdcId', 'name'], { unique: true, where: 'released_at IS NULL' })
@Index('allocated_address_held_index', ['organizationId'], { where: 'released_at IS NULL' })
export class AllocatedAddressEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @ForeignKey(() => VdcEntity)
  @Column('uuid')
  vdcId: string;
  @Column('text') name: string;
  @Column('inet') address: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) releasedAt: Date | null;
}
