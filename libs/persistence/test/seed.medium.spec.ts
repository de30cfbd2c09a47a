/** The demonstration's data: complete after the first start, unchanged by the second. */
import { join } from 'node:path';
import { Scope } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { findUsableToken, PoolStore, readCatalog, readDescriptorFiles, seedDemo } from '../src/index.js';
import { AT, look, secrets, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();
const LIBRARY = join(import.meta.dirname, '../../../descriptors');

const seed = async (password: string) => {
  await look(getWorld(), `DELETE FROM pool WHERE name = 'pool-1' AND urls[1] = 'http://127.0.0.1:1'`);
  return seedDemo(getWorld().database, {
    secrets,
    pool: { urls: ['http://127.0.0.1:8080'], username: 'root', password, certificateFingerprint: null },
    descriptors: await readDescriptorFiles(LIBRARY),
    at: AT,
  });
};

const countAll = async () =>
  look(
    getWorld(),
    `SELECT (SELECT count(*) FROM organization) AS organizations, (SELECT count(*) FROM api_token) AS tokens,
       (SELECT count(*) FROM price) AS prices, (SELECT count(*) FROM server_type) AS types,
       (SELECT count(*) FROM disk_image) AS images, (SELECT count(*) FROM public_address) AS addresses,
       (SELECT count(*) FROM quota) AS quotas, (SELECT count(*) FROM pool) AS pools, (SELECT count(*) FROM vdc) AS vdcs,
       (SELECT count(*) FROM descriptor_version) AS descriptors`,
  );

describe('the seed', () => {
  it('makes everything once; a second run changes nothing but the pool', async () => {
    const { database } = getWorld();
    const first = await seed('secret-1');
    const counted = await countAll();
    expect(first.providerToken).toMatch(/^ovs_/);
    expect(first.demoToken).toMatch(/^ovs_/);
    expect(first.descriptors.map(({ name }) => name)).toContain('three-tier');

    const second = await seed('secret-2');
    expect(await countAll()).toEqual(counted);
    expect(second).toMatchObject({
      poolId: first.poolId,
      organizationId: first.organizationId,
      vdcId: first.vdcId,
    });
    expect(second).toMatchObject({ providerToken: null, demoToken: null });
    expect(second.descriptors.every(({ outcome }) => outcome === 'stored')).toBe(true);
    expect(await new PoolStore(database, secrets).get(first.poolId)).toMatchObject({
      password: 'secret-2',
      vlanFirst: 100,
      vlanLast: 3999,
    });

    const token = await database.session((session) => findUsableToken(session, first.demoToken ?? '', AT));
    expect(token).toMatchObject({ organizationId: first.organizationId, roles: ['org-admin'], vdcIds: null });
    if (token === undefined) throw new Error('the token is usable');
    expect(Scope.of({ ...token, actor: `token:${token.id}` }).organizationId).toBe(first.organizationId);
    const catalog = await database.session((session) => readCatalog(session, null));
    expect(catalog.serverTypes.map(({ name }) => name)).toContain('highmem.large');
    expect(catalog.images.find(({ kind }) => kind === 'efm')?.name).toBe('openvsys-efm');
  });

  it('accepts given tokens and knows no text of them afterwards', async () => {
    const { database } = getWorld();
    const options = {
      secrets,
      pool: {
        urls: ['http://127.0.0.1:8080'],
        username: 'root',
        password: 'x',
        certificateFingerprint: null,
      },
      tokens: { demoAdmin: 'ovs_given' },
      descriptors: [],
      at: AT,
    };
    expect((await seedDemo(database, options)).demoToken).toBe('ovs_given');
    expect((await seedDemo(database, options)).demoToken).toBe('ovs_given');
    const rows = await look<{ text: string }>(getWorld(), 'SELECT t::text AS text FROM api_token t');
    expect(rows.filter(({ text }) => text.includes('given'))).toEqual([]);
  });
});
