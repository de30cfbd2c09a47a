/** A system that changes its VDC in the middle of an hour is paid for in both: lines of an hour are told apart by VDC too. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEY = 'hour, resource, dimension, product, quantity, price_id';

export class UsageByVdc1795610200000 implements MigrationInterface {
  readonly name = 'UsageByVdc1795610200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE usage_hour DROP CONSTRAINT usage_hour_pk');
    await runner.query(`ALTER TABLE usage_hour ADD CONSTRAINT usage_hour_pk PRIMARY KEY (${KEY}, vdc_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE usage_hour DROP CONSTRAINT usage_hour_pk');
    await runner.query(`ALTER TABLE usage_hour ADD CONSTRAINT usage_hour_pk PRIMARY KEY (${KEY})`);
  }
}
