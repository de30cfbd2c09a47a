/** Ports inside systems that appliances are asked to look at, for servers that others wait for. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EfmProbes1795741000000 implements MigrationInterface {
  readonly name = 'EfmProbes1795741000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE efm_probe (
      id uuid PRIMARY KEY,
      vserver_id text NOT NULL CONSTRAINT efm_probe_vserver_id_fk REFERENCES vserver (id),
      wish jsonb NOT NULL,
      state text NOT NULL DEFAULT 'waiting',
      created_at timestamptz NOT NULL,
      started_at timestamptz,
      error text)`);
    await runner.query('CREATE INDEX efm_probe_vserver_index ON efm_probe (vserver_id, state)');
    await runner.query('CREATE INDEX efm_probe_created_index ON efm_probe (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE efm_probe');
  }
}
