/**
 * Appliances have a NIC to the pool's external network: such a NIC has a zone instead of a VNet, and its address comes from
 * the zone's range for appliances (RFC 6598 keeps 100.64.0.0/10 for providers). Nobody else gets it before the NIC is gone.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ApplianceUplinks1795475000000 implements MigrationInterface {
  readonly name = 'ApplianceUplinks1795475000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE zone ADD COLUMN appliance_range cidr NOT NULL DEFAULT '100.64.0.0/16'`);
    await runner.query(`ALTER TABLE nic ALTER COLUMN vnet_id DROP NOT NULL,
      ADD COLUMN zone_id uuid CONSTRAINT nic_zone_id_fk REFERENCES zone (id),
      ADD CONSTRAINT nic_one_network CHECK ((vnet_id IS NULL) <> (zone_id IS NULL))`);
    await runner.query(`CREATE UNIQUE INDEX nic_zone_address_unique ON nic (zone_id, ipv4)
      WHERE zone_id IS NOT NULL AND released_at IS NULL`);
  }

  /** Systems of the newer version have NICs that the older one cannot hold; their appliances lose them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM nic WHERE vnet_id IS NULL');
    await runner.query('DROP INDEX nic_zone_address_unique');
    await runner.query(`ALTER TABLE nic DROP CONSTRAINT nic_one_network, DROP COLUMN zone_id,
      ALTER COLUMN vnet_id SET NOT NULL`);
    await runner.query('ALTER TABLE zone DROP COLUMN appliance_range');
  }
}
