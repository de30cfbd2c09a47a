import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('data_key')
export class DataKeyEntity {
  /** Stands in every secret that is sealed with it. */
  @PrimaryColumn('integer') number: number;
  /** Fingerprint of the installation's key that it is sealed with. */
  @Column('text') master: string;
  @Column('bytea') sealed: Buffer;
  @Column('timestamptz') createdAt: Date;
}

export const SECRET_ENTITIES = [DataKeyEntity];
