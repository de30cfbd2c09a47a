/**
 * Keeps the quota of a server that is being made smaller until that is reached, so that a roll-back never exceeds a
 * limit. Processes of the version before leave the columns at 0, which means: nothing beyond the wanted size.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class HeldSizes1795395600000 implements MigrationInterface {
  readonly name = 'HeldSizes1795395600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE vserver
      ADD COLUMN held_vcpus integer NOT NULL DEFAULT 0, ADD COLUMN held_memory_mib integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vserver DROP COLUMN held_vcpus, DROP COLUMN held_memory_mib');
  }
}
