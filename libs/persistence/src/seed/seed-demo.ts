/**
 * A provider with something to sell and a demo organization that may buy it. May run at every start: what is there
 * stays as it is, but for the pool, whose address and credentials are taken from the options each time.
 */
import {
  contractId,
  organizationId,
  poolId,
  vdcId,
  type OrganizationId,
  type PoolId,
  type Role,
  type VdcId,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.js';
import { addPublicAddresses } from '../repositories/addresses.js';
import { insertPrices, putDiskImages, putServerTypes } from '../repositories/catalog.js';
import { findOrganizationByContract, insertOrganization } from '../repositories/organizations.js';
import { setQuotas } from '../repositories/quotas.js';
import { generateToken, hashToken, insertToken } from '../repositories/tokens.js';
import { insertVdc, insertZone } from '../repositories/vdcs.js';
import type { SecretBox } from '../sealed-secret.js';
import type { Session } from '../session.js';
import { PoolStore } from '../stores/pool.store.js';
import {
  DEMO_IMAGES,
  DEMO_PRICES,
  DEMO_PUBLIC_ADDRESSES,
  DEMO_QUOTAS,
  DEMO_SERVER_TYPES,
} from './demo-catalog.js';
import { seedDescriptors, type DescriptorFile, type SeededDescriptor } from './seed-descriptors.js';

export interface SeedOptions {
  readonly secrets: SecretBox;
  readonly pool: {
    readonly urls: readonly string[];
    readonly username: string;
    readonly password: string;
    readonly certificateFingerprint: string | null;
  };
  /** Texts of tokens to accept. Left out: generated when there is none yet, and returned this once. */
  readonly tokens?: { readonly providerAdmin?: string | undefined; readonly demoAdmin?: string | undefined };
  /** The provider's library, see `readDescriptorFiles`. */
  readonly descriptors: readonly DescriptorFile[];
  readonly at: Date;
}

export interface SeededDemo {
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly zoneId: string;
  readonly poolId: PoolId;
  /** Null: exists since an earlier start and cannot be shown again. */
  readonly providerToken: string | null;
  readonly demoToken: string | null;
  readonly descriptors: readonly SeededDescriptor[];
}

export const DEMO_CONTRACT = contractId('DEMO0001');
const CURRENCY = 'EUR';
const NAMES = { zone: 'zone-1', vdc: 'main', pool: 'pool-1', token: 'seed' } as const;
/** Leaves room below for VLANs of the provider's own. */
const VLANS = { first: 100, last: 3999 } as const;
/** Before any usage, also when metered time is scaled or set back. */
const PRICES_SINCE = new Date('2020-01-01T00:00:00.000Z');

export async function seedDemo(database: Database, options: SeedOptions): Promise<SeededDemo> {
  const { at, tokens } = options;
  const tenancy = await database.transaction(async (session) => {
    await seedCatalog(session);
    const zoneId = await ensureZone(session);
    await addPublicAddresses(session, zoneId, DEMO_PUBLIC_ADDRESSES);
    const organization = await ensureOrganization(session, at);
    return {
      zoneId,
      organizationId: organization,
      vdcId: await ensureVdc(session, organization, zoneId, at),
      providerToken: await ensureToken(session, null, 'provider-admin', tokens?.providerAdmin, at),
      demoToken: await ensureToken(session, organization, 'org-admin', tokens?.demoAdmin, at),
      poolId: await findPoolId(session),
    };
  });
  const pool = tenancy.poolId ?? poolId(uuidv7());
  await new PoolStore(database, options.secrets).register(
    {
      ...options.pool,
      id: pool,
      zoneId: tenancy.zoneId,
      name: NAMES.pool,
      enabled: true,
      vlanFirst: VLANS.first,
      vlanLast: VLANS.last,
    },
    at,
  );
  return { ...tenancy, poolId: pool, descriptors: await seedDescriptors(database, options.descriptors, at) };
}

async function seedCatalog(session: Session): Promise<void> {
  await putServerTypes(session, DEMO_SERVER_TYPES);
  await putDiskImages(session, DEMO_IMAGES);
  const priced = await session.rows<{ product: string; dimension: string }>(
    'SELECT DISTINCT product, dimension FROM price WHERE currency = $1',
    [CURRENCY],
  );
  const isPriced = new Set(priced.map(({ product, dimension }) => `${product} ${dimension}`));
  const missing = DEMO_PRICES.filter(({ product, dimension }) => !isPriced.has(`${product} ${dimension}`));
  await insertPrices(
    session,
    missing.map((price) => ({
      ...price,
      id: uuidv7(),
      currency: CURRENCY,
      validFrom: PRICES_SINCE,
      validTo: null,
    })),
  );
}

async function ensureZone(session: Session): Promise<string> {
  const found = await session.first<{ id: string }>('SELECT id FROM zone WHERE name = $1', [NAMES.zone]);
  if (found !== undefined) return found.id;
  const id = uuidv7();
  await insertZone(session, { id, name: NAMES.zone });
  return id;
}

async function ensureOrganization(session: Session, at: Date): Promise<OrganizationId> {
  const found = await findOrganizationByContract(session, DEMO_CONTRACT);
  if (found !== undefined) return found.id;
  const id = organizationId(uuidv7());
  await insertOrganization(session, {
    id,
    contract: DEMO_CONTRACT,
    name: 'Demo',
    timeZone: 'Europe/Berlin',
    currency: CURRENCY,
    state: 'active',
    createdAt: at,
  });
  await setQuotas(session, 'organization', id, DEMO_QUOTAS);
  return id;
}

async function ensureVdc(
  session: Session,
  organization: OrganizationId,
  zoneId: string,
  at: Date,
): Promise<VdcId> {
  const found = await session.first<{ id: VdcId }>(
    'SELECT id FROM vdc WHERE organization_id = $1 AND name = $2',
    [organization, NAMES.vdc],
  );
  if (found !== undefined) return found.id;
  const id = vdcId(uuidv7());
  await insertVdc(session, { id, organizationId: organization, zoneId, name: NAMES.vdc, createdAt: at });
  return id;
}

/** The token's text when it is known now, else null. */
async function ensureToken(
  session: Session,
  organization: OrganizationId | null,
  role: Role,
  given: string | undefined,
  at: Date,
): Promise<string | null> {
  const existing = await session.rows<{ hash: Buffer }>(
    'SELECT token_hash AS hash FROM api_token WHERE organization_id IS NOT DISTINCT FROM $1 AND revoked_at IS NULL',
    [organization],
  );
  if (given === undefined && existing.length > 0) return null;
  const token = given ?? generateToken();
  if (existing.some(({ hash }) => hash.equals(hashToken(token)))) return token;
  const record = {
    id: uuidv7(),
    organizationId: organization,
    name: NAMES.token,
    roles: [role],
    vdcIds: null,
  };
  await insertToken(session, { ...record, createdAt: at, expiresAt: null }, token);
  return token;
}

async function findPoolId(session: Session): Promise<PoolId | undefined> {
  const found = await session.first<{ id: PoolId }>('SELECT id FROM pool WHERE name = $1', [NAMES.pool]);
  return found?.id;
}
