/** The order in which events are told (streams, webhooks), and the webhooks with their deliveries. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  'CREATE SEQUENCE event_position',
  'ALTER TABLE event ADD COLUMN position bigint',
  'CREATE UNIQUE INDEX event_position_index ON event (position) WHERE position IS NOT NULL',
  'CREATE INDEX event_without_position_index ON event (id) WHERE position IS NULL',
  `CREATE TABLE webhook (
    id uuid NOT NULL,
    organization_id uuid CONSTRAINT webhook_organization_id_fk REFERENCES organization,
    name text NOT NULL,
    url text NOT NULL,
    types text[] NOT NULL,
    vsys_ids text[] NOT NULL,
    vdc_ids uuid[],
    state text NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    previous_secret_until timestamptz,
    version integer NOT NULL DEFAULT 1,
    failures integer NOT NULL DEFAULT 0,
    paused_until timestamptz,
    last_success_at timestamptz,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT webhook_pk PRIMARY KEY (id),
    CONSTRAINT webhook_state_known CHECK (state IN ('enabled', 'disabled'))
  )`,
  'CREATE INDEX webhook_organization_id_id_index ON webhook (organization_id, id)',
  `CREATE TABLE webhook_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY,
    webhook_id uuid NOT NULL CONSTRAINT webhook_delivery_webhook_id_fk REFERENCES webhook ON DELETE CASCADE,
    event_id uuid NOT NULL,
    resource text NOT NULL,
    position bigint NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    replay boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    claim uuid,
    claimed_until timestamptz,
    last_attempt_at timestamptz,
    last_status integer,
    last_latency_ms integer,
    last_error text,
    ended_at timestamptz,
    CONSTRAINT webhook_delivery_pk PRIMARY KEY (id),
    CONSTRAINT webhook_delivery_state_known CHECK (state IN ('pending', 'delivered', 'dead'))
  )`,
  'CREATE UNIQUE INDEX webhook_delivery_once ON webhook_delivery (webhook_id, event_id) WHERE NOT replay',
  'CREATE INDEX webhook_delivery_webhook_id_id_index ON webhook_delivery (webhook_id, id)',
  `CREATE INDEX webhook_delivery_due_index ON webhook_delivery (webhook_id, next_at, id) WHERE state = 'pending'`,
  `CREATE INDEX webhook_delivery_order_index ON webhook_delivery (webhook_id, resource, position, id) WHERE state = 'pending'`,
];

export class EventFeed1795640000000 implements MigrationInterface {
  readonly name = 'EventFeed1795640000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE webhook_delivery, webhook');
    await runner.query('DROP INDEX event_position_index, event_without_position_index');
    await runner.query('ALTER TABLE event DROP COLUMN position');
    await runner.query('DROP SEQUENCE event_position');
  }
}
