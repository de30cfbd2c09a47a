/** Limits of single VSYS, operations of an organization in flight, and wishes for higher limits. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  'ALTER TABLE quota DROP CONSTRAINT quota_scope_known',
  'ALTER TABLE quota ALTER COLUMN scope_id TYPE text',
  `ALTER TABLE quota ADD CONSTRAINT quota_scope_known CHECK (scope IN ('organization', 'vdc', 'vsys'))`,
  `CREATE INDEX operation_active_of_organization_index ON operation (organization_id)
   WHERE state IN ('queued', 'running', 'rolling-back')`,
  `CREATE TABLE quota_request (
    id uuid NOT NULL,
    organization_id uuid NOT NULL CONSTRAINT quota_request_organization_id_fk REFERENCES organization,
    scope text NOT NULL,
    scope_id text NOT NULL,
    limits jsonb NOT NULL,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'open',
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    decision text,
    replaced jsonb,
    CONSTRAINT quota_request_pk PRIMARY KEY (id),
    CONSTRAINT quota_request_state_known CHECK (state IN ('open', 'approved', 'denied', 'withdrawn')),
    CONSTRAINT quota_request_decided CHECK ((state = 'open') = (decided_at IS NULL))
  )`,
  'CREATE INDEX quota_request_organization_id_id_index ON quota_request (organization_id, id)',
];

export class QuotaLevels1795512300000 implements MigrationInterface {
  readonly name = 'QuotaLevels1795512300000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quota_request');
    await runner.query('DROP INDEX operation_active_of_organization_index');
    await runner.query(`DELETE FROM quota WHERE scope = 'vsys'`);
    await runner.query('ALTER TABLE quota DROP CONSTRAINT quota_scope_known');
    await runner.query('ALTER TABLE quota ALTER COLUMN scope_id TYPE uuid USING scope_id::uuid');
    await runner.query(
      `ALTER TABLE quota ADD CONSTRAINT quota_scope_known CHECK (scope IN ('organization', 'vdc'))`,
    );
  }
}
