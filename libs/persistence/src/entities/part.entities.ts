/**
 * Parts of a VSYS. A row is the reservation of what the part needs (quota, VLAN, MAC, addresses) from admission on,
 * holds its observed state, and stays as history when the part is gone.
 *
 *   wanted ──newer spec without it──► not wanted ──engine: gone──► gone ──spec reached──► released
 *     ▲                                                            │
 *     └──────────────────── roll-back to a spec with it ───────────┘
 *
 * Between gone and released the reservation is kept, so a roll-back never finds its VLAN or quota taken.
 */
import { Check, Column, Entity, Exclusion, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AllocatedAddressEntity } from './allocated-address.entities.js';
import { PoolEntity } from './infrastructure.entities.js';
import { OrganizationEntity, ZoneEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

/** Columns that every part has. */
export abstract class PartEntity {
  @PrimaryColumn('text') id: string;
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  /** In the newest spec. */
  @Column('boolean', { default: true }) wanted: boolean;
  @Column('text', { default: 'planned' }) state: string;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) goneAt: Date | null;
  @Column('timestamptz', { nullable: true }) releasedAt: Date | null;
}

@Entity('vserver')
@Index(['vsysId'])
@Index('vserver_live_index', ['organizationId', 'id'], { where: 'gone_at IS NULL' })
@Index('vserver_pending_index', ['vsysId'], {
  where: `wanted AND gone_at IS NULL AND (state IN ('planned', 'creating') OR (wanted_power = 'running' AND host IS NULL))`,
})
@Index('vserver_host_index', ['host', 'memoryMib'], { where: 'gone_at IS NULL AND host IS NOT NULL' })
@Index('vserver_held_index', ['organizationId'], { where: 'released_at IS NULL' })
@Check('vserver_sizes_positive', 'vcpus > 0 AND memory_mib > 0 AND system_disk_gib >= 0')
export class VServerEntity extends PartEntity {
  @Column('text') name: string;
  @Column('text') role: string;
  @Column('text') kind: string;
  @Column('text') type: string;
  @Column('integer') vcpus: number;
  @Column('integer') memoryMib: number;
  /** Sizes before a reduction that is not reached yet: they count against quotas until it is. */
  @Column('integer', { default: 0 }) heldVcpus: number;
  @Column('integer', { default: 0 }) heldMemoryMib: number;
  @Column('text') image: string;
  @Column('integer') systemDiskGib: number;
  /** Where the system disk is made; null: where the image is. */
  @Column('uuid', { nullable: true }) systemSr: string | null;
  /** What the system disk was asked for as; null: as none. */
  @Column('text', { nullable: true }) systemDiskClass: string | null;
  /** The image that it runs for a while; null: its own system. */
  @Column('text', { nullable: true }) rescue: string | null;
  /** As far as it can grow while it runs; null: not at all. */
  @Column('integer', { nullable: true }) headroomVcpus: number | null;
  @Column('integer', { nullable: true }) headroomMemoryMib: number | null;
  @Column('text') wantedPower: string;
  @Column('uuid', { nullable: true }) host: string | null;
  /** When it was made anew because the pool had lost it. */
  @Column('timestamptz', { nullable: true }) contentsLostAt: Date | null;
}

@Entity('vdisk')
@Index(['vsysId'])
@Index('vdisk_live_index', ['organizationId', 'id'], { where: 'gone_at IS NULL' })
@Index('vdisk_pending_index', ['vsysId'], {
  where: `wanted AND gone_at IS NULL AND state IN ('planned', 'creating')`,
})
@Index('vdisk_held_index', ['organizationId'], { where: 'released_at IS NULL' })
@Check('vdisk_size_positive', 'size_gib > 0')
export class VDiskEntity extends PartEntity {
  @Column('text') name: string;
  @Column('integer') sizeGib: number;
  /** What it was asked for as; null: as none. */
  @Column('text', { nullable: true }) diskClass: string | null;
  /** Among those who wait for the storage; null: as it has it. */
  @Column('integer', { nullable: true }) priority: number | null;
  @Column('uuid') sr: string;
  /** Wanted attachment. */
  @ForeignKey(() => VServerEntity)
  @Column('text', { nullable: true })
  vserverId: string | null;
  /** When it was made anew because the pool had lost it. */
  @Column('timestamptz', { nullable: true }) contentsLostAt: Date | null;
}

