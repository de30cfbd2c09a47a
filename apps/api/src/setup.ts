/**
 * Set-up of an installation, run once before API and workers start and harmless when run again: brings the schema up to
 * date, stores the descriptor library and makes the provider's first token, which is printed this once.
 */
import { join } from 'node:path';
import { loadSetupConfig } from '@openvsys/config';
import { Database, readDescriptorFiles, seedProvider } from '@openvsys/persistence';

/** This file is built to apps/api/dist/. */
const DESCRIPTORS = join(import.meta.dirname, '../../../descriptors');

async function setUp(): Promise<void> {
  const { databaseUrl, catalog } = loadSetupConfig();
  const database = await Database.connect({
    url: databaseUrl,
    poolSize: 2,
    applicationName: 'openvsys-setup',
  });
  try {
    const migrations = await database.migrate();
    const descriptors = await readDescriptorFiles(DESCRIPTORS);
    const seeded = await seedProvider(database, { catalog, descriptors, at: new Date() });
    process.stdout.write(`Schema: ${migrations.length} migrations applied\n`);
    process.stdout.write(`Library: ${seeded.descriptors.length} descriptors\n`);
    process.stdout.write(
      seeded.providerToken === null
        ? 'The provider has a token already\n'
        : `Provider token, shown this once: ${seeded.providerToken}\n`,
    );
  } finally {
    await database.close();
  }
}

setUp().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
