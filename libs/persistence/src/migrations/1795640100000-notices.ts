/** What the provider tells its tenants: maintenance, news, warnings. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE notice (
    id uuid NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    severity text NOT NULL,
    organization_ids uuid[],
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT notice_pk PRIMARY KEY (id),
    CONSTRAINT notice_severity_known CHECK (severity IN ('info', 'warning', 'critical')),
    CONSTRAINT notice_ends_after_begin CHECK (valid_until > valid_from)
  )`,
];

export class Notices1795640100000 implements MigrationInterface {
  readonly name = 'Notices1795640100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notice');
  }
}
