/**
 * Back-ups of disks as parts that outlive their system when wished, and policies that take and give them up. A deleted system is
 * worked on once more when one of its back-ups is to be removed, so the sweep looks at deleted ones too.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UNSETTLED = 'CREATE INDEX vsys_unsettled_index ON vsys (pool_id, changed_at)';

const UP = [
  `CREATE TABLE backup (
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
    source text NOT NULL,
    source_name text NOT NULL,
    size_gib integer NOT NULL,
    sr uuid NOT NULL,
    outlives boolean NOT NULL,
    taken_at timestamptz,
    policy_id uuid,
    due_at timestamptz,
    copy_key_hash text,
    CONSTRAINT backup_pk PRIMARY KEY (id),
    CONSTRAINT backup_size_positive CHECK (size_gib > 0),
    CONSTRAINT backup_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT backup_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id)
  )`,
  'CREATE INDEX backup_held_index ON backup (organization_id) WHERE released_at IS NULL',
  'CREATE INDEX backup_live_index ON backup (organization_id, id) WHERE gone_at IS NULL',
  'CREATE INDEX backup_vsys_id_index ON backup (vsys_id)',
  'CREATE INDEX backup_policy_index ON backup (policy_id) WHERE policy_id IS NOT NULL AND wanted',
  `CREATE TABLE backup_policy (
    id uuid NOT NULL,
    vsys_id text NOT NULL CONSTRAINT backup_policy_vsys_id_fk REFERENCES vsys,
    name text NOT NULL,
    sources text[] NOT NULL,
    cron text NOT NULL,
    time_zone text NOT NULL,
    keep jsonb NOT NULL,
    next_at timestamptz,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT backup_policy_pk PRIMARY KEY (id)
  )`,
  'CREATE INDEX backup_policy_vsys_id_index ON backup_policy (vsys_id)',
  'CREATE INDEX backup_policy_next_at_index ON backup_policy (next_at) WHERE next_at IS NOT NULL',
  `CREATE TABLE backup_policy_run (
    policy_id uuid NOT NULL,
    due_at timestamptz NOT NULL,
    vsys_id text NOT NULL,
    ran_at timestamptz NOT NULL,
    outcome text NOT NULL,
    operation_id uuid,
    reason text,
    CONSTRAINT backup_policy_run_pk PRIMARY KEY (policy_id, due_at),
    CONSTRAINT backup_policy_run_outcome_known CHECK (outcome IN ('asked', 'skipped'))
  )`,
  'DROP INDEX vsys_unsettled_index',
  `${UNSETTLED} WHERE generation <> observed_generation AND parked IS NULL`,
];

const DOWN = [
  'DROP INDEX vsys_unsettled_index',
  `${UNSETTLED} WHERE generation <> observed_generation AND parked IS NULL AND deleted_at IS NULL`,
  'DROP TABLE backup_policy_run',
  'DROP TABLE backup_policy',
  'DROP TABLE backup',
];

export class Backups1795610000000 implements MigrationInterface {
  readonly name = 'Backups1795610000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
