/** Images of tenants as the API alone sees them: announced, uploaded in pieces, limited, shared, named in descriptors. */
import { randomBytes } from 'node:crypto';
import { settleImageOperation, setQuotas } from '@openvsys/persistence';
import type { OpenPoolOperation, PoolOperationEnd } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { emptyPool, newName, useApi } from './api-fixture.js';

const world = useApi();
const demo = () => world().as(world().demoToken);
const other = () => world().as(world().other.token);
const provider = () => world().as(world().providerToken);

const announcement = (name: string, bytes = 10) => ({
  name,
  title: 'Ours',
  os: 'linux',
  minMemoryMiB: 512,
  format: 'raw',
  bytes,
});
const put = (reference: string, offset: number, content: Buffer | string) =>
  demo()
    .put(`/v1/images/${reference}/content?offset=${offset}`)
    .set('Content-Type', 'application/octet-stream')
    .send(content);

const design = (image: string) => ({
  name: newName('designed'),
  vdcId: world().demo.vdcId,
  document: {
    apiVersion: 'openvsys/v1',
    kind: 'VsysDescriptor',
    metadata: { name: 'small', version: '1.0.0' },
    vnets: { lan: { cidr: '10.0.0.0/24' } },
    vservers: { app: { type: 'standard.small', image, nics: [{ vnet: 'lan' }] } },
  },
});

const OK: PoolOperationEnd = {
  state: 'succeeded',
  result: { sizeGiB: 3, systemDiskGiB: 2, sha256: 'ab'.repeat(32) },
};

/** What the owner of the pool does, as far as the database sees it. */
async function endOperations(template: string, end: PoolOperationEnd, alsoThere = true): Promise<void> {
  const { database } = world();
  const at = new Date();
  await database.transaction(async (session) => {
    const open = await session.rows<OpenPoolOperation>(
      `UPDATE pool_operation SET state = $2, finished_at = now() WHERE image = $1 AND finished_at IS NULL
       RETURNING id, pool_id AS "poolId", task`,
      [template, end.state],
    );
    expect(open).not.toEqual([]);
    for (const operation of open) await settleImageOperation(session, { ...operation, at, metered: at }, end);
  });
  if (!alsoThere || end.state !== 'succeeded') return;
  const pool = emptyPool();
  const sr = pool.srs[0]!.uuid;
  await world().seeCapacity({ ...pool, images: [...pool.images, { name: template, sr, systemDiskGiB: 2 }] });
}

/** An image that is there. */
async function madeImage(name: string): Promise<{ readonly reference: string; readonly template: string }> {
  const announced = (await demo().post('/v1/images/imports').send(announcement(name, 4)).expect(201)).body;
  await put(announced.reference, 0, 'data').expect(200);
  await endOperations(announced.template, OK);
  return announced;
}

