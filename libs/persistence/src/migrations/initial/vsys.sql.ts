/** Virtual systems and their generations. Each text is one statement. */
export const VSYS_SQL: readonly string[] = [
  `CREATE TABLE vsys (
    id text NOT NULL,
    organization_id uuid NOT NULL,
    vdc_id uuid NOT NULL,
    pool_id uuid NOT NULL,
    name text NOT NULL,
    descriptor_version_id uuid,
    parameters jsonb NOT NULL,
    generation integer NOT NULL,
    observed_generation integer NOT NULL DEFAULT 0,
    phase text NOT NULL,
    parked jsonb,
    numbers jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT vsys_pk PRIMARY KEY (id),
    CONSTRAINT vsys_generation_order CHECK (generation >= 1 AND observed_generation BETWEEN 0 AND generation),
    CONSTRAINT vsys_descriptor_version_id_fk FOREIGN KEY (descriptor_version_id) REFERENCES descriptor_version(id),
    CONSTRAINT vsys_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT vsys_pool_id_fk FOREIGN KEY (pool_id) REFERENCES pool(id),
    CONSTRAINT vsys_vdc_id_fk FOREIGN KEY (vdc_id) REFERENCES vdc(id)
  )`,
  `CREATE UNIQUE INDEX vsys_live_name_unique ON vsys (vdc_id, name) WHERE deleted_at IS NULL`,
  `CREATE INDEX vsys_live_of_organization_index ON vsys (organization_id, created_at, id)
    WHERE deleted_at IS NULL`,
  `CREATE INDEX vsys_live_of_pool_index ON vsys (pool_id, id) WHERE deleted_at IS NULL`,
  `CREATE INDEX vsys_unsettled_index ON vsys (pool_id, changed_at)
    WHERE generation <> observed_generation AND parked IS NULL AND deleted_at IS NULL`,
  `CREATE TABLE vsys_generation (
    vsys_id text NOT NULL,
    generation integer NOT NULL,
    spec jsonb NOT NULL,
    design jsonb NOT NULL,
    descriptor jsonb,
    descriptor_version_id uuid,
    parameters jsonb NOT NULL,
    operation_id uuid,
    created_at timestamptz NOT NULL,
    reached_at timestamptz,
    CONSTRAINT vsys_generation_pk PRIMARY KEY (vsys_id, generation),
    CONSTRAINT vsys_generation_descriptor_version_id_fk FOREIGN KEY (descriptor_version_id) REFERENCES descriptor_version(id),
    CONSTRAINT vsys_generation_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id)
  )`,
  `CREATE INDEX vsys_generation_reached_index ON vsys_generation (vsys_id, generation)
    WHERE reached_at IS NOT NULL`,
];
