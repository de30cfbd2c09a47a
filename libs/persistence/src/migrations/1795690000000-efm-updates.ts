/** Appliances that are made anew one after the other, so that of a pair one always serves. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE efm_update (
    id uuid NOT NULL,
    organization_id uuid NOT NULL CONSTRAINT efm_update_organization_id_fk REFERENCES organization,
    vsys_id text NOT NULL CONSTRAINT efm_update_vsys_id_fk REFERENCES vsys,
    efm text NOT NULL,
    appliances text[] NOT NULL,
    image text NOT NULL,
    system_disk_gib integer NOT NULL,
    position integer NOT NULL DEFAULT 0,
    generation integer NOT NULL,
    step_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'running',
    reason text,
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT efm_update_pk PRIMARY KEY (id),
    CONSTRAINT efm_update_state_known CHECK (state IN ('running', 'done', 'failed')),
    CONSTRAINT efm_update_ended CHECK ((state = 'running') = (ended_at IS NULL))
  )`,
  `CREATE INDEX efm_update_vsys_id_index ON efm_update (vsys_id, id)`,
  `CREATE UNIQUE INDEX efm_update_running_unique ON efm_update (vsys_id, efm) WHERE state = 'running'`,
];

export class EfmUpdates1795690000000 implements MigrationInterface {
  readonly name = 'EfmUpdates1795690000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE efm_update');
  }
}
