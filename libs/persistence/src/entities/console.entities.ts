/** Tickets for screens of servers, and where workers relay them. */
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { VsysEntity } from './vsys.entities.js';

/** Good once, for a minute. */
@Entity('console_ticket')
@Index(['expiresAt'])
export class ConsoleTicketEntity {
  /** SHA-256. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('text') vserverId: string;
  @Index()
  @ForeignKey(() => VsysEntity)
  @Column('text')
  vsysId: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) usedAt: Date | null;
}

/** Where APIs reach the screens of the pools that a worker owns. */
@Entity('console_relay')
export class ConsoleRelayEntity {
  @PrimaryColumn('text') workerId: string;
  /** `host:port`. */
  @Column('text') address: string;
  @Column('timestamptz') since: Date;
}

export const CONSOLE_ENTITIES = [ConsoleTicketEntity, ConsoleRelayEntity];
