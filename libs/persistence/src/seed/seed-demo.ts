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
  type VdcId,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.js';
import { addPublicAddresses } from '../repositories/addresses.js';
import { findOrganizationByContract, insertOrganization } from '../repositories/organizations.js';
import { setQuotas } from '../repositories/quotas.js';
import { insertVdc, insertZone } from '../repositories/vdcs.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { Session } from '../session.js';
import { PoolStore } from '../stores/pool.store.js';
import { DEMO_PUBLIC_ADDRESSES, DEMO_QUOTAS } from './demo-catalog.js';
import { SEED_CURRENCY, seedCatalog } from './seed-catalog.js';
import { seedDescriptors, type DescriptorFile, type SeededDescriptor } from './seed-descriptors.js';
import { ensureToken } from './seed-token.js';

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
const NAMES = { zone: 'zone-1', vdc: 'main', pool: 'pool-1' } as const;
/** Leaves room below for VLANs of the provider's own. */
const VLANS = { first: 100, last: 3999 } as const;

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
    currency: SEED_CURRENCY,
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

async function findPoolId(session: Session): Promise<PoolId | undefined> {
  const found = await session.first<{ id: PoolId }>('SELECT id FROM pool WHERE name = $1', [NAMES.pool]);
  return found?.id;
}
