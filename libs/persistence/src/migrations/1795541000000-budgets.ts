/** Budgets of organizations, VDCs and systems with the alerts that were given. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE budget (
    id uuid NOT NULL,
    organization_id uuid NOT NULL CONSTRAINT budget_organization_id_fk REFERENCES organization,
    scope text NOT NULL,
    scope_id text NOT NULL,
    name text NOT NULL,
    amount numeric(20,4) NOT NULL,
    currency text NOT NULL,
    thresholds jsonb NOT NULL,
    at_limit text NOT NULL,
    protected_servers text[] NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    period text,
    spent numeric(30,10),
    forecast numeric(30,10),
    evaluated_at timestamptz,
    stopped_until timestamptz,
    CONSTRAINT budget_pk PRIMARY KEY (id),
    CONSTRAINT budget_scope_known CHECK (scope IN ('organization', 'vdc', 'vsys')),
    CONSTRAINT budget_amount_positive CHECK (amount > 0),
    CONSTRAINT budget_at_limit_known CHECK (at_limit IN ('alert', 'stop-new', 'stop-running'))
  )`,
  'CREATE INDEX budget_organization_id_id_index ON budget (organization_id, id)',
  'CREATE INDEX budget_of_scope_index ON budget (scope, scope_id)',
  `CREATE TABLE budget_alert (
    id uuid NOT NULL,
    budget_id uuid NOT NULL CONSTRAINT budget_alert_budget_id_fk REFERENCES budget ON DELETE CASCADE,
    period text NOT NULL,
    threshold text NOT NULL,
    reached numeric(30,10) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT budget_alert_pk PRIMARY KEY (id),
    CONSTRAINT budget_alert_once UNIQUE (budget_id, period, threshold)
  )`,
];

export class Budgets1795541000000 implements MigrationInterface {
  readonly name = 'Budgets1795541000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE budget_alert, budget');
  }
}
