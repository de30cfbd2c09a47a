/** What was held, and what each closed hour of it costs. Each text is one statement. */
export const USAGE_SQL: readonly string[] = [
  `CREATE TABLE usage_interval (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    vdc_id uuid NOT NULL,
    vsys_id text NOT NULL,
    resource text NOT NULL,
    dimension text NOT NULL,
    product text NOT NULL,
    quantity bigint NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT usage_interval_pk PRIMARY KEY (id),
    CONSTRAINT usage_interval_quantity_positive CHECK (quantity > 0),
    CONSTRAINT usage_interval_order CHECK (ended_at >= started_at)
  )`,
  `CREATE INDEX usage_interval_span_index ON usage_interval (ended_at, started_at)`,
  `CREATE INDEX usage_interval_vsys_id_index ON usage_interval (vsys_id)`,
  `CREATE INDEX usage_interval_organization_id_started_at_index ON usage_interval (organization_id, started_at)`,
  `CREATE INDEX usage_interval_resource_dimension_ended_at_index ON usage_interval (resource, dimension, ended_at)`,
  `CREATE UNIQUE INDEX usage_interval_open_unique ON usage_interval (resource, dimension)
    WHERE ended_at IS NULL`,
  `CREATE TABLE usage_hour (
    hour timestamptz NOT NULL,
    resource text NOT NULL,
    dimension text NOT NULL,
    product text NOT NULL,
    quantity bigint NOT NULL,
    price_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    vdc_id uuid NOT NULL,
    vsys_id text NOT NULL,
    seconds integer NOT NULL,
    quantity_seconds bigint NOT NULL,
    currency text NOT NULL,
    amount numeric(30,10),
    CONSTRAINT usage_hour_pk PRIMARY KEY (hour, resource, dimension, product, quantity, price_id),
    CONSTRAINT usage_hour_seconds CHECK (seconds BETWEEN 1 AND 3600)
  )`,
  `CREATE INDEX usage_hour_vsys_id_hour_index ON usage_hour (vsys_id, hour)`,
  `CREATE INDEX usage_hour_organization_id_hour_index ON usage_hour (organization_id, hour)`,
  `CREATE TABLE closed_hour (
    hour timestamptz NOT NULL,
    closed_at timestamptz NOT NULL,
    CONSTRAINT closed_hour_pk PRIMARY KEY (hour)
  )`,
];
