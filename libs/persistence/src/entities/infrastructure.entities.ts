/** What servers run on: pools with their lease, the last seen capacity, and the public addresses of a zone. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { AllocatedAddressEntity } from './allocated-address.entities.js';
import { ZoneEntity } from './tenancy.entities.js';

@Entity('pool')
@Unique(['name'])
@Unique(['xapiUuid'])
@Check('pool_vlan_range', 'vlan_first BETWEEN 1 AND 4094 AND vlan_last BETWEEN vlan_first AND 4094')
@Check('pool_lease_whole', '(lease_owner IS NULL) = (lease_until IS NULL)')
export class PoolEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => ZoneEntity)
  @Column('uuid')
  zoneId: string;
  @Column('text') name: string;
  /** Any member; the driver finds the coordinator. */
  @Column('text', { array: true }) urls: string[];
  @Column('text') username: string;
  /** Password sealed with AES-256-GCM, see `secret-box.ts`. */
  @Column('bytea') secret: Buffer;
  @Column('text', { nullable: true }) certificateFingerprint: string | null;
  @Column('boolean', { default: true }) enabled: boolean;
  @Column('integer') vlanFirst: number;
  @Column('integer') vlanLast: number;
  @Column('text', { nullable: true }) leaseOwner: string | null;
  @Column('timestamptz', { nullable: true }) leaseUntil: Date | null;
  /** Grows with each change of owner; every write of an engine names the epoch that it believes in. */
  @Column('bigint', { default: 0 }) leaseEpoch: number;
  /** Why nothing happens on it, when nothing happens. */
  @Column('text', { nullable: true }) reason: string | null;
  @Column('timestamptz') createdAt: Date;
  /** XenAPI `pool.uuid`; null until somebody looked. */
  @Column('uuid', { nullable: true }) xapiUuid: string | null;
  /** `PoolDescription` as it was seen last. */
  @Column('jsonb', { nullable: true }) description: object | null;
  @Column('timestamptz', { nullable: true }) describedAt: Date | null;
  /** Takes no new systems; what it has goes on. */
  @Column('boolean', { default: false }) draining: boolean;
  /** Certificates of further members, beside `certificateFingerprint`. */
  @Column('text', { array: true, default: [] }) memberFingerprints: string[];
  /** Certificate authority in PEM. */
  @Column('text', { nullable: true }) ca: string | null;
  /** Grows with each change of what is needed to log in, so that the owner notices. */
  @Column('integer', { default: 1 }) loginVersion: number;
}

@Entity('pool_host')
export class PoolHostEntity {
  @ForeignKey(() => PoolEntity, { onDelete: 'CASCADE' })
  @PrimaryColumn('uuid')
  poolId: string;
  @PrimaryColumn('uuid') uuid: string;
  @Column('text') name: string;
  @Column('integer') cpus: number;
  @Column('bigint') memoryMib: number;
  @Column('bigint') freeMemoryMib: number;
  @Column('boolean') available: boolean;
  /** `<vsysId>/<role>` of our running servers, for anti-affinity. */
  @Column('text', { array: true }) roles: string[];
  @Column('timestamptz') seenAt: Date;
}

@Entity('pool_sr')
export class PoolSrEntity {
  @ForeignKey(() => PoolEntity, { onDelete: 'CASCADE' })
  @PrimaryColumn('uuid')
  poolId: string;
  @PrimaryColumn('uuid') uuid: string;
  @Column('text') name: string;
  @Column('text') type: string;
  @Column('boolean') shared: boolean;
  @Column('bigint') sizeGib: number;
  @Column('bigint') freeGib: number;
  /** That the provider gave it. */
  @Column('text', { nullable: true }) diskClass: string | null;
}

@Entity('pool_image')
export class PoolImageEntity {
  @ForeignKey(() => PoolEntity, { onDelete: 'CASCADE' })
  @PrimaryColumn('uuid')
  poolId: string;
  @PrimaryColumn('text') name: string;
  @PrimaryColumn('uuid') sr: string;
  @Column('integer') systemDiskGib: number;
}

@Entity('public_address')
@Index('public_address_free_index', ['zoneId', 'address'], {
  where: 'vsys_id IS NULL AND allocation_id IS NULL',
})
@Index('public_address_allocation_unique', ['allocationId'], {
  unique: true,
  where: 'allocation_id IS NOT NULL',
})
@Index(['vsysId'])
@Check('public_address_taken_whole', '(vsys_id IS NULL) = (public_ip_id IS NULL)')
export class PublicAddressEntity {
  @PrimaryColumn('inet') address: string;
  @ForeignKey(() => ZoneEntity)
  @Column('uuid')
  zoneId: string;
  /** Who holds it; null: free. */
  @Column('text', { nullable: true }) vsysId: string | null;
  @Column('text', { nullable: true }) publicIpId: string | null;
  /** Whose VDC holds it, attached to a system or not; null: nobody's. */
  @ForeignKey(() => AllocatedAddressEntity)
  @Column('uuid', { nullable: true })
  allocationId: string | null;
}

export const INFRASTRUCTURE_ENTITIES = [
  PoolEntity,
  PoolHostEntity,
  PoolSrEntity,
  PoolImageEntity,
  AllocatedAddressEntity,
  PublicAddressEntity,
];
