/** What counters of an EFM stood at when somebody last began to count anew. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EfmCountersSince1795711000000 implements MigrationInterface {
  readonly name = 'EfmCountersSince1795711000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE efm_counter_base (
      vserver_id text NOT NULL,
      base jsonb NOT NULL,
      since timestamptz NOT NULL,
      CONSTRAINT efm_counter_base_pk PRIMARY KEY (vserver_id),
      CONSTRAINT efm_counter_base_vserver_id_fk FOREIGN KEY (vserver_id) REFERENCES vserver(id) ON DELETE CASCADE)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE efm_counter_base');
  }
}
