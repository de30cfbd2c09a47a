/**
 * When a server or disk was made anew because the pool had lost it: what was in it is gone, and whoever owns it must hear
 * of that although everything looks well again a minute later.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['vserver', 'vdisk'] as const;

export class LostContents1795495000000 implements MigrationInterface {
  readonly name = 'LostContents1795495000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN contents_lost_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} DROP COLUMN contents_lost_at`);
  }
}
