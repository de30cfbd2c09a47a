/** Passwords that were made for servers, until somebody has read them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InitialPasswords1795600000000 implements MigrationInterface {
  readonly name = 'InitialPasswords1795600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE initial_password (
      vserver_id text NOT NULL,
      vsys_id text NOT NULL,
      organization_id uuid NOT NULL,
      user_name text NOT NULL,
      sealed text,
      created_at timestamptz NOT NULL,
      shown_at timestamptz,
      CONSTRAINT initial_password_pk PRIMARY KEY (vserver_id),
      CONSTRAINT initial_password_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id),
      CONSTRAINT initial_password_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
      CONSTRAINT initial_password_shown_once CHECK ((sealed IS NULL) = (shown_at IS NOT NULL))
    )`);
    await runner.query('CREATE INDEX initial_password_vsys_id_index ON initial_password (vsys_id)');
    await runner.query(
      'CREATE INDEX initial_password_organization_id_index ON initial_password (organization_id)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE initial_password');
  }
}
