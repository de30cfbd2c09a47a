/**
 * Pools are registered by looking at them, served with a login that may change, and cared for: what was asked to be
 * done with them, and what lies about in them. Pools from before have no uuid until their owner has looked.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS: readonly string[] = [
  `ALTER TABLE pool ADD COLUMN xapi_uuid uuid, ADD COLUMN description jsonb, ADD COLUMN described_at timestamptz,
    ADD COLUMN draining boolean NOT NULL DEFAULT FALSE, ADD COLUMN member_fingerprints text[] NOT NULL DEFAULT '{}',
    ADD COLUMN ca text, ADD COLUMN login_version integer NOT NULL DEFAULT 1,
    ADD CONSTRAINT pool_xapi_uuid_unique UNIQUE (xapi_uuid)`,
  `CREATE TABLE pool_operation (
    id uuid NOT NULL,
    pool_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    subject text,
    task jsonb NOT NULL,
    secret bytea,
    progress jsonb,
    result jsonb,
    error jsonb,
    cancel_requested boolean NOT NULL DEFAULT FALSE,
    claimed_by text,
    claimed_until timestamptz,
    request_id text,
    requested_by text,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT pool_operation_pk PRIMARY KEY (id),
    CONSTRAINT pool_operation_state_known CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    CONSTRAINT pool_operation_secret_ends CHECK (secret IS NULL OR finished_at IS NULL)
  )`,
  `CREATE INDEX pool_operation_pool_id_id_index ON pool_operation (pool_id, id)`,
  `CREATE INDEX pool_operation_open_index ON pool_operation (pool_id) WHERE finished_at IS NULL`,
  `CREATE UNIQUE INDEX pool_operation_subject_index ON pool_operation (pool_id, subject) WHERE finished_at IS NULL`,
  `CREATE TABLE pool_finding (
    pool_id uuid NOT NULL,
    kind text NOT NULL,
    class text NOT NULL,
    uuid text NOT NULL,
    name text NOT NULL,
    vsys_id text,
    part text,
    reason text NOT NULL,
    removable boolean NOT NULL,
    first_seen_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT pool_finding_pk PRIMARY KEY (pool_id, kind, class, uuid),
    CONSTRAINT pool_finding_pool_id_fk FOREIGN KEY (pool_id) REFERENCES pool(id) ON DELETE CASCADE
  )`,
];

export class PoolCare1795460100000 implements MigrationInterface {
  readonly name = 'PoolCare1795460100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE pool_finding, pool_operation');
    await runner.query(`ALTER TABLE pool DROP COLUMN xapi_uuid, DROP COLUMN description, DROP COLUMN described_at,
      DROP COLUMN draining, DROP COLUMN member_fingerprints, DROP COLUMN ca, DROP COLUMN login_version`);
  }
}
