/** The first schema. Later changes expand first and contract one release later, so old and new processes run side by side. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CATALOG_SQL } from './initial/catalog.sql.js';
import { EXTENSIONS_SQL, GUARDS_SQL } from './initial/guards.sql.js';
import { INFRASTRUCTURE_SQL } from './initial/infrastructure.sql.js';
import { PART_SQL } from './initial/part.sql.js';
import { TENANCY_SQL } from './initial/tenancy.sql.js';
import { USAGE_SQL } from './initial/usage.sql.js';
import { VSYS_SQL } from './initial/vsys.sql.js';
import { WORK_SQL } from './initial/work.sql.js';

export class Initial1795392000000 implements MigrationInterface {
  readonly name = 'Initial1795392000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      ...EXTENSIONS_SQL,
      ...TENANCY_SQL,
      ...INFRASTRUCTURE_SQL,
      ...CATALOG_SQL,
      ...VSYS_SQL,
      ...PART_SQL,
      ...WORK_SQL,
      ...USAGE_SQL,
      ...GUARDS_SQL,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  /** There is nothing before the first schema; a database is dropped, not migrated down to nothing. */
  async down(): Promise<void> {
    throw new Error('The initial migration cannot be undone: drop the database instead.');
  }
}
