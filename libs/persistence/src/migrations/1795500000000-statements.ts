/** Closed months of organizations: statements and their lines, which never change, and adjustments that wait for one. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE statement (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    period text NOT NULL,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    time_zone text NOT NULL,
    currency text NOT NULL,
    subtotal numeric(30,10) NOT NULL,
    total numeric(30,10) NOT NULL,
    hash text NOT NULL,
    closed_at timestamptz NOT NULL,
    closed_by text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT statement_pk PRIMARY KEY (id),
    CONSTRAINT statement_period_once UNIQUE (organization_id, period),
    CONSTRAINT statement_no_overlap EXCLUDE USING gist (organization_id WITH =, tstzrange(period_start, period_end) WITH &&)
  )`,
  `CREATE TABLE statement_line (
    statement_id uuid NOT NULL CONSTRAINT statement_line_statement_id_fk REFERENCES statement,
    position integer NOT NULL,
    kind text NOT NULL,
    vdc_id uuid,
    vsys_id text,
    dimension text,
    product text,
    price_id uuid,
    units numeric(40,10),
    unit text,
    unit_price numeric(20,10),
    amount numeric(30,10) NOT NULL,
    description text NOT NULL,
    refers_to text,
    CONSTRAINT statement_line_pk PRIMARY KEY (statement_id, position)
  )`,
  `CREATE TABLE adjustment (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    vsys_id text,
    amount numeric(30,10) NOT NULL,
    currency text NOT NULL,
    description text NOT NULL,
    refers_to text,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    statement_id uuid CONSTRAINT adjustment_statement_id_fk REFERENCES statement,
    CONSTRAINT adjustment_pk PRIMARY KEY (id)
  )`,
  'CREATE INDEX adjustment_organization_id_id_index ON adjustment (organization_id, id)',
  ...['statement', 'statement_line'].map(
    (table) => `CREATE TRIGGER ${table}_never_changes BEFORE UPDATE OR DELETE ON ${table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  ),
];

export class Statements1795500000000 implements MigrationInterface {
  readonly name = 'Statements1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE adjustment, statement_line, statement');
  }
}
