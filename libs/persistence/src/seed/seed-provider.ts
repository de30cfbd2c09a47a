/** What an empty installation needs before anybody can use its API. May run at every start. */
import type { Database } from '../database.js';
import { seedCatalog } from './seed-catalog.js';
import { seedDescriptors, type DescriptorFile, type SeededDescriptor } from './seed-descriptors.js';
import { ensureToken } from './seed-token.js';

export interface ProviderSeed {
  /** `demo`: example server types, images and prices; `none` when the provider brings its own. */
  readonly catalog: 'demo' | 'none';
  /** The provider's library, see `readDescriptorFiles`. */
  readonly descriptors: readonly DescriptorFile[];
  readonly at: Date;
}

export interface SeededProvider {
  /** Null: there is one since an earlier run, and it cannot be shown again. */
  readonly providerToken: string | null;
  readonly descriptors: readonly SeededDescriptor[];
}

export async function seedProvider(database: Database, seed: ProviderSeed): Promise<SeededProvider> {
  const providerToken = await database.transaction(async (session) => {
    if (seed.catalog === 'demo') await seedCatalog(session);
    return ensureToken(session, null, 'provider-admin', undefined, seed.at);
  });
  return { providerToken, descriptors: await seedDescriptors(database, seed.descriptors, seed.at) };
}
