/** What can be bought, its prices, and the blueprints. Each text is one statement. */
export const CATALOG_SQL: readonly string[] = [
  `CREATE TABLE server_type (
    name text NOT NULL,
    vcpus integer NOT NULL,
    memory_mib integer NOT NULL,
    kind text NOT NULL DEFAULT 'server',
    deprecated boolean NOT NULL DEFAULT FALSE,
    CONSTRAINT server_type_pk PRIMARY KEY (name),
    CONSTRAINT server_type_sizes_positive CHECK (vcpus > 0 AND memory_mib > 0),
    CONSTRAINT server_type_kind_known CHECK (kind IN ('server', 'efm'))
  )`,
  `CREATE TABLE disk_image (
    name text NOT NULL,
    title text NOT NULL,
    os text NOT NULL,
    system_disk_gib integer NOT NULL,
    min_memory_mib integer NOT NULL,
    kind text NOT NULL DEFAULT 'server',
    deprecated boolean NOT NULL DEFAULT FALSE,
    CONSTRAINT disk_image_pk PRIMARY KEY (name),
    CONSTRAINT disk_image_kind_known CHECK (kind IN ('server', 'efm'))
  )`,
  `CREATE TABLE price (
    id uuid NOT NULL,
    product text NOT NULL,
    dimension text NOT NULL,
    currency text NOT NULL,
    amount numeric(20,10) NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    CONSTRAINT price_pk PRIMARY KEY (id),
    CONSTRAINT price_not_negative CHECK (amount >= 0),
    CONSTRAINT price_range CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT price_no_overlap EXCLUDE USING gist (product WITH =, dimension WITH =, currency WITH =, tstzrange(valid_from, valid_to) WITH &&)
  )`,
  `CREATE TABLE descriptor (
    id uuid NOT NULL,
    organization_id uuid,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT descriptor_pk PRIMARY KEY (id),
    CONSTRAINT descriptor_organization_id_name_unique UNIQUE (organization_id, name),
    CONSTRAINT descriptor_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id)
  )`,
  `CREATE UNIQUE INDEX descriptor_provider_name_unique ON descriptor (name) WHERE organization_id IS NULL`,
  `CREATE TABLE descriptor_version (
    id uuid NOT NULL,
    descriptor_id uuid NOT NULL,
    version text NOT NULL,
    document jsonb NOT NULL,
    source text NOT NULL,
    hash text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT descriptor_version_pk PRIMARY KEY (id),
    CONSTRAINT descriptor_version_descriptor_id_version_unique UNIQUE (descriptor_id, version),
    CONSTRAINT descriptor_version_descriptor_id_fk FOREIGN KEY (descriptor_id) REFERENCES descriptor(id)
  )`,
];
