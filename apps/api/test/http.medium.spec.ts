/** What stands around the routes: headers, probes, documents, logs, metrics, and a database that goes away. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const world = useApi();

describe('every answer', () => {
  it('carries the caller’s request id, or a fresh one when that could break a log', async () => {
    const given = await world().http().get('/health/live').set('X-Request-Id', 'abc-1');
    expect(given.headers['x-request-id']).toBe('abc-1');
    const forged = await world().http().get('/health/live').set('X-Request-Id', 'a"b');
    expect(forged.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is hardened and tells nothing about its making', async () => {
    const { headers } = await world().http().get('/v1/vsys');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['etag']).toBeUndefined();
  });
});

describe('the service', () => {
  it('shows its document and its pages', async () => {
    const kept = join(import.meta.dirname, '../../../openapi/openapi.json');
    const { body } = await world().http().get('/openapi.json').expect(200);
    expect(body).toEqual(JSON.parse(await readFile(kept, 'utf8')));
    const docs = await world().http().get('/docs/').expect(200);
    expect(docs.text).toContain('Swagger UI');
  });

  it('is ready without Redis, only slower', async () => {
    const { body } = await world().http().get('/health/ready').expect(200);
    expect(body).toEqual({ status: 'degraded', database: 'up', queue: 'down' });
  });

  it('gives metrics by route, not by id, to the provider only', async () => {
    await world().as(world().demoToken).get('/v1/vsys/DEMO0001-ABCDEFGHI').expect(404);
    await world().as(world().demoToken).get('/metrics').expect(403);
    const { text } = await world().as(world().providerToken).get('/metrics').expect(200);
    expect(text).toContain('route="/v1/vsys/:vsysId",status="404"');
    expect(text).not.toContain('ABCDEFGHI');
  });

  it('logs one line for each request, with who and what', async () => {
    await world()
      .as(world().demoToken)
      .get('/v1/vsys?limit=1')
      .set('X-Request-Id', 'seen-in-log')
      .expect(200);
    const lines = world().log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ requestId }) => requestId === 'seen-in-log')).toMatchObject({
      method: 'GET',
      path: '/v1/vsys',
      status: 200,
      orgId: world().demo.organizationId,
    });
  });

  it('says so when its database is away', async () => {
    await world().database.close();
    const { status, body, headers } = await world().as(world().demoToken).get('/v1/vsys');
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'unavailable', retry: 'same', remedy: expect.any(String) });
    expect(headers['retry-after']).toBe('2');
    expect((await world().http().get('/health/ready')).status).toBe(503);
    expect((await world().http().get('/health/live')).status).toBe(200);
  });
});
