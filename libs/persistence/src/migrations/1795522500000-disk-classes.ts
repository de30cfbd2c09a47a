/** Of which disk class a storage is, and on which one a system disk is made that is not made where its image is. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DiskClasses1795522500000 implements MigrationInterface {
  readonly name = 'DiskClasses1795522500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pool_sr ADD COLUMN disk_class text');
    await runner.query('ALTER TABLE vserver ADD COLUMN system_sr uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vserver DROP COLUMN system_sr');
    await runner.query('ALTER TABLE pool_sr DROP COLUMN disk_class');
  }
}
