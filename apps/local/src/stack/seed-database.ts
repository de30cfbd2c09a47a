/** Brings the schema up to date and puts in what there is to sell, who may buy it, and the pool. */
import { Database, KeyRing, readDescriptorFiles, SecretBox, seedDemo } from '@openvsys/persistence';
import type { Credentials } from './credentials.js';
import { descriptorsFolder } from './programs.js';
import type { RunningPool } from './start-simulator.js';

export interface SeedRequest {
  readonly databaseUrl: string;
  /** 32 bytes. */
  readonly secretKey: Buffer;
  readonly pool: RunningPool;
  readonly credentials: Credentials;
}

/** Answers a sentence about what is in the library; what was there before stays. */
export async function seedDatabase(request: SeedRequest): Promise<string> {
  const database = await Database.connect({
    url: request.databaseUrl,
    poolSize: 2,
    applicationName: 'openvsys-local',
  });
  try {
    await database.migrate();
    const keys = await KeyRing.open(database, request);
    keys.close();
    const { descriptors } = await seedDemo(database, {
      secrets: new SecretBox(keys),
      pool: {
        urls: request.pool.urls,
        username: request.pool.user,
        password: request.pool.password,
        certificateFingerprint: request.pool.fingerprint ?? null,
      },
      tokens: {
        providerAdmin: request.credentials.providerToken,
        demoAdmin: request.credentials.tenantToken,
      },
      descriptors: await readDescriptorFiles(descriptorsFolder),
      at: new Date(),
    });
    const outdated = descriptors.filter(({ outcome }) => outcome === 'differs').map(({ name }) => name);
    const note = outdated.length === 0 ? '' : ` (changed without a new version: ${outdated.join(', ')})`;
    return `Schema and demo data: ${descriptors.length} descriptors${note}`;
  } finally {
    await database.close();
  }
}
