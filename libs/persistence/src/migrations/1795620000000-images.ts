/**
 * Images of tenants beside the provider's, with versions and a life of their own; on how many storages an image is; keys
 * that share images; downloads. Images from before are the provider's, version 1, and are offered as they were.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = `'awaiting-upload', 'importing', 'available', 'failed', 'removing', 'removed'`;

const STATEMENTS: readonly string[] = [
  `ALTER TABLE disk_image ADD COLUMN family text, ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN organization_id uuid, ADD COLUMN state text NOT NULL DEFAULT 'available', ADD COLUMN format text,
    ADD COLUMN sha256 text, ADD COLUMN size_gib integer, ADD COLUMN upload jsonb, ADD COLUMN failure jsonb,
    ADD COLUMN deprecated_from timestamptz, ADD COLUMN replacement text, ADD COLUMN created_by text,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN touched_at timestamptz NOT NULL DEFAULT now()`,
  `UPDATE disk_image SET family = name`,
  `ALTER TABLE disk_image ALTER COLUMN family SET NOT NULL,
    ADD CONSTRAINT disk_image_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    ADD CONSTRAINT disk_image_state_known CHECK (state IN (${STATES})),
    ADD CONSTRAINT disk_image_version_positive CHECK (version > 0)`,
  `CREATE UNIQUE INDEX disk_image_organization_version_unique ON disk_image (organization_id, family, version)`,
  `CREATE UNIQUE INDEX disk_image_provider_version_unique ON disk_image (family, version) WHERE organization_id IS NULL`,
  `ALTER TABLE pool_image DROP CONSTRAINT pool_image_pk,
    ADD CONSTRAINT pool_image_pk PRIMARY KEY (pool_id, name, sr)`,
  `ALTER TABLE pool_operation ADD COLUMN organization_id uuid, ADD COLUMN image text`,
  `CREATE INDEX pool_operation_organization_id_id_index ON pool_operation (organization_id, id)`,
  `CREATE INDEX pool_operation_image_index ON pool_operation (image) WHERE image IS NOT NULL`,
  `CREATE TABLE image_share_key (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    family text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT image_share_key_pk PRIMARY KEY (id),
    CONSTRAINT image_share_key_hash_unique UNIQUE (hash),
    CONSTRAINT image_share_key_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id)
  )`,
  `CREATE INDEX image_share_key_organization_id_family_index ON image_share_key (organization_id, family)`,
  `CREATE TABLE image_grant (
    organization_id uuid NOT NULL,
    alias text NOT NULL,
    owner_id uuid NOT NULL,
    family text NOT NULL,
    granted_at timestamptz NOT NULL,
    CONSTRAINT image_grant_pk PRIMARY KEY (organization_id, alias),
    CONSTRAINT image_grant_organization_id_owner_id_family_unique UNIQUE (organization_id, owner_id, family),
    CONSTRAINT image_grant_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT image_grant_owner_id_fk FOREIGN KEY (owner_id) REFERENCES organization(id)
  )`,
  `CREATE INDEX image_grant_owner_id_family_index ON image_grant (owner_id, family)`,
  `CREATE TABLE image_download (
    id uuid NOT NULL,
    organization_id uuid,
    operation_id uuid NOT NULL,
    file text NOT NULL,
    filename text NOT NULL,
    max_bytes bigint NOT NULL,
    bytes bigint,
    hash bytea NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT image_download_pk PRIMARY KEY (id),
    CONSTRAINT image_download_hash_unique UNIQUE (hash),
    CONSTRAINT image_download_operation_id_unique UNIQUE (operation_id),
    CONSTRAINT image_download_state_known CHECK (state IN ('making', 'ready', 'ended'))
  )`,
];

export class Images1795620000000 implements MigrationInterface {
  readonly name = 'Images1795620000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE image_download, image_grant, image_share_key');
    await runner.query('DROP INDEX pool_operation_image_index, pool_operation_organization_id_id_index');
    await runner.query('ALTER TABLE pool_operation DROP COLUMN organization_id, DROP COLUMN image');
    await runner.query('DELETE FROM pool_image');
    await runner.query(`ALTER TABLE pool_image DROP CONSTRAINT pool_image_pk,
      ADD CONSTRAINT pool_image_pk PRIMARY KEY (pool_id, name)`);
    await runner.query('DELETE FROM disk_image WHERE organization_id IS NOT NULL');
    await runner.query(`ALTER TABLE disk_image DROP COLUMN family, DROP COLUMN version, DROP COLUMN organization_id,
      DROP COLUMN state, DROP COLUMN format, DROP COLUMN sha256, DROP COLUMN size_gib, DROP COLUMN upload,
      DROP COLUMN failure, DROP COLUMN deprecated_from, DROP COLUMN replacement, DROP COLUMN created_by,
      DROP COLUMN created_at, DROP COLUMN touched_at`);
  }
}
