/** Public addresses that belong to a VDC and outlive its systems. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP: readonly string[] = [
  `CREATE TABLE allocated_address (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    vdc_id uuid NOT NULL,
    name text NOT NULL,
    address inet NOT NULL,
    created_at timestamptz NOT NULL,
    released_at timestamptz,
    CONSTRAINT allocated_address_pk PRIMARY KEY (id),
    CONSTRAINT allocated_address_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT allocated_address_vdc_id_fk FOREIGN KEY (vdc_id) REFERENCES vdc(id)
  )`,
  `CREATE UNIQUE INDEX allocated_address_address_unique ON allocated_address (address) WHERE released_at IS NULL`,
  `CREATE UNIQUE INDEX allocated_address_name_unique ON allocated_address (vdc_id, name) WHERE released_at IS NULL`,
  `CREATE INDEX allocated_address_held_index ON allocated_address (organization_id) WHERE released_at IS NULL`,
  `ALTER TABLE public_address ADD COLUMN allocation_id uuid,
    ADD CONSTRAINT public_address_allocation_id_fk FOREIGN KEY (allocation_id) REFERENCES allocated_address(id)`,
  `DROP INDEX public_address_free_index`,
  `CREATE INDEX public_address_free_index ON public_address (zone_id, address) WHERE vsys_id IS NULL AND allocation_id IS NULL`,
  `CREATE UNIQUE INDEX public_address_allocation_unique ON public_address (allocation_id) WHERE allocation_id IS NOT NULL`,
  `ALTER TABLE public_ip ADD COLUMN allocation_id uuid,
    ADD CONSTRAINT public_ip_allocation_id_fk FOREIGN KEY (allocation_id) REFERENCES allocated_address(id)`,
];

const DOWN: readonly string[] = [
  'ALTER TABLE public_ip DROP COLUMN allocation_id',
  'DROP INDEX public_address_free_index',
  'ALTER TABLE public_address DROP COLUMN allocation_id',
  'CREATE INDEX public_address_free_index ON public_address (zone_id, address) WHERE vsys_id IS NULL',
  'DROP TABLE allocated_address',
];

export class AllocatedAddresses1795630200000 implements MigrationInterface {
  readonly name = 'AllocatedAddresses1795630200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
