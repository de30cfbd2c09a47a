/** What is wished of servers and disks beside what they are, on their rows: lists show it without the spec. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  'ALTER TABLE vserver ADD COLUMN rescue text',
  'ALTER TABLE vserver ADD COLUMN headroom_vcpus integer',
  'ALTER TABLE vserver ADD COLUMN headroom_memory_mib integer',
  'ALTER TABLE vdisk ADD COLUMN priority integer',
];

export class ServerWishes1795720000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of UP) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vdisk DROP COLUMN priority');
    await runner.query('ALTER TABLE vserver DROP COLUMN headroom_memory_mib');
    await runner.query('ALTER TABLE vserver DROP COLUMN headroom_vcpus');
    await runner.query('ALTER TABLE vserver DROP COLUMN rescue');
  }
}
