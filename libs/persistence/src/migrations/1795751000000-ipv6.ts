/** IPv6 networks of VNets and the addresses of NICs in them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Ipv61795751000000 implements MigrationInterface {
  readonly name = 'Ipv61795751000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vnet ADD COLUMN range6 cidr');
    await runner.query('ALTER TABLE nic ADD COLUMN ipv6 inet');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE nic DROP COLUMN ipv6');
    await runner.query('ALTER TABLE vnet DROP COLUMN range6');
  }
}
