/** Tickets for screens of servers, and where workers relay them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE console_ticket (
    hash bytea NOT NULL,
    vserver_id text NOT NULL,
    vsys_id text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT console_ticket_pk PRIMARY KEY (hash),
    CONSTRAINT console_ticket_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id)
  )`,
  'CREATE INDEX console_ticket_vsys_id_index ON console_ticket (vsys_id)',
  'CREATE INDEX console_ticket_expires_at_index ON console_ticket (expires_at)',
  `CREATE TABLE console_relay (
    worker_id text NOT NULL,
    address text NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT console_relay_pk PRIMARY KEY (worker_id)
  )`,
];

export class Consoles1795600100000 implements MigrationInterface {
  readonly name = 'Consoles1795600100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['console_relay', 'console_ticket']) await runner.query(`DROP TABLE ${table}`);
  }
}
