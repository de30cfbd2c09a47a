/** Address spaces of VDCs, ranges that were chosen, reserved addresses, and how long an address rests. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP: readonly string[] = [
  `ALTER TABLE vdc_settings ADD COLUMN address_space text[] NOT NULL DEFAULT '{10.0.0.0/8}',
    ADD COLUMN reuse_minutes integer NOT NULL DEFAULT 5,
    ADD CONSTRAINT vdc_settings_reuse_range CHECK (reuse_minutes BETWEEN 0 AND 1440)`,
  `ALTER TABLE vnet ADD COLUMN auto_range boolean NOT NULL DEFAULT FALSE`,
  // Chosen ranges of an organization never overlap, whichever VDC they are in: its systems can be connected.
  `ALTER TABLE vnet ADD CONSTRAINT vnet_auto_range_free
    EXCLUDE USING gist (organization_id WITH =, cidr inet_ops WITH &&) WHERE (auto_range AND released_at IS NULL)`,
  `CREATE TABLE address_reservation (
    id uuid NOT NULL,
    vnet_id text NOT NULL,
    vsys_id text NOT NULL,
    organization_id uuid NOT NULL,
    first inet NOT NULL,
    last inet NOT NULL,
    note text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    CONSTRAINT address_reservation_pk PRIMARY KEY (id),
    CONSTRAINT address_reservation_in_order CHECK (first <= last),
    CONSTRAINT address_reservation_free
      EXCLUDE USING gist (vnet_id WITH =, int8range(first - '0.0.0.0'::inet, last - '0.0.0.0'::inet, '[]') WITH &&),
    CONSTRAINT address_reservation_vnet_id_fk FOREIGN KEY (vnet_id) REFERENCES vnet(id) ON DELETE CASCADE,
    CONSTRAINT address_reservation_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id),
    CONSTRAINT address_reservation_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id)
  )`,
  `CREATE INDEX address_reservation_vsys_id_index ON address_reservation (vsys_id)`,
];

export class AddressManagement1795630100000 implements MigrationInterface {
  readonly name = 'AddressManagement1795630100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE address_reservation');
    await runner.query('ALTER TABLE vnet DROP CONSTRAINT vnet_auto_range_free, DROP COLUMN auto_range');
    await runner.query(`ALTER TABLE vdc_settings DROP CONSTRAINT vdc_settings_reuse_range, DROP COLUMN reuse_minutes,
      DROP COLUMN address_space`);
  }
}
