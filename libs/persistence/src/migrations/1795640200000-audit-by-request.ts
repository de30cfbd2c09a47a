/** The history of a system asks the audit for the reason of a request. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditByRequest1795640200000 implements MigrationInterface {
  readonly name = 'AuditByRequest1795640200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX audit_request_id_index ON audit (request_id) WHERE reason IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX audit_request_id_index');
  }
}