@Entity('vnet')
@Index(['vsysId'])
@Index('vnet_live_index', ['organizationId', 'id'], { where: 'gone_at IS NULL' })
@Index('vnet_held_index', ['organizationId'], { where: 'released_at IS NULL' })
@Index('vnet_vlan_unique', ['poolId', 'vlan'], { unique: true, where: 'released_at IS NULL' })
@Exclusion(
  'vnet_auto_range_free',
  `USING gist (organization_id WITH =, cidr inet_ops WITH &&) WHERE (auto_range AND released_at IS NULL)`,
)
@Check('vnet_kind_has_vlan', `(kind = 'vlan') = (vlan IS NOT NULL)`)
export class VNetEntity extends PartEntity {
  @Column('text') name: string;
  @ForeignKey(() => PoolEntity)
  @Column('uuid')
  poolId: string;
  /** `vlan`, `private` or `tunnel`. */
  @Column('text', { default: 'vlan' }) kind: string;
  /** Null: its kind needs none. */
  @Column('integer', { nullable: true }) vlan: number | null;
  @Column('integer', { default: 1500 }) mtu: number;
  @Column('cidr') cidr: string;
  /** IPv6 network; null: none. */
  @Column('cidr', { nullable: true }) range6: string | null;
  /** It was chosen from the VDC's address space. */
  @Column('boolean', { default: false }) autoRange: boolean;
}

@Entity('nic')
@Index(['vsysId'])
@Index(['vserverId'])
@Index('nic_mac_unique', ['mac'], { unique: true, where: 'released_at IS NULL' })
@Index('nic_ipv4_unique', ['vnetId', 'ipv4'], { unique: true, where: 'wanted' })
@Index('nic_zone_address_unique', ['zoneId', 'ipv4'], {
  unique: true,
  where: 'zone_id IS NOT NULL AND released_at IS NULL',
})
@Check('nic_one_network', '(vnet_id IS NULL) <> (zone_id IS NULL)')
@Index('nic_live_index', ['organizationId', 'id'], { where: 'gone_at IS NULL' })
export class NicEntity extends PartEntity {
  @ForeignKey(() => VServerEntity)
  @Column('text')
  vserverId: string;
  /** Null: the external network of the zone. */
  @ForeignKey(() => VNetEntity)
  @Column('text', { nullable: true })
  vnetId: string | null;
  @ForeignKey(() => ZoneEntity)
  @Column('uuid', { nullable: true })
  zoneId: string | null;
  @Column('macaddr') mac: string;
  @Column('inet') ipv4: string;
  /** Follows from `ipv4`; null: its network has no IPv6. */
  @Column('inet', { nullable: true }) ipv6: string | null;
  @Column('integer') device: number;
}

@Entity('snapshot')
@Index(['vsysId'])
@Index('snapshot_live_index', ['organizationId', 'id'], { where: 'gone_at IS NULL' })
@Index('snapshot_held_index', ['organizationId'], { where: 'released_at IS NULL' })
export class SnapshotEntity extends PartEntity {
  @Column('text') name: string;
  /** Ids of the servers that it is of. */
  @Column('text', { array: true }) servers: string[];
  @Column('boolean') withMemory: boolean;
  /** Space that it takes, as the pool told it; null: not taken yet. */
  @Column('integer', { nullable: true }) sizeGib: number | null;
  /** How long its servers were held still for it. */
  @Column('integer', { nullable: true }) pausedMs: number | null;
}

@Entity('public_ip')
@Index(['vsysId'])
@Index('public_ip_live_index', ['organizationId', 'id'], { where: 'gone_at IS NULL' })
@Index('public_ip_held_index', ['organizationId'], { where: 'released_at IS NULL' })
@Index('public_ip_address_unique', ['address'], { unique: true, where: 'released_at IS NULL' })
export class PublicIpEntity extends PartEntity {
  @Column('text') name: string;
  @Column('inet') address: string;
  /** The address belongs to the VDC; null: it goes with the system. */
  @ForeignKey(() => AllocatedAddressEntity)
  @Column('uuid', { nullable: true })
  allocationId: string | null;
  @ForeignKey(() => VServerEntity)
  @Column('text', { nullable: true })
  vserverId: string | null;
}

@Entity('efm_config')
export class EfmConfigEntity {
  @ForeignKey(() => VServerEntity)
  @PrimaryColumn('text')
  vserverId: string;
  @PrimaryColumn('integer') version: number;
  /** SHA-256 of the rendered document, lower-case hex. */
  @Column('text') hash: string;
  /** The configuration as the user wrote it. */
  @Column('jsonb') document: object;
  /** Native configuration by file name. */
  @Column('jsonb') rendered: object;
  /** The whole document for the appliance; null for configurations from before there were agents. */
  @Column('jsonb', { nullable: true }) appliance: object | null;
  /** Sealed texts of the document's secret files, by file. */
  @Column('jsonb', { default: {} }) secrets: object;
  @Column('timestamptz') createdAt: Date;
}

export const PART_ENTITIES = [
  VServerEntity,
  VDiskEntity,
  SnapshotEntity,
  VNetEntity,
  NicEntity,
  PublicIpEntity,
  EfmConfigEntity,
];
