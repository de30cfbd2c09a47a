/**
 * What tenants set on a whole system beside its spec: tags, notes, protection, a lease, schedules, the recycle bin, an id of
 * their own. Text search needs trigrams: an extension that the database's owner may add (trusted since PostgreSQL 13).
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  'CREATE EXTENSION IF NOT EXISTS pg_trgm',
  `ALTER TABLE vsys ADD COLUMN external_id text, ADD COLUMN binned_at timestamptz, ADD COLUMN purge_at timestamptz,
    ADD CONSTRAINT vsys_binned CHECK ((binned_at IS NULL) = (purge_at IS NULL))`,
  `CREATE UNIQUE INDEX vsys_live_external_id_unique ON vsys (organization_id, external_id) WHERE deleted_at IS NULL`,
  `CREATE INDEX vsys_purge_index ON vsys (purge_at) WHERE purge_at IS NOT NULL AND deleted_at IS NULL`,
  `CREATE INDEX vsys_name_trigrams ON vsys USING gin (lower(name) gin_trgm_ops)`,
  `CREATE TABLE vsys_settings (
    vsys_id text NOT NULL CONSTRAINT vsys_settings_vsys_id_fk REFERENCES vsys,
    version integer NOT NULL,
    protected boolean NOT NULL DEFAULT FALSE,
    notes text NOT NULL DEFAULT '',
    tags jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz,
    expiry_action text,
    lease_step integer NOT NULL DEFAULT 0,
    search text NOT NULL DEFAULT '',
    CONSTRAINT vsys_settings_pk PRIMARY KEY (vsys_id),
    CONSTRAINT vsys_settings_expiry_known CHECK (expiry_action IN ('stop', 'delete')),
    CONSTRAINT vsys_settings_lease CHECK ((expires_at IS NULL) = (expiry_action IS NULL)),
    CONSTRAINT vsys_settings_lease_step CHECK (lease_step BETWEEN 0 AND 3)
  )`,
  `CREATE INDEX vsys_settings_lease_index ON vsys_settings (expires_at) WHERE expires_at IS NOT NULL AND lease_step < 3`,
  `CREATE INDEX vsys_settings_tags ON vsys_settings USING gin (tags)`,
  `CREATE INDEX vsys_settings_trigrams ON vsys_settings USING gin (search gin_trgm_ops)`,
  `CREATE TABLE vsys_schedule (
    id uuid NOT NULL,
    vsys_id text NOT NULL CONSTRAINT vsys_schedule_vsys_id_fk REFERENCES vsys,
    verb text NOT NULL,
    cron text NOT NULL,
    time_zone text NOT NULL,
    next_at timestamptz,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT vsys_schedule_pk PRIMARY KEY (id),
    CONSTRAINT vsys_schedule_verb_known CHECK (verb IN ('start', 'stop'))
  )`,
  'CREATE INDEX vsys_schedule_vsys_id_index ON vsys_schedule (vsys_id)',
  'CREATE INDEX vsys_schedule_next_at_index ON vsys_schedule (next_at) WHERE next_at IS NOT NULL',
  `CREATE TABLE vsys_schedule_run (
    schedule_id uuid NOT NULL,
    due_at timestamptz NOT NULL,
    vsys_id text NOT NULL,
    ran_at timestamptz NOT NULL,
    outcome text NOT NULL,
    operation_id uuid,
    reason text,
    CONSTRAINT vsys_schedule_run_pk PRIMARY KEY (schedule_id, due_at),
    CONSTRAINT vsys_schedule_run_outcome_known CHECK (outcome IN ('asked', 'skipped'))
  )`,
  `CREATE TABLE vdc_settings (
    vdc_id uuid NOT NULL CONSTRAINT vdc_settings_vdc_id_fk REFERENCES vdc ON DELETE CASCADE,
    bin_hours integer NOT NULL,
    CONSTRAINT vdc_settings_pk PRIMARY KEY (vdc_id),
    CONSTRAINT vdc_settings_bin_hours CHECK (bin_hours >= 0)
  )`,
];

const DOWN = [
  ...['vdc_settings', 'vsys_schedule_run', 'vsys_schedule', 'vsys_settings'].map(
    (table) => `DROP TABLE ${table}`,
  ),
  'DROP INDEX vsys_name_trigrams',
  'ALTER TABLE vsys DROP COLUMN external_id, DROP COLUMN binned_at, DROP COLUMN purge_at',
];

export class VsysSettings1795530000000 implements MigrationInterface {
  readonly name = 'VsysSettings1795530000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
