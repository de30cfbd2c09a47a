/**
 * Descriptors that are given up keep their versions, for systems refer to them, but not their name; and keys with which
 * others may copy a descriptor.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DescriptorLibrary1795700000000 implements MigrationInterface {
  readonly name = 'DescriptorLibrary1795700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE descriptor ADD COLUMN removed_at timestamptz, ADD COLUMN copy_key text,
      ADD COLUMN copy_key_hash text, ADD COLUMN copy_contracts text[],
      ADD CONSTRAINT descriptor_copy_key_whole CHECK ((copy_key IS NULL) = (copy_key_hash IS NULL)
        AND (copy_key IS NULL) = (copy_contracts IS NULL)),
      DROP CONSTRAINT descriptor_organization_id_name_unique`);
    await runner.query('DROP INDEX descriptor_provider_name_unique');
    await runner.query(`CREATE UNIQUE INDEX descriptor_organization_name_unique ON descriptor (organization_id, name)
      WHERE removed_at IS NULL`);
    await runner.query(`CREATE UNIQUE INDEX descriptor_provider_name_unique ON descriptor (name)
      WHERE organization_id IS NULL AND removed_at IS NULL`);
    await runner.query('CREATE UNIQUE INDEX descriptor_copy_key_hash_unique ON descriptor (copy_key_hash)');
    await runner.query('CREATE INDEX vsys_descriptor_version_id_index ON vsys (descriptor_version_id)');
  }

  /** Descriptors that were given up get a name that no other one can have, for their versions cannot be deleted. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX vsys_descriptor_version_id_index');
    await runner.query('DROP INDEX descriptor_copy_key_hash_unique');
    await runner.query('DROP INDEX descriptor_provider_name_unique');
    await runner.query('DROP INDEX descriptor_organization_name_unique');
    await runner.query(`UPDATE descriptor SET name = name || ' ' || id::text WHERE removed_at IS NOT NULL`);
    await runner.query(`ALTER TABLE descriptor DROP COLUMN removed_at, DROP COLUMN copy_key, DROP COLUMN copy_key_hash,
      DROP COLUMN copy_contracts, ADD CONSTRAINT descriptor_organization_id_name_unique UNIQUE (organization_id, name)`);
    await runner.query(`CREATE UNIQUE INDEX descriptor_provider_name_unique ON descriptor (name)
      WHERE organization_id IS NULL`);
  }
}
