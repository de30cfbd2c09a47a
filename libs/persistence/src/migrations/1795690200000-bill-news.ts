/** What was told about bills: usage that waits for a person, months that can be closed. Each is told once. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  'ALTER TABLE usage_parked ADD COLUMN told_at timestamptz',
  `CREATE TABLE statement_ready (
    organization_id uuid NOT NULL,
    period text NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT statement_ready_pk PRIMARY KEY (organization_id, period)
  )`,
];

export class BillNews1795690200000 implements MigrationInterface {
  readonly name = 'BillNews1795690200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE statement_ready');
    await runner.query('ALTER TABLE usage_parked DROP COLUMN told_at');
  }
}
