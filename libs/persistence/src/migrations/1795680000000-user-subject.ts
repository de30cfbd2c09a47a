/** Who a user is at the identity provider: one person there is one user here. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UserSubject1795680000000 implements MigrationInterface {
  readonly name = 'UserSubject1795680000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE user_account ADD COLUMN subject text');
    await runner.query(
      'CREATE UNIQUE INDEX user_account_subject_unique ON user_account (subject) WHERE subject IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE user_account DROP COLUMN subject');
  }
}
