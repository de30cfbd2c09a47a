/** Another organization beside the demo tenant, in the same zone. */
import { generateToken, insertOrganization, insertToken, insertVdc } from '@openvsys/persistence';
import { contractId, organizationId, vdcId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { connectTenant, type Tenant } from './tenant.js';
import type { World } from './world.js';

/** Connected to the API at `url`. */
export async function addSecondTenant({ database }: World, url: string): Promise<Tenant> {
  const token = generateToken();
  const createdAt = new Date();
  const owner = { organizationId: organizationId(uuidv7()) };
  await database.transaction(async (session) => {
    const zone = await session.first<{ id: string }>('SELECT id FROM zone LIMIT 1');
    if (zone === undefined) throw new Error('there is no zone');
    await insertOrganization(session, {
      id: owner.organizationId,
      contract: contractId('SMALL001'),
      name: 'Small',
      timeZone: 'UTC',
      currency: 'EUR',
      state: 'active',
      createdAt,
    });
    await insertVdc(session, { id: vdcId(uuidv7()), ...owner, zoneId: zone.id, name: 'main', createdAt });
    const facts = { id: uuidv7(), ...owner, name: 'bench', roles: ['org-admin'] as const, vdcIds: null };
    await insertToken(session, { ...facts, createdAt, expiresAt: null }, token);
  });
  return connectTenant(url, token);
}
