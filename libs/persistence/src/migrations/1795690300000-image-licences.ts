/** Images that somebody else has to be paid for, by the hour that a server of them runs. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ImageLicences1795690300000 implements MigrationInterface {
  readonly name = 'ImageLicences1795690300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE disk_image ADD COLUMN licence jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE disk_image DROP COLUMN licence');
  }
}
