/** Snapshots as parts that users see and pay for. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE snapshot (
    id text NOT NULL,
    vsys_id text NOT NULL,
    organization_id uuid NOT NULL,
    wanted boolean NOT NULL DEFAULT TRUE,
    state text NOT NULL DEFAULT 'planned',
    reason text,
    created_at timestamptz NOT NULL,
    gone_at timestamptz,
    released_at timestamptz,
    name text NOT NULL,
    servers text[] NOT NULL,
    with_memory boolean NOT NULL,
    size_gib integer,
    paused_ms integer,
    CONSTRAINT snapshot_pk PRIMARY KEY (id),
    CONSTRAINT snapshot_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT snapshot_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id)
  )`,
  `CREATE INDEX snapshot_held_index ON snapshot (organization_id) WHERE released_at IS NULL`,
  `CREATE INDEX snapshot_live_index ON snapshot (organization_id, id) WHERE gone_at IS NULL`,
  `CREATE INDEX snapshot_vsys_id_index ON snapshot (vsys_id)`,
];

export class Snapshots1795532000000 implements MigrationInterface {
  readonly name = 'Snapshots1795532000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE snapshot');
  }
}
