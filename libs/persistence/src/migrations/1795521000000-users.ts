/** People: their roles bound what their tokens may do, and end them all at once. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE user_account (
    id uuid NOT NULL,
    organization_id uuid,
    name text NOT NULL,
    email text,
    roles text[] NOT NULL,
    vdc_ids uuid[],
    state text NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL,
    CONSTRAINT user_account_pk PRIMARY KEY (id),
    CONSTRAINT user_account_organization_id_name_unique UNIQUE (organization_id, name),
    CONSTRAINT user_account_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT user_account_state_known CHECK (state IN ('active', 'disabled'))
  )`,
  `CREATE UNIQUE INDEX user_account_provider_name_unique ON user_account (name) WHERE organization_id IS NULL`,
  `ALTER TABLE api_token ADD COLUMN user_id uuid CONSTRAINT api_token_user_id_fk REFERENCES user_account`,
  `CREATE INDEX api_token_user_id_index ON api_token (user_id)`,
];

export class Users1795521000000 implements MigrationInterface {
  readonly name = 'Users1795521000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_token DROP COLUMN user_id');
    await runner.query('DROP TABLE user_account');
  }
}
