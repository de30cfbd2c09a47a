/** What servers run on. Each text is one statement. */
export const INFRASTRUCTURE_SQL: readonly string[] = [
  `CREATE TABLE pool (
    id uuid NOT NULL,
    zone_id uuid NOT NULL,
    name text NOT NULL,
    urls text[] NOT NULL,
    username text NOT NULL,
    secret bytea NOT NULL,
    certificate_fingerprint text,
    enabled boolean NOT NULL DEFAULT TRUE,
    vlan_first integer NOT NULL,
    vlan_last integer NOT NULL,
    lease_owner text,
    lease_until timestamptz,
    lease_epoch bigint NOT NULL DEFAULT 0,
    reason text,
    created_at timestamptz NOT NULL,
    CONSTRAINT pool_pk PRIMARY KEY (id),
    CONSTRAINT pool_name_unique UNIQUE (name),
    CONSTRAINT pool_lease_whole CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
    CONSTRAINT pool_vlan_range CHECK (vlan_first BETWEEN 1 AND 4094 AND vlan_last BETWEEN vlan_first AND 4094),
    CONSTRAINT pool_zone_id_fk FOREIGN KEY (zone_id) REFERENCES zone(id)
  )`,
  `CREATE TABLE pool_host (
    pool_id uuid NOT NULL,
    uuid uuid NOT NULL,
    name text NOT NULL,
    cpus integer NOT NULL,
    memory_mib bigint NOT NULL,
    free_memory_mib bigint NOT NULL,
    available boolean NOT NULL,
    roles text[] NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT pool_host_pk PRIMARY KEY (pool_id, uuid),
    CONSTRAINT pool_host_pool_id_fk FOREIGN KEY (pool_id) REFERENCES pool(id) ON DELETE CASCADE
  )`,
  `CREATE TABLE pool_sr (
    pool_id uuid NOT NULL,
    uuid uuid NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    shared boolean NOT NULL,
    size_gib bigint NOT NULL,
    free_gib bigint NOT NULL,
    CONSTRAINT pool_sr_pk PRIMARY KEY (pool_id, uuid),
    CONSTRAINT pool_sr_pool_id_fk FOREIGN KEY (pool_id) REFERENCES pool(id) ON DELETE CASCADE
  )`,
  `CREATE TABLE pool_image (
    pool_id uuid NOT NULL,
    name text NOT NULL,
    sr uuid NOT NULL,
    system_disk_gib integer NOT NULL,
    CONSTRAINT pool_image_pk PRIMARY KEY (pool_id, name),
    CONSTRAINT pool_image_pool_id_fk FOREIGN KEY (pool_id) REFERENCES pool(id) ON DELETE CASCADE
  )`,
  `CREATE TABLE public_address (
    address inet NOT NULL,
    zone_id uuid NOT NULL,
    vsys_id text,
    public_ip_id text,
    CONSTRAINT public_address_pk PRIMARY KEY (address),
    CONSTRAINT public_address_taken_whole CHECK ((vsys_id IS NULL) = (public_ip_id IS NULL)),
    CONSTRAINT public_address_zone_id_fk FOREIGN KEY (zone_id) REFERENCES zone(id)
  )`,
  `CREATE INDEX public_address_vsys_id_index ON public_address (vsys_id)`,
  `CREATE INDEX public_address_free_index ON public_address (zone_id, address) WHERE vsys_id IS NULL`,
];
