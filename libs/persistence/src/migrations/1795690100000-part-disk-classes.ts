/** Of which class disks are, beside their sizes: limits of a class are counted from rows like all others. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A disk keeps its class for life, so each generation that has it says the same. */
const UP = [
  'ALTER TABLE vdisk ADD COLUMN disk_class text',
  'ALTER TABLE vserver ADD COLUMN system_disk_class text',
  `UPDATE vdisk t SET disk_class = d."diskClass"
   FROM vsys_generation g, jsonb_to_recordset(g.spec->'disks') AS d(id text, "diskClass" text)
   WHERE g.vsys_id = t.vsys_id AND d.id = t.id AND d."diskClass" IS NOT NULL`,
  `UPDATE vserver t SET system_disk_class = s."systemDiskClass"
   FROM vsys_generation g, jsonb_to_recordset(g.spec->'servers') AS s(id text, "systemDiskClass" text)
   WHERE g.vsys_id = t.vsys_id AND s.id = t.id AND s."systemDiskClass" IS NOT NULL`,
];

export class PartDiskClasses1795690100000 implements MigrationInterface {
  readonly name = 'PartDiskClasses1795690100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vserver DROP COLUMN system_disk_class');
    await runner.query('ALTER TABLE vdisk DROP COLUMN disk_class');
  }
}
