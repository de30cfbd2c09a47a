/** Updates of EFMs as callers ask for them: what is made anew, with which token, and when it is refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTextSealer } from '@openvsys/persistence';
import { vsysId, type VServerId, type VsysSpec } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const ACCESS = { apiUrl: 'https://agents.example:3443', ca: '-----BEGIN CERTIFICATE-----\ntest\n' };
const PEM = join(import.meta.dirname, '../../../libs/efm/test/certificates');
const pem = (name: string): string => readFileSync(join(PEM, `${name}.pem`), 'utf8');
const KEY = 'dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=';
const world = useApi(ACCESS);
const tenant = () => world().as(world().demoToken);
const efms = new Map<string, string>();
let [pairs, single] = ['', ''];

beforeAll(async () => {
  const parameters = {
    certificate: pem('www'),
    privateKey: pem('www-key'),
    vpnKey: KEY,
    staffKey: '3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=',
    siteKey: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=',
  };
  const { vdcId } = world().demo;
  const create = async (descriptor: string, given: object): Promise<string> => {
    const body = { name: newName(descriptor), vdcId, descriptor: { name: descriptor }, parameters: given };
    const { vsysId: id } = (await tenant().post('/v1/vsys').send(body).expect(202)).body as {
      vsysId: string;
    };
    const { body: page } = await tenant().get(`/v1/efms?vsys=${id}`).expect(200);
    for (const efm of (page as { items: { id: string; name: string }[] }).items)
      efms.set(`${descriptor}/${efm.name}`, efm.id);
    return id;
  };
  pairs = await create('secure-shop', parameters);
  single = await create('three-tier', {});
});

const specOf = async (id: string): Promise<VsysSpec> => {
  const row = await world().database.session(async (session) =>
    session.first<{ spec: VsysSpec }>(
      'SELECT spec FROM vsys_generation WHERE vsys_id = $1 ORDER BY generation DESC LIMIT 1',
      [vsysId(id)],
    ),
  );
  return row!.spec;
};
const applianceOf = async (system: string, id: string) =>
  (await specOf(system)).servers.find((server) => server.id === id)!;
/** What its next config drive says. */
const tokenOf = async (system: string, id: string): Promise<string> => {
  const { configDrive } = await applianceOf(system, id);
  const sealer = createTextSealer(world().secrets);
  const text = configDrive?.files['user-data'] as Parameters<typeof sealer.open>[0];
  return /ovs_[\w-]+/.exec(sealer.open(text, id as VServerId))?.[0] ?? '';
};

describe('an update', () => {
  it('of a single appliance is refused until its interruption is accepted; a dry run tells what it would do', async () => {
    const id = efms.get('three-tier/fw')!;
    const refused = await tenant().post(`/v1/efms/${id}/update`).send({}).expect(409);
    expect(refused.body).toMatchObject({ pointer: '/acceptInterruption', retry: 'after-change' });
    const planned = await tenant().post(`/v1/efms/${id}/update?dryRun=true`).send({}).expect(200);
    expect(planned.body.changes.find(({ part }: { part: string }) => part === id)).toMatchObject({
      change: 'changed',
      restartNeeded: true,
    });
    expect((await specOf(single)).generation).toBe(1);

    const before = await tokenOf(single, id);
    const { body } = await tenant()
      .post(`/v1/efms/${id}/update`)
      .send({ acceptInterruption: true })
      .expect(202);
    expect(body.operation).toMatchObject({ kind: 'efm.update' });
    const fresh = await applianceOf(single, id);
    expect(fresh).toMatchObject({
      systemOrigin: { from: { image: 'openvsys-efm' }, count: 2 },
      configDrive: { version: 2 },
    });
    // The agent so far serves until the fresh one comes.
    const after = await tokenOf(single, id);
    expect(after).not.toBe(before);
    await world().as(before).get('/agent/v1/document').expect(200);
    await world().as(after).get('/agent/v1/document').expect(200);
    // A token that is worth nothing any more may be remembered for some seconds.
    const status = async () => (await world().as(before).get('/agent/v1/document')).status;
    await expect.poll(status, { timeout: 15_000, interval: 250 }).toBe(401);
    expect(world().log.join('\n')).not.toContain('ovs_');
  });

  it('of a pair begins with the one that stands by, and only with that one', async () => {
    const [fw, second] = [efms.get('secure-shop/fw')!, efms.get('secure-shop/fw-2')!];
    await world().database.session(async (session) =>
      session.change(
        `UPDATE efm_agent SET role = CASE vserver_id WHEN $1 THEN 'standby' ELSE 'active' END WHERE vserver_id IN ($1, $2)`,
        [fw, second],
      ),
    );
    await tenant().post(`/v1/efms/${second}/update`).send({}).expect(202);
    const origins = (await specOf(pairs)).servers.flatMap(({ id, systemOrigin }) =>
      systemOrigin ? [id] : [],
    );
    expect(origins).toEqual([fw]);
    const { body } = await tenant().get(`/v1/efms/${fw}/updates`).expect(200);
    expect(body.items).toMatchObject([
      { efm: 'fw', state: 'running', position: 0, appliances: [fw, second], image: 'openvsys-efm' },
    ]);
    const again = await tenant().post(`/v1/efms/${fw}/update`).send({}).expect(409);
    expect(again.body.detail).toContain('being updated already');
  });

  it('brings a revoked appliance back, and only its fresh agent', async () => {
    const id = efms.get('three-tier/lb')!;
    const old = await tokenOf(single, id);
    await tenant().post(`/v1/efms/${id}/token/revoke`).expect(204);
    await tenant().post(`/v1/efms/${id}/update`).send({ acceptInterruption: true }).expect(202);
    expect((await world().as(old).get('/agent/v1/document')).status).toBe(401);
    await world()
      .as(await tokenOf(single, id))
      .get('/agent/v1/document')
      .expect(200);
  });

  it('is nobody else’s business', async () => {
    const id = efms.get('three-tier/fw')!;
    const stranger = world().as(world().other.token);
    await stranger.post(`/v1/efms/${id}/update`).send({ acceptInterruption: true }).expect(404);
    expect((await stranger.get(`/v1/efms/${id}/updates`)).status).toBe(404);
    await world()
      .as(await world().tokenWith(['monitor']))
      .post(`/v1/efms/${id}/update`)
      .send({})
      .expect(403);
  });
});
