/** Tokens of the local installation, made once: the provider's and the demo tenant's. */
import { generateToken } from '@openvsys/persistence';
import { readJson, writeJson, type DataFolder } from '../data/data-folder.js';

export interface Credentials {
  /** Administers everything. */
  readonly providerToken: string;
  /** Administers the demo organization. */
  readonly tenantToken: string;
}

export async function ensureCredentials(folder: DataFolder): Promise<Credentials> {
  const existing = await readJson<Credentials>(folder.credentialsFile);
  if (existing) return existing;
  const credentials = { providerToken: generateToken(), tenantToken: generateToken() };
  await writeJson(folder.credentialsFile, credentials);
  return credentials;
}
