/** Tenants change their EFMs: as a whole, rule by rule, with previews, back and forth in time; and ask who reaches whom. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const PEM = join(import.meta.dirname, '../../../libs/efm/test/certificates');
const pem = (name: string): string => readFileSync(join(PEM, `${name}.pem`), 'utf8');
const world = useApi();
const tenant = () => world().as(world().demoToken);

interface Rule {
  readonly id: string;
  readonly position: number;
  readonly rule: Record<string, unknown>;
}

let vsys: string;
let firewall: string;
let balancer: string;

beforeAll(async () => {
  const body = { name: newName('efm'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
  const accepted = await tenant().post('/v1/vsys').send(body).expect(202);
  vsys = (accepted.body as { vsysId: string }).vsysId;
  const { body: page } = await tenant().get(`/v1/efms?vsys=${vsys}`).expect(200);
  const idOf = (kind: string) =>
    (page as { items: { id: string; kind: string }[] }).items.find((efm) => efm.kind === kind)!.id;
  firewall = idOf('firewall');
  balancer = idOf('load-balancer');
});

const configuration = async (id: string) => {
  const { body, headers } = await tenant().get(`/v1/efms/${id}/configuration`).expect(200);
  return {
    ...(body as { config: Record<string, unknown>; version: number; hash: string }),
    etag: headers['etag']!,
  };
};
const rules = async () => {
  const { body } = await tenant().get(`/v1/efms/${firewall}/rules`).expect(200);
  return (body as { items: Rule[] }).items;
};
const PING = { name: 'ping', from: 'internet', to: 'dmz', protocol: 'icmp' };

describe('the whole configuration', () => {
  it('is replaced by who has seen it, through the next generation of the system', async () => {
    const { config, version, etag } = await configuration(firewall);
    const path = `/v1/efms/${firewall}/configuration`;
    await tenant().put(path).send({ config }).expect(428);
    const changed = { ...config, logDenied: false };
    const accepted = await tenant().put(path).set('If-Match', etag).send({ config: changed }).expect(202);
    const { generation, operation } = accepted.body as { generation: number; operation: { kind: string } };
    expect(operation.kind).toBe('vsys.change');
    const now = await configuration(firewall);
    expect(now).toMatchObject({ config: changed, version: generation, etag: accepted.headers['etag'] });
    expect(generation).toBe(version + 1);
    const late = await tenant().put(path).set('If-Match', etag).send({ config }).expect(412);
    expect(late.body).toMatchObject({ code: 'stale' });
  });

  it('is refused with places in the configuration, and then nothing was changed', async () => {
    const before = await configuration(firewall);
    const config = {
      ...before.config,
      rules: [
        { ...PING, from: 'nowhere' },
        { ...PING, ports: [80] },
      ],
    };
    const { body } = await tenant()
      .put(`/v1/efms/${firewall}/configuration`)
      .set('If-Match', before.etag)
      .send({ config })
      .expect(422);
    expect((body as { violations: { pointer: string }[] }).violations[0]?.pointer).toBe(
      '/config/rules/0/from',
    );
    expect(await configuration(firewall)).toEqual(before);
  });

  it('of others does not exist', async () => {
    const stranger = world().as(world().other.token);
    await stranger.get(`/v1/efms/${firewall}/rules`).expect(404);
    await stranger.post(`/v1/efms/${firewall}/rules`).send({ rule: PING }).expect(404);
    await stranger.get(`/v1/efms/${firewall}/versions`).expect(404);
    await stranger
      .post(`/v1/vsys/${vsys}/reachability`)
      .send({ from: 'web', to: 'db', protocol: 'icmp' })
      .expect(404);
    const monitor = world().as(await world().tokenWith(['monitor']));
    expect((await rules()).some(({ id }) => id === 'r-ping')).toBe(false);
    await monitor.post(`/v1/efms/${firewall}/rules`).send({ rule: PING }).expect(403);
  });
});

describe('rules', () => {
  it('are previewed, added where they are wanted, changed, moved and removed', async () => {
    const path = `/v1/efms/${firewall}/rules`;
    const before = await rules();
    const wish = { rule: { ...PING, log: true }, before: before[0]!.id };
    const preview = await tenant().post(`${path}?dryRun=true`).send(wish).expect(200);
    const { appliances } = preview.body as { appliances: { files: { diff: string }[] }[] };
    expect(appliances).toHaveLength(1);
    expect(appliances[0]?.files[0]?.diff).toMatch(/^\+.*r-ping/m);
    expect(await rules()).toEqual(before);
    await tenant().post(path).send(wish).expect(202);
    expect((await rules()).map(({ id }) => id)).toEqual(['r-ping', ...before.map(({ id }) => id)]);
    await tenant()
      .patch(`${path}/r-ping`)
      .send({ rule: { log: null }, position: 1 })
      .expect(202);
    expect((await rules())[1]).toMatchObject({ id: 'r-ping', rule: PING });
    await tenant().delete(`${path}/r-ping`).expect(202);
    expect((await rules()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await tenant().delete(`${path}/r-ping`).expect(404);
  });

  it('that many add at once are all there: changes wait for each other, none is refused', async () => {
    const ports = Array.from({ length: 8 }, (_, index) => 9_000 + index);
    const before = await rules();
    const answers = await Promise.all(
      ports.map((port) =>
        tenant()
          .post(`/v1/efms/${firewall}/rules`)
          .send({ rule: { name: `p-${port}`, from: 'app', to: 'dmz', protocol: 'tcp', ports: [port] } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(ports.map(() => 202));
    expect(await rules()).toHaveLength(before.length + ports.length);
    const generations = answers.map(({ body }) => (body as { generation: number }).generation);
    expect(new Set(generations).size).toBe(ports.length);
  });

  it('that decide nothing are warned of, by their place', async () => {
    const position = (await rules()).length;
    const { body } = await tenant()
      .post(`/v1/efms/${firewall}/rules?dryRun=true`)
      .send({ rule: { from: 'app', to: 'dmz', protocol: 'tcp', ports: [9_001] } })
      .expect(200);
    expect((body as { plan: { warnings: unknown[] } }).plan.warnings).toContainEqual(
      expect.objectContaining({
        pointer: `/config/rules/${position}`,
        message: expect.stringContaining('is not needed'),
      }),
    );
  });

  it('repeated with one key are added once', async () => {
    const send = async () =>
      tenant()
        .post(`/v1/efms/${firewall}/rules`)
        .set('Idempotency-Key', 'efm-rule-once')
        .send({ rule: { name: 'once', from: 'app', to: 'dmz', protocol: 'icmp' } })
        .expect(202);
    const [first, second] = [await send(), await send()];
    expect(second.body).toEqual(first.body);
    expect((await rules()).filter(({ id }) => id.startsWith('r-once'))).toHaveLength(1);
  });

  it('take no other query than the one for previews', async () => {
    for (const query of ['dryRun=maybe', 'dry=true']) {
      const wrong = await tenant().post(`/v1/efms/${firewall}/rules?${query}`).send({ rule: PING });
      expect([query, wrong.status]).toEqual([query, 400]);
    }
  });

  it('are no thing of a load balancer', async () => {
    const { body } = await tenant().get(`/v1/efms/${balancer}/rules`).expect(409);
    expect(body).toMatchObject({ code: 'conflict' });
  });
});

describe('versions', () => {
  it('are kept, shown and brought back', async () => {
    const first = (await tenant().get(`/v1/efms/${firewall}/versions/1`).expect(200)).body as {
      config: object;
      hash: string;
      wanted: boolean;
    };
    expect(first.wanted).toBe(false);
    const preview = await tenant().post(`/v1/efms/${firewall}/versions/1/restore?dryRun=true`).expect(200);
    expect(JSON.stringify(preview.body)).toContain('r-once');
    await tenant().post(`/v1/efms/${firewall}/versions/1/restore`).expect(202);
    const now = await configuration(firewall);
    expect(now).toMatchObject({ config: first.config, hash: first.hash });
    const { body } = await tenant().get(`/v1/efms/${firewall}/versions?limit=2`).expect(200);
    const { items, nextCursor } = body as {
      items: { version: number; wanted: boolean }[];
      nextCursor: string;
    };
    expect(items[0]).toMatchObject({ version: now.version, wanted: true, requestedBy: expect.any(String) });
    const next = await tenant().get(`/v1/efms/${firewall}/versions?limit=2&cursor=${nextCursor}`).expect(200);
    expect((next.body as { items: { version: number }[] }).items[0]!.version).toBeLessThan(items[1]!.version);
    await tenant().get(`/v1/efms/${firewall}/versions/4711`).expect(404);
  });
});

describe('members and certificates', () => {
  const upload = (certificate: string, privateKey?: string) =>
    tenant().put(`/v1/efms/${balancer}/certificates/shop`).send({ certificate, privateKey });

  it('are drained with one request', async () => {
    await tenant().put(`/v1/efms/${balancer}/members/web`).send({ state: 'drain', weight: 50 }).expect(202);
    const { config } = await configuration(balancer);
    expect((config['listeners'] as object[])[0]).toMatchObject({
      memberStates: { web: 'drain' },
      memberWeights: { web: 50 },
    });
    await tenant().put(`/v1/efms/${balancer}/members/nobody`).send({ state: 'drain' }).expect(422);
    await tenant().put(`/v1/efms/${balancer}/members/web`).send({ state: 'ready' }).expect(202);
  });

  it('are uploaded; keys are seen nowhere again and are those that the appliance gets', async () => {
    await upload(pem('shop'), pem('shop-key')).expect(202);
    const { body } = await tenant().get(`/v1/efms/${balancer}/certificates`).expect(200);
    expect(body).toMatchObject({ items: [{ name: 'shop', usedBy: [], facts: { names: ['shop.example'] } }] });
    for (const path of [
      `/v1/efms/${balancer}/configuration`,
      `/v1/vsys/${vsys}`,
      `/v1/efms/${balancer}/versions`,
    ]) {
      const { text } = await tenant().get(path).expect(200);
      expect(text).not.toContain('PRIVATE KEY');
    }
    const rows = await world().database.session(async (session) =>
      session.rows<{ text: string }>(
        `SELECT g::text AS text FROM vsys_generation g WHERE vsys_id = $1
         UNION ALL SELECT c::text FROM efm_config c WHERE vserver_id = $2
         UNION ALL SELECT v::text FROM vsys v WHERE id = $1`,
        [vsys, balancer],
      ),
    );
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ text }) => text.includes('PRIVATE KEY'))).toEqual([]);
    // Another edit keeps the key: what is PUT back has none.
    const { config, etag } = await configuration(balancer);
    const path = `/v1/efms/${balancer}/configuration`;
    await tenant().put(path).set('If-Match', etag).send({ config }).expect(202);
  });

  it('are refused when the key is another one, or when they have ended', async () => {
    const mismatch = await upload(pem('shop'), pem('www-key')).expect(422);
    expect(mismatch.body).toMatchObject({
      violations: [
        {
          pointer: '/config/certificates/shop/privateKey',
          message: expect.stringContaining('does not belong'),
        },
      ],
    });
    const unreadable = await upload(pem('shop'), 'no key').expect(422);
    expect((unreadable.body as { violations: { pointer: string }[] }).violations[0]?.pointer).toBe(
      '/config/certificates/shop/privateKey',
    );
    await tenant().delete(`/v1/efms/${balancer}/certificates/shop`).expect(202);
    await tenant().delete(`/v1/efms/${balancer}/certificates/shop`).expect(404);
  });
});

describe('reachability', () => {
  const ask = async (question: object) => {
    const { body } = await tenant().post(`/v1/vsys/${vsys}/reachability`).send(question).expect(200);
    return body as {
      allowed: boolean;
      explanation: string;
      steps: { efm: string | null; verdict: { pointer: string } }[];
    };
  };

  it('names the rule that decides, on the whole way', async () => {
    const listed = await rules();
    const entry = listed.find(({ rule }) => rule['from'] === 'internet')!;
    const way = await ask({ from: 'internet', to: 'www', protocol: 'tcp', port: 80 });
    expect(way.allowed).toBe(true);
    expect(way.steps[0]?.verdict.pointer).toBe(`/config/rules/${entry.position}`);
    expect(way.steps.at(-1)?.efm).toBe('lb');
    const closed = await ask({ from: 'internet', to: 'www', protocol: 'tcp', port: 2_222 });
    expect(closed).toMatchObject({ allowed: false, explanation: expect.stringContaining('does not reach') });
  });

  it('goes from one system into another, and tells of whom each step is', async () => {
    const name = newName('across');
    const body = { name, vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
    const other = (await tenant().post('/v1/vsys').send(body).expect(202)).body.vsysId as string;
    const way = await ask({ from: 'web-1', to: `${other}/www`, protocol: 'tcp', port: 80 });
    expect(way).toMatchObject({
      allowed: true,
      explanation: expect.stringContaining(`reaches “${other}/www”`),
    });
    expect(new Set((way.steps as object[]).map((step) => (step as { vsysId: string }).vsysId))).toEqual(
      new Set([vsys, other]),
    );
    const denied = await ask({ from: 'web-1', to: `${other}/db`, protocol: 'tcp', port: 5_432 });
    expect(denied.allowed).toBe(false);
    const foreign = { from: 'web-1', to: 'OTHER001-ZZZZZZZZZ/www', protocol: 'tcp', port: 80 };
    await tenant().post(`/v1/vsys/${vsys}/reachability`).send(foreign).expect(404);
  });

  it('refuses names that are not there', async () => {
    const question = { from: 'nobody', to: 'web', protocol: 'tcp', port: 80 };
    const { body } = await tenant().post(`/v1/vsys/${vsys}/reachability`).send(question).expect(400);
    expect(body).toMatchObject({ pointer: '/from' });
  });
});
