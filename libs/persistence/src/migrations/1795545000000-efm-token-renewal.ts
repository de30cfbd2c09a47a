/** Tokens of appliances can be renewed: the next one counts from its first use, and the one before is worth nothing then. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EfmTokenRenewal1795545000000 implements MigrationInterface {
  readonly name = 'EfmTokenRenewal1795545000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE efm_agent
      ADD COLUMN next_token_hash bytea,
      ADD COLUMN token_at timestamptz,
      ADD COLUMN renewal_wanted_at timestamptz`);
    await runner.query('CREATE UNIQUE INDEX efm_agent_next_token_unique ON efm_agent (next_token_hash)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX efm_agent_next_token_unique');
    await runner.query(
      'ALTER TABLE efm_agent DROP COLUMN renewal_wanted_at, DROP COLUMN token_at, DROP COLUMN next_token_hash',
    );
  }
}
