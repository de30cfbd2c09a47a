/** With which key, and by whom, back-ups may be copied by other tenants; where they are kept in words; what is not taken yet. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BackupKeys1795610100000 implements MigrationInterface {
  readonly name = 'BackupKeys1795610100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE backup ADD COLUMN copy_key text, ADD COLUMN copy_contracts text[],
      ADD COLUMN placed text NOT NULL DEFAULT 'same-storage',
      ADD CONSTRAINT backup_copy_key_whole CHECK ((copy_key IS NULL) = (copy_key_hash IS NULL)
        AND (copy_key IS NULL) = (copy_contracts IS NULL)),
      ADD CONSTRAINT backup_placed_known CHECK (placed IN ('backup-storage', 'other-storage', 'same-storage'))`);
    await runner.query(`CREATE INDEX backup_pending_index ON backup (vsys_id)
      WHERE wanted AND gone_at IS NULL AND state IN ('planned', 'creating')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX backup_pending_index');
    await runner.query(
      `ALTER TABLE backup DROP COLUMN copy_key, DROP COLUMN copy_contracts, DROP COLUMN placed`,
    );
  }
}
