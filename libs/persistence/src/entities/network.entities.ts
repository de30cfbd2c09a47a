/** What is kept of networks beside their parts: addresses that are not given to servers by themselves. */
import { Check, Column, Entity, Exclusion, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { VNetEntity } from './part.entities.js';
import { OrganizationEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

@Entity('address_reservation')
@Index(['vsysId'])
@Exclusion(
  'address_reservation_free',
  `USING gist (vnet_id WITH =, int8range(first - '0.0.0.0'::inet, last - '0.0.0.0'::inet, '[]') WITH &&)`,
)
@Check('address_reservation_in_order', 'first <= last')
export class AddressReservationEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => VNetEntity, { onDelete: 'CASCADE' })
  @Column('text')
  vnetId: string;
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @Column('inet') first: string;
  @Column('inet') last: string;
  @Column('text', { default: '' }) note: string;
  @Column('timestamptz') createdAt: Date;
}

export const NETWORK_ENTITIES = [AddressReservationEntity];
