/** Networks that need no VLAN, and the largest packet of a network. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NetworkKinds1795630000000 implements MigrationInterface {
  readonly name = 'NetworkKinds1795630000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE vnet ADD COLUMN kind text NOT NULL DEFAULT 'vlan', ADD COLUMN mtu integer NOT NULL DEFAULT 1500,
      ALTER COLUMN vlan DROP NOT NULL,
      ADD CONSTRAINT vnet_kind_has_vlan CHECK ((kind = 'vlan') = (vlan IS NOT NULL))`);
  }

  /** Fails while there are networks without a VLAN: nothing could be said about them any more. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE vnet DROP CONSTRAINT vnet_kind_has_vlan, ALTER COLUMN vlan SET NOT NULL,
      DROP COLUMN mtu, DROP COLUMN kind`);
  }
}
