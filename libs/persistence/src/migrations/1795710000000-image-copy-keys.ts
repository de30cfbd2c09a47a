/** Keys of images that their owner can read again, for some contracts or for whoever has them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ImageCopyKeys1795710000000 implements MigrationInterface {
  readonly name = 'ImageCopyKeys1795710000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE image_share_key ADD COLUMN sealed text,
      ADD COLUMN contracts text[] NOT NULL DEFAULT '{}'`);
    await runner.query(`CREATE UNIQUE INDEX image_share_key_copy_key_unique
      ON image_share_key (organization_id, family) WHERE sealed IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX image_share_key_copy_key_unique');
    await runner.query('ALTER TABLE image_share_key DROP COLUMN sealed, DROP COLUMN contracts');
  }
}
