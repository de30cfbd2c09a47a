/** Keys that secrets are sealed with, themselves sealed with the installation's key: that one can change without touching a secret. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DataKeys1795680100000 implements MigrationInterface {
  readonly name = 'DataKeys1795680100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE data_key (
      number integer NOT NULL,
      master text NOT NULL,
      sealed bytea NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT data_key_pk PRIMARY KEY (number)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE data_key');
  }
}
