/** Who uses the system. Each text is one statement. */
export const TENANCY_SQL: readonly string[] = [
  `CREATE TABLE organization (
    id uuid NOT NULL,
    contract text NOT NULL,
    name text NOT NULL,
    time_zone text NOT NULL,
    currency text NOT NULL,
    state text NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL,
    CONSTRAINT organization_pk PRIMARY KEY (id),
    CONSTRAINT organization_contract_unique UNIQUE (contract),
    CONSTRAINT organization_state_known CHECK (state IN ('active', 'suspended', 'closed')),
    CONSTRAINT organization_contract_form CHECK (contract ~ '^[A-Z0-9]{8}$')
  )`,
  `CREATE TABLE api_token (
    id uuid NOT NULL,
    organization_id uuid,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    roles text[] NOT NULL,
    vdc_ids uuid[],
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CONSTRAINT api_token_pk PRIMARY KEY (id),
    CONSTRAINT api_token_token_hash_unique UNIQUE (token_hash),
    CONSTRAINT api_token_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id)
  )`,
  `CREATE INDEX api_token_organization_id_index ON api_token (organization_id)`,
  `CREATE TABLE quota (
    scope text NOT NULL,
    scope_id uuid NOT NULL,
    resource text NOT NULL,
    "limit" bigint NOT NULL,
    CONSTRAINT quota_pk PRIMARY KEY (scope, scope_id, resource),
    CONSTRAINT quota_limit_not_negative CHECK ("limit" >= 0),
    CONSTRAINT quota_scope_known CHECK (scope IN ('organization', 'vdc'))
  )`,
  `CREATE TABLE zone (
    id uuid NOT NULL,
    name text NOT NULL,
    CONSTRAINT zone_pk PRIMARY KEY (id),
    CONSTRAINT zone_name_unique UNIQUE (name)
  )`,
  `CREATE TABLE vdc (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    zone_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT vdc_pk PRIMARY KEY (id),
    CONSTRAINT vdc_organization_id_name_unique UNIQUE (organization_id, name),
    CONSTRAINT vdc_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT vdc_zone_id_fk FOREIGN KEY (zone_id) REFERENCES zone(id)
  )`,
];
