/** The demo tenant's limits are made for demonstrations: a measure must meet the pool's limits, not those. */
import { addPublicAddresses, DEMO_CONTRACT, setQuotas, type Database } from '@openvsys/persistence';
import { contractId, type OrganizationId } from '@openvsys/vsys';

/** 198.18.0.0/15 is set aside for benchmarks (RFC 2544). */
const ADDRESSES = Array.from({ length: 4096 }, (_, n) => `198.18.${Math.floor(n / 256)}.${n % 256}`);

export async function raiseLimits(database: Database): Promise<void> {
  await database.transaction(async (session) => {
    const organization = await session.first<{ id: OrganizationId }>(
      'SELECT id FROM organization WHERE contract = $1',
      [contractId(DEMO_CONTRACT)],
    );
    const zone = await session.first<{ id: string }>('SELECT id FROM zone LIMIT 1');
    if (organization === undefined || zone === undefined) throw new Error('the database has no demo data');
    const resources = await session.rows<{ resource: string }>(
      'SELECT DISTINCT resource FROM quota WHERE scope_id = $1',
      [organization.id],
    );
    if (resources.length === 0) throw new Error('the demo tenant has no quotas to raise');
    await setQuotas(session, 'organization', organization.id, LIMITS);
    await addPublicAddresses(session, zone.id, ADDRESSES);
  });
}

/** Finite, because a finite limit has to be counted at each admission. */
const LIMITS = [
  { resource: 'vsys', limit: 100_000 },
  { resource: 'vserver', limit: 1_000_000 },
  { resource: 'vcpu', limit: 4_000_000 },
  { resource: 'memory-mib', limit: 2 ** 40 },
  { resource: 'storage-gib', limit: 2 ** 40 },
  { resource: 'vnet', limit: 500_000 },
  { resource: 'public-ip', limit: 100_000 },
] as const;
