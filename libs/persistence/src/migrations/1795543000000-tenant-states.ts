/** Why an organization is suspended or closed, what becomes of its servers, and when its systems are deleted. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TenantStates1795543000000 implements MigrationInterface {
  readonly name = 'TenantStates1795543000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE organization
      ADD COLUMN state_reason text NOT NULL DEFAULT '',
      ADD COLUMN state_changed_at timestamptz,
      ADD COLUMN running text NOT NULL DEFAULT 'keep',
      ADD COLUMN delete_after timestamptz,
      ADD CONSTRAINT organization_running_known CHECK (running IN ('keep', 'stop')),
      ADD CONSTRAINT organization_delete_after_close CHECK (delete_after IS NULL OR state = 'closed')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE organization DROP COLUMN state_reason, DROP COLUMN state_changed_at,
      DROP COLUMN running, DROP COLUMN delete_after`);
  }
}
