/** The audit's chains: whole under many writers, and whatever is done to the past shows. */
import { contractId, organizationId, Scope, type OrganizationId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { checkAuditChains, insertAudit, insertOrganization, type CheckedChain } from '../src/index.js';
import { AT, useWorld } from './persistence-fixture.js';

const world = useWorld();
const provider = Scope.of({
  actor: 'token:p',
  organizationId: null,
  roles: ['provider-admin'],
  vdcIds: null,
});

let made = 0;
/** A tenant whose chain is empty. */
async function newTenant(): Promise<OrganizationId> {
  const id = organizationId(uuidv7());
  made += 1;
  const contract = contractId(`CHAIN${String(made).padStart(3, '0')}`);
  const facts = { contract, name: contract, timeZone: 'UTC', currency: 'EUR', state: 'active' as const };
  await world().database.transaction(async (session) =>
    insertOrganization(session, { id, ...facts, createdAt: AT }),
  );
  return id;
}

async function write(organization: OrganizationId | null, resource: string): Promise<void> {
  const entry = {
    id: uuidv7(),
    organizationId: organization,
    actor: 'token:1',
    verb: 'test.write',
    resource,
  };
  await world().database.transaction(async (session) =>
    insertAudit(session, { ...entry, requestId: null, at: AT, detail: { n: 1.5, a: 'ä' }, reason: 'a test' }),
  );
}

async function chainOf(organization: OrganizationId, anchor?: string): Promise<CheckedChain | undefined> {
  const chains = await world().database.transaction(async (session) =>
    checkAuditChains(session, provider, anchor),
  );
  return chains.find((chain) => chain.organizationId === organization);
}

/** What only somebody with all rights on the database can do. */
async function forge(
  ...statements: readonly [text: string, parameters: readonly unknown[]][]
): Promise<void> {
  await world().database.transaction(async (session) => {
    await session.change('ALTER TABLE audit DISABLE TRIGGER audit_is_append_only');
    for (const [text, parameters] of statements) await session.change(text, parameters);
    await session.change('ALTER TABLE audit ENABLE TRIGGER audit_is_append_only');
  });
}

async function tenantWith(entries: number): Promise<OrganizationId> {
  const tenant = await newTenant();
  for (let n = 1; n <= entries; n += 1) await write(tenant, `r-${n}`);
  return tenant;
}

describe('chains of the audit', () => {
  it('have no gap and no fork when forty transactions write at once to three of them', async () => {
    const tenants = [await newTenant(), await newTenant()];
    const owners = [...tenants, null];
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => write(owners[n % owners.length] ?? null, `r-${n}`)),
    );
    const [one, two] = [await chainOf(tenants[0]!), await chainOf(tenants[1]!)];
    expect([one, two].map((chain) => [chain?.entries, chain?.broken])).toEqual([
      [14, null],
      [13, null],
    ]);
    expect(one?.head).toMatch(/^[\da-f]{64}$/);
    expect(one?.head).not.toBe(two?.head);
  });

  it('leave no trace of what was rolled back', async () => {
    const tenant = await tenantWith(1);
    const before = await chainOf(tenant);
    const failing = world().database.transaction(async (session) => {
      const entry = { id: uuidv7(), organizationId: tenant, actor: 'x', verb: 'x', resource: 'x' };
      await insertAudit(session, { ...entry, requestId: null, at: AT, detail: {} });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await chainOf(tenant)).toEqual(before);
  });

  it.each(['actor', 'verb', 'resource', 'reason'])('show a changed %s', async (column) => {
    const tenant = await tenantWith(3);
    await forge([`UPDATE audit SET ${column} = 'forged' WHERE chain = $1 AND position = 2`, [tenant]]);
    expect((await chainOf(tenant))?.broken).toMatchObject({ kind: 'changed', position: 2 });
  });

  it.each([
    ['another time', `at = at + interval '1 microsecond'`],
    ['another detail', `detail = detail || '{"n": 2}'`],
    ['another organization', 'organization_id = NULL'],
  ])('show %s', async (_, change) => {
    const tenant = await tenantWith(2);
    await forge([`UPDATE audit SET ${change} WHERE chain = $1 AND position = 1`, [tenant]]);
    expect((await chainOf(tenant))?.broken).toMatchObject({ kind: 'changed', position: 1 });
  });

  it('show an entry that was taken out', async () => {
    const tenant = await tenantWith(4);
    await forge(['DELETE FROM audit WHERE chain = $1 AND position = 2', [tenant]]);
    expect((await chainOf(tenant))?.broken).toMatchObject({ kind: 'missing', position: 3 });
  });

  it('show an end that was cut off, and a whole chain that was taken away', async () => {
    const tenant = await tenantWith(3);
    await forge(['DELETE FROM audit WHERE chain = $1 AND position = 3', [tenant]]);
    expect((await chainOf(tenant))?.broken).toMatchObject({ kind: 'cut', position: 2 });
    await forge(['DELETE FROM audit WHERE chain = $1', [tenant]]);
    expect((await chainOf(tenant))?.broken).toEqual({ kind: 'cut', position: 0, auditId: null });
  });

  it('written anew as a whole show only to who kept a hash', async () => {
    const tenant = await tenantWith(2);
    const anchor = (await chainOf(tenant))?.head ?? '';
    await write(tenant, 'r-3');
    expect(await chainOf(tenant, anchor)).toMatchObject({ broken: null, anchorPosition: 2 });
    await forge(
      ['DELETE FROM audit WHERE chain = $1', [tenant]],
      ['DELETE FROM audit_head WHERE chain = $1', [tenant]],
    );
    for (let n = 1; n <= 3; n += 1) await write(tenant, `other-${n}`);
    expect(await chainOf(tenant, anchor)).toMatchObject({ broken: null, anchorPosition: null });
  });

  it('cannot be emptied', async () => {
    const empty = world().database.session(async (session) => session.change('TRUNCATE audit'));
    await expect(empty).rejects.toMatchObject({ code: 'conflict' });
  });

  it('show a tenant nothing but its own', async () => {
    const tenant = await tenantWith(1);
    const scope = Scope.of({ actor: 'x', organizationId: tenant, roles: ['org-admin'], vdcIds: null });
    const chains = await world().database.transaction(async (session) => checkAuditChains(session, scope));
    expect(chains.map((chain) => chain.organizationId)).toEqual([tenant]);
  });
});
