/** Entries of before the chain are taken into it, and new ones go on from there. */
import { Scope } from '@openvsys/vsys';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAuditChains, insertAudit } from '../src/index.js';
import { AuditChain1795520000000 } from '../src/migrations/1795520000000-audit-chain.js';
import { AT, useWorld } from './persistence-fixture.js';

const world = useWorld();
const provider = Scope.of({
  actor: 'token:p',
  organizationId: null,
  roles: ['provider-admin'],
  vdcIds: null,
});
let source: DataSource;
beforeAll(async () => {
  source = await new DataSource({ type: 'postgres', url: world().url }).initialize();
});
afterAll(async () => source.destroy());

describe('the migration to chains', () => {
  it('goes back and comes again over entries that were there before', async () => {
    const runner = source.createQueryRunner();
    const migration = new AuditChain1795520000000();
    await migration.down(runner);
    for (const organization of [null, world().organizationId, null, world().organizationId, null]) {
      await runner.query(
        `INSERT INTO audit (id, organization_id, actor, verb, resource, at, detail) VALUES ($1, $2, 'a', 'v', 'r', now(), '{}')`,
        [uuidv7(), organization],
      );
    }
    await migration.up(runner);
    await runner.release();
    const entry = {
      id: uuidv7(),
      organizationId: null,
      actor: 'a',
      verb: 'v',
      resource: 'r',
      requestId: null,
    };
    const { database } = world();
    await database.transaction(async (session) => insertAudit(session, { ...entry, at: AT, detail: {} }));
    const chains = await database.transaction(async (session) => checkAuditChains(session, provider));
    expect(
      chains.map(({ organizationId, entries, broken }) => ({ organizationId, entries, broken })),
    ).toEqual([
      { organizationId: null, entries: 4, broken: null },
      { organizationId: world().organizationId, entries: 2, broken: null },
    ]);
    const change = database.session(async (session) => session.change(`UPDATE audit SET actor = 'b'`));
    await expect(change).rejects.toMatchObject({ code: 'conflict' });
  });
});