describe('uploading an image', () => {
  it('goes piece by piece, goes on after a failure, and begins the import with the last one', async () => {
    const name = newName('pieces');
    const announced = (await demo().post('/v1/images/imports').send(announcement(name)).expect(201)).body;
    expect(announced).toMatchObject({
      name,
      reference: `${name}:1`,
      template: `DEMO0001_${name}_1`,
      state: 'awaiting-upload',
      visibility: 'private',
      upload: { bytes: 10, received: 0 },
      allowedActions: ['upload', 'remove'],
    });
    expect((await put(name, 0, 'abcd').expect(200)).body.upload.received).toBe(4);
    const early = await put(name, 8, 'ij').expect(409);
    expect(early.body).toMatchObject({ code: 'conflict', details: { received: 4, bytes: 10 } });
    const long = await put(name, 4, 'efghijk').expect(413);
    expect(long.body).toMatchObject({ code: 'too-large' });
    const [first, second] = await Promise.all([put(name, 4, 'ef'), put(name, 4, 'EF')]);
    expect(first.status + second.status).toBe(200 + 409);
    const whole = (await put(name, 6, 'ghij').expect(200)).body;
    expect(whole).toMatchObject({ state: 'importing', allowedActions: [] });
    const { items } = (await demo().get(`/v1/image-operations?template=${whole.template}`).expect(200)).body;
    expect(items).toMatchObject([{ kind: 'image.import', state: 'queued', image: whole.template }]);
    await put(name, 10, 'k').expect(409);
    await endOperations(whole.template, OK);
    const there = (await demo().get(`/v1/images/${name}`).expect(200)).body;
    expect(there).toMatchObject({
      state: 'available',
      sizeGiB: 3,
      systemDiskGiB: 2,
      places: 1,
      upload: null,
    });
  });

  it('refuses what cannot become an image before a byte is sent', async () => {
    const wrong = [
      { name: '../etc' },
      { name: 'Big_Name' },
      { format: 'qcow2' },
      { bytes: 0 },
      { bytes: 2 ** 41 },
      { sha256: 'abc' },
      { path: '/etc/passwd' },
    ];
    for (const one of wrong)
      await demo()
        .post('/v1/images/imports')
        .send({ ...announcement('fine'), ...one })
        .expect(400);
    const public_ = await demo().post('/v1/images/imports').send(announcement('debian-13')).expect(409);
    expect(public_.body).toMatchObject({ pointer: '/name' });
    const full = await demo()
      .post('/v1/images/imports')
      .send(announcement('full', 2 ** 39))
      .expect(409);
    expect(full.body).toMatchObject({ code: 'no-capacity', details: { requestedBytes: 2 ** 39 } });
    const monitor = world().as(await world().tokenWith(['monitor']));
    await monitor.post('/v1/images/imports').send(announcement('mine')).expect(403);
  });

  it('takes only bytes, and nothing of a connection that breaks', async () => {
    const name = newName('broken');
    await demo().post('/v1/images/imports').send(announcement(name, 1000)).expect(201);
    await demo().put(`/v1/images/${name}/content?offset=0`).send({ a: 1 }).expect(400);
    const { address, port } = world().app.getHttpServer().address() as { address: string; port: number };
    const abort = new AbortController();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(randomBytes(100));
        setTimeout(() => abort.abort(), 50);
      },
    });
    const broken = fetch(`http://${address}:${port}/v1/images/${name}/content?offset=0`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${world().demoToken}`, 'Content-Type': 'application/octet-stream' },
      body,
      duplex: 'half',
      signal: abort.signal,
    });
    await expect(broken).rejects.toThrow();
    expect((await demo().get(`/v1/images/${name}`).expect(200)).body.upload.received).toBe(0);
    await put(name, 0, randomBytes(1000)).expect(200);
  });

  it('says why it failed, and lets it be removed', async () => {
    const name = newName('failing');
    const { template, reference } = (
      await demo().post('/v1/images/imports').send(announcement(name, 4)).expect(201)
    ).body;
    await put(reference, 0, 'data').expect(200);
    await demo().delete(`/v1/images/${reference}`).expect(409);
    const error = {
      code: 'invalid-parameter',
      message: 'damaged',
      retry: 'never',
      pointer: '/source',
    } as const;
    await endOperations(template, { state: 'failed', error });
    const failed = (await demo().get(`/v1/images/${name}`).expect(200)).body;
    expect(failed).toMatchObject({ state: 'failed', failure: error, allowedActions: ['remove'] });
    await demo().delete(`/v1/images/${reference}`).expect(202);
    await demo().get(`/v1/images/${name}`).expect(404);
  });

  it('is fetched from where it may be fetched only', async () => {
    const of = (url: string) =>
      demo()
        .post('/v1/images/imports')
        .send({ ...announcement(newName('fetched')), url });
    for (const url of [
      'http://169.254.169.254/latest',
      'https://127.0.0.1/x',
      'file:///etc/passwd',
      'https://u:p@x.y/',
    ])
      expect([url, (await of(url)).status]).toEqual([url, 400]);
    expect((await of('https://[::1]:8443/image')).body).toMatchObject({ code: 'invalid-request' });
  });

  it('can be cancelled before a worker took it', async () => {
    const name = newName('cancelled');
    const { template } = (await demo().post('/v1/images/imports').send(announcement(name, 4)).expect(201))
      .body;
    await put(name, 0, 'data').expect(200);
    const { items } = (await demo().get(`/v1/image-operations?template=${template}`).expect(200)).body;
    await other().post(`/v1/image-operations/${items[0].id}/cancel`).expect(404);
    await demo().post(`/v1/image-operations/${items[0].id}/cancel`).expect(202);
    expect((await demo().get(`/v1/images/${name}`).expect(200)).body.state).toBe('failed');
  });
});

describe('images in descriptors', () => {
  it('are named with or without a version, by those who may see them only', async () => {
    const name = newName('named');
    const { template } = await madeImage(name);
    const plan = await demo().post('/v1/vsys/plans').send(design(name));
    expect([plan.status, plan.body.violations]).toEqual([200, undefined]);
    await demo()
      .post('/v1/vsys/plans')
      .send(design(`${name}:1`))
      .expect(200);
    const unknown = await demo()
      .post('/v1/vsys/plans')
      .send(design(`${name}:2`))
      .expect(422);
    expect(unknown.body.violations[0]).toMatchObject({ pointer: '/vservers/app/image' });
    const foreign = { ...design(name), vdcId: world().other.vdcId };
    await other().post('/v1/vsys/plans').send(foreign).expect(422);
    await other().get(`/v1/images/${name}`).expect(404);
    const { body } = await demo().post('/v1/vsys').send(design(name)).expect(202);
    const servers = (await demo().get(`/v1/vservers?vsys=${body.vsysId}`)).body.items;
    expect(servers[0].image).toBe(template);
    const used = await demo().delete(`/v1/images/${name}`).expect(409);
    expect(used.body).toMatchObject({ details: { servers: 1 } });
  });

  it('mean the newest version that is offered, and servers keep theirs', async () => {
    const name = newName('versions');
    const first = await madeImage(name);
    const second = await madeImage(name);
    expect(second.reference).toBe(`${name}:2`);
    expect((await demo().get(`/v1/images/${name}`).expect(200)).body.version).toBe(2);
    await demo()
      .patch(`/v1/images/${name}:2`)
      .send({ deprecated: true, replacement: first.reference })
      .expect(200);
    expect((await demo().get(`/v1/images/${name}`).expect(200)).body.version).toBe(1);
    const refused = await demo()
      .post('/v1/vsys/plans')
      .send(design(`${name}:2`))
      .expect(422);
    expect(refused.body.violations[0].remedy).toContain(`${name}:1`);
    await demo().patch(`/v1/images/${name}:1`).send({ replacement: 'nothing-such' }).expect(400);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const dated = (await demo().patch(`/v1/images/${name}:1`).send({ deprecatedFrom: tomorrow }).expect(200))
      .body;
    expect(dated).toMatchObject({ deprecated: false, deprecatedFrom: tomorrow });
    const past = new Date(Date.now() - 1000).toISOString();
    const over = (await demo().patch(`/v1/images/${name}:1`).send({ deprecatedFrom: past }).expect(200)).body;
    expect(over.deprecated).toBe(true);
    const again = (await demo().patch(`/v1/images/${name}:1`).send({ deprecated: false }).expect(200)).body;
    expect(again).toMatchObject({ deprecated: false, deprecatedFrom: null });
  });
});

describe('the licence of an image', () => {
  const LICENCE = { product: 'windows-server', unit: 'vcpu' };
  const licenceOf = async (vsysId: string): Promise<unknown> => {
    const text = `SELECT v.spec->'servers'->0->'licence' AS licence FROM vsys_generation v WHERE vsys_id = $1 ORDER BY generation DESC`;
    const [row] = await world().database.session(async (session) =>
      session.rows<{ licence: unknown }>(text, [vsysId]),
    );
    return row?.licence;
  };
  const made = async (image: string): Promise<string> =>
    (await demo().post('/v1/vsys').send(design(image)).expect(202)).body.vsysId;

  /** One of the provider that a pool has. */
  const offered = async (): Promise<string> => {
    const name = newName('paid');
    const facts = { title: 'Paid', os: 'windows', systemDiskGiB: 2, minMemoryMiB: 512 };
    await provider()
      .post('/v1/images')
      .send({ name, ...facts })
      .expect(201);
    const pool = emptyPool();
    const sr = pool.srs[0]!.uuid;
    await world().seeCapacity({ ...pool, images: [...pool.images, { name, sr, systemDiskGiB: 2 }] });
    return name;
  };

  it('is set by the provider alone and goes with servers that are made from then on', async () => {
    const own = newName('own');
    await madeImage(own);
    const name = await offered();
    const before = await made(name);
    await demo().patch(`/v1/images/${own}`).send({ licence: LICENCE }).expect(403);
    await provider()
      .patch(`/v1/images/${name}`)
      .send({ licence: { product: 'x' } })
      .expect(400);
    await provider().patch(`/v1/images/${name}`).send({ licence: LICENCE }).expect(200);
    expect((await demo().get(`/v1/images/${name}`).expect(200)).body.licence).toEqual(LICENCE);
    const after = await made(name);
    expect([await licenceOf(before), await licenceOf(after)]).toEqual([null, LICENCE]);
    await provider().patch(`/v1/images/${name}`).send({ licence: null }).expect(200);
    expect((await demo().get(`/v1/images/${name}`).expect(200)).body.licence).toBeNull();
    const changed = { document: { ...design(name).document, vdisks: { log: { size: 1 } } } };
    const shown = await demo().get(`/v1/vsys/${after}`).expect(200);
    await demo()
      .patch(`/v1/vsys/${after}`)
      .set('If-Match', shown.headers['etag'] ?? '')
      .send(changed)
      .expect(202);
    expect(await licenceOf(after)).toEqual(LICENCE);
  });

  it('goes with images that are made of servers, so that a copy is no way around it', async () => {
    const name = await offered();
    await provider().patch(`/v1/images/${name}`).send({ licence: LICENCE }).expect(200);
    const serverId = `${await made(name)}-S-0001`;
    await world().database.session(async (session) =>
      session.change(`UPDATE vserver SET state = 'stopped' WHERE id = $1`, [serverId]),
    );
    const copy = { name: newName('copy'), title: 'Copy', serverId };
    await demo().post('/v1/images/captures').send(copy).expect(202);
    expect((await demo().get(`/v1/images/${copy.name}`).expect(200)).body.licence).toEqual(LICENCE);
  });
});

describe('sharing an image', () => {
  it('lets another organization use it under its own name until its owner ends it', async () => {
    const name = newName('shared');
    const { template } = await madeImage(name);
    const { key } = (await demo().post(`/v1/images/${name}/share-keys`).send({ days: 1 }).expect(201)).body;
    await other().post('/v1/shared-images').send({ key: 'ovi_wrong' }).expect(404);
    await other().post('/v1/shared-images').send({ key, name: 'debian-13' }).expect(409);
    const taken = (await other().post('/v1/shared-images').send({ key, name: 'partner' }).expect(201)).body;
    expect(taken).toMatchObject({ name: 'partner', visibility: 'shared', template, allowedActions: [] });
    const foreign = { ...design('partner'), vdcId: world().other.vdcId };
    await other().post('/v1/vsys/plans').send(foreign).expect(200);
    await other().delete('/v1/images/partner').expect(403);
    await other().post('/v1/images/partner/export').send({ format: 'raw' }).expect(403);
    const shares = (await demo().get(`/v1/images/${name}/shares`).expect(200)).body;
    expect(shares.grants).toMatchObject([{ organizationName: 'Other' }]);
    await demo().delete(`/v1/images/${name}/shares`).expect(204);
    await other().post('/v1/vsys/plans').send(foreign).expect(422);
    await other().post('/v1/shared-images').send({ key }).expect(404);
  });

  it('is for images of tenants', async () => {
    const { body } = await provider().post('/v1/images/debian-13/share-keys').send({}).expect(409);
    expect(body.details.allowedActions).not.toContain('share');
    await demo().post('/v1/images/debian-13/share-keys').send({}).expect(403);
  });
});

describe('limits and money', () => {
  it('counts images and what they take', async () => {
    const { database } = world();
    const organization = world().other.organizationId;
    await database.transaction(async (session) =>
      setQuotas(session, 'organization', organization, [
        { resource: 'image', limit: 2 },
        { resource: 'image-gib', limit: 2 },
      ]),
    );
    const announce = (bytes: number) =>
      other()
        .post('/v1/images/imports')
        .send(announcement(newName('limited'), bytes));
    await announce(2 ** 30).expect(201);
    const large = await announce(2 ** 30 + 1).expect(409);
    expect(large.body).toMatchObject({ code: 'quota-exceeded' });
    expect(JSON.stringify(large.body.details)).toContain('image-gib');
    const two = await Promise.all([announce(1), announce(1), announce(1), announce(1)]);
    expect(two.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(two.filter(({ status }) => status === 409)).toHaveLength(3);
  });

  it('ends for an organization that is suspended', async () => {
    const { organizationId } = world().other;
    const set = async (state: string) =>
      world().database.session((session) =>
        session.change('UPDATE organization SET state = $2 WHERE id = $1', [organizationId, state]),
      );
    await set('suspended');
    const refused = await other()
      .post('/v1/images/imports')
      .send(announcement(newName('late'), 1));
    await set('active');
    expect([refused.status, refused.body.details]).toEqual([409, { state: 'suspended' }]);
  });

  it('is paid for from the moment that it is there until it is gone', async () => {
    const name = newName('paid');
    const { template } = await madeImage(name);
    const intervals = async () =>
      world().database.session((session) =>
        session.rows<{ quantity: number; open: boolean }>(
          `SELECT quantity::integer AS quantity, ended_at IS NULL AS open FROM usage_interval WHERE resource = $1`,
          [template],
        ),
      );
    expect(await intervals()).toEqual([{ quantity: 3, open: true }]);
    const { items } = (await demo().delete(`/v1/images/${name}`).expect(202)).body;
    expect(items).toMatchObject([{ kind: 'image.remove', state: 'queued' }]);
    await world().seeCapacity(emptyPool());
    await endOperations(template, { state: 'succeeded', result: {} }, false);
    expect(await intervals()).toEqual([{ quantity: 3, open: false }]);
    await demo().get(`/v1/images/${name}`).expect(404);
    const next = (await demo().post('/v1/images/imports').send(announcement(name, 4)).expect(201)).body;
    expect(next.version).toBe(2);
  });
});

describe('taking an image out', () => {
  it('gives a link that works once, and only when the content is there', async () => {
    const name = newName('exported');
    await madeImage(name);
    const asked = (await demo().post(`/v1/images/${name}/export`).send({ format: 'raw' }).expect(202)).body;
    expect(asked.operation).toMatchObject({ kind: 'image.export', state: 'queued' });
    const link = new URL(asked.url).pathname;
    await world().http().get(link).expect(409);
    await world().http().get(`${link}x`).expect(404);
    await demo().post('/v1/images/debian-13/export').send({ format: 'raw' }).expect(403);
  });

  it('shows operations and places to their owner only', async () => {
    const name = newName('placed');
    await madeImage(name);
    const place = (await demo().get(`/v1/images/${name}/places`).expect(200)).body.items;
    expect(place).toMatchObject([{ zoneName: expect.any(String), sr: null, poolName: null }]);
    await demo().post(`/v1/images/${name}/prefetch`).send({}).expect(409);
    expect((await other().get('/v1/image-operations').expect(200)).body.items).toEqual([]);
  });
});
