/** Packet captures that tenants ask their appliances for: the wish, how far it is, and the packets until they are fetched. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EfmCaptures1795535000000 implements MigrationInterface {
  readonly name = 'EfmCaptures1795535000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE efm_capture (
      id uuid PRIMARY KEY,
      vserver_id text NOT NULL CONSTRAINT efm_capture_vserver_id_fk REFERENCES vserver (id),
      requested_by text NOT NULL,
      wish jsonb NOT NULL,
      state text NOT NULL DEFAULT 'waiting',
      created_at timestamptz NOT NULL,
      started_at timestamptz,
      finished_at timestamptz,
      error text,
      size integer,
      content bytea,
      fetched_at timestamptz)`);
    await runner.query('CREATE INDEX efm_capture_vserver_index ON efm_capture (vserver_id, created_at)');
    await runner.query('CREATE INDEX efm_capture_created_index ON efm_capture (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE efm_capture');
  }
}
