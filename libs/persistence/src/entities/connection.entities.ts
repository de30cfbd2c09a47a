/**
 * A VNet of one system joined with a VNet of another one:
 *
 *   proposed (one end, a key) ──accepted──► two ends ──deleted, or a system goes──► released
 *
 * Whether the firewalls know of it say their systems' specs. An end counts as a VNet of its system until it is released.
 */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrganizationEntity } from './tenancy.entities.js';
import { VsysEntity } from './vsys.entities.js';

@Entity('connection')
@Check('connection_key_whole', '(key_sealed IS NULL) = (key_hash IS NULL)')
export class ConnectionEntity {
  @PrimaryColumn('uuid') id: string;
  /** SHA-256 (hex) of the key with which another organization accepts; null: accepted. */
  @Column('text', { nullable: true }) keyHash: string | null;
  @Column('text', { nullable: true }) keySealed: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) acceptedAt: Date | null;
  @Column('timestamptz', { nullable: true }) releasedAt: Date | null;
}

@Entity('connection_end')
@Index('connection_end_zone_unique', ['vsysId', 'zone'], { unique: true, where: 'released_at IS NULL' })
@Index('connection_end_held_index', ['organizationId'], { where: 'released_at IS NULL' })
@Check('connection_end_side', `side IN ('from', 'to')`)
export class ConnectionEndEntity {
  @PrimaryColumn('uuid')
  @ForeignKey(() => ConnectionEntity)
  connectionId: string;
  /** Who proposed, and who accepted. */
  @PrimaryColumn('text') side: string;
  @ForeignKey(() => OrganizationEntity)
  @Column('uuid')
  organizationId: string;
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Column('text') vnetId: string;
  /** Of the VNet when it was agreed. */
  @Column('cidr') cidr: string;
  /** In the firewall of its system. */
  @Column('text') zone: string;
  @Column('timestamptz', { nullable: true }) releasedAt: Date | null;
}

/** Of the firewall's end of all connections of a system (WireGuard, Curve25519). */
@Entity('tunnel_key')
export class TunnelKeyEntity {
  @PrimaryColumn('text')
  @ForeignKey(() => VsysEntity)
  vsysId: string;
  @Column('text') publicKey: string;
  /** Sealed. */
  @Column('text') privateKey: string;
  @Column('timestamptz') createdAt: Date;
}

export const CONNECTION_ENTITIES = [ConnectionEntity, ConnectionEndEntity, TunnelKeyEntity];
