/**
 * Price lists: versions that are published as a whole, prices of one organization laid over the list, least units of
 * time, tiers. What is counted instead of held, and intervals that cannot be billed. Hours keep how much was billed beside
 * how much was held. Processes of the version before go on: all new columns have the values that they mean.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE price_list_version (
    id uuid NOT NULL,
    currency text NOT NULL,
    organization_id uuid CONSTRAINT price_list_version_organization_id_fk REFERENCES organization,
    version integer NOT NULL,
    valid_from timestamptz NOT NULL,
    note text NOT NULL,
    published_by text NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT price_list_version_pk PRIMARY KEY (id),
    CONSTRAINT price_list_version_number UNIQUE NULLS NOT DISTINCT (currency, organization_id, version)
  )`,
  `ALTER TABLE price
    ADD COLUMN organization_id uuid CONSTRAINT price_organization_id_fk REFERENCES organization,
    ADD COLUMN version_id uuid CONSTRAINT price_version_id_fk REFERENCES price_list_version,
    ADD COLUMN minimum text NOT NULL DEFAULT 'second',
    ADD COLUMN tiers jsonb NOT NULL DEFAULT '[]',
    ADD CONSTRAINT price_minimum_known CHECK (minimum IN ('second', 'hour', 'day')),
    DROP CONSTRAINT price_no_overlap`,
  `ALTER TABLE price ADD CONSTRAINT price_no_overlap EXCLUDE USING gist (
    coalesce(organization_id, '00000000-0000-0000-0000-000000000000') WITH =, product WITH =, dimension WITH =,
    currency WITH =, tstzrange(valid_from, valid_to) WITH &&)`,
  `CREATE INDEX price_version_id_index ON price (version_id)`,
  `ALTER TABLE usage_hour ADD COLUMN billed_seconds integer NOT NULL DEFAULT 0`,
  `UPDATE usage_hour SET billed_seconds = seconds`,
  // Finds what is too large to be billed without reading the rest, see close-hour.sql.ts.
  `CREATE INDEX usage_interval_oversized_index ON usage_interval (started_at) WHERE quantity > 1000000000000`,
  `CREATE TABLE usage_count (
    hour timestamptz NOT NULL,
    resource text NOT NULL,
    dimension text NOT NULL,
    product text NOT NULL,
    organization_id uuid NOT NULL,
    vdc_id uuid NOT NULL,
    vsys_id text NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT usage_count_pk PRIMARY KEY (hour, resource, dimension, product),
    CONSTRAINT usage_count_positive CHECK (quantity > 0)
  )`,
  `CREATE TABLE usage_parked (
    interval_id uuid NOT NULL,
    hour timestamptz NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL,
    CONSTRAINT usage_parked_pk PRIMARY KEY (hour, interval_id)
  )`,
];

const DOWN = [
  'DROP TABLE usage_parked, usage_count',
  'DROP INDEX usage_interval_oversized_index',
  'ALTER TABLE usage_hour DROP COLUMN billed_seconds',
  'DELETE FROM price WHERE organization_id IS NOT NULL',
  `ALTER TABLE price DROP CONSTRAINT price_no_overlap, DROP COLUMN organization_id, DROP COLUMN version_id,
    DROP COLUMN minimum, DROP COLUMN tiers`,
  `ALTER TABLE price ADD CONSTRAINT price_no_overlap EXCLUDE USING gist (product WITH =, dimension WITH =,
    currency WITH =, tstzrange(valid_from, valid_to) WITH &&)`,
  'DROP TABLE price_list_version',
];

export class PriceLists1795470000000 implements MigrationInterface {
  readonly name = 'PriceLists1795470000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
