/** Requests of each caller are counted, told, and refused when there are too many. */
import { describe, expect, it } from 'vitest';
import { generateToken, insertToken } from '@openvsys/persistence';
import { v7 as uuidv7 } from 'uuid';
import { CALLERS_WORTH, createRequestLimiter } from '../src/http/request-limiter.js';
import { useApi } from './api-fixture.js';

const LIMIT = 5;
const world = useApi(undefined, createRequestLimiter(LIMIT));

describe('the limit on requests', () => {
  it('is told with every answer; one too many is refused with when to come again, and others are not hindered', async () => {
    const [busy, calm] = [await world().tokenWith(['monitor']), await world().tokenWith(['monitor'])];
    for (let left = LIMIT - 1; left >= 0; left -= 1) {
      const { headers } = await world().as(busy).get('/v1/vsys').expect(200);
      expect(headers['ratelimit-policy']).toBe('"requests";q=5;w=60');
      expect(headers['ratelimit']).toMatch(new RegExp(`^"requests";r=${left};t=(60|5\\d)$`));
    }
    const refused = await world().as(busy).get('/v1/vsys').expect(429);
    expect(refused.body).toMatchObject({ code: 'rate-limited', retry: 'same', details: { limit: LIMIT } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50);
    expect(refused.headers['ratelimit']).toContain('r=0');
    await world().as(calm).get('/v1/vsys').expect(200);
    await world().http().get('/health/live').expect(200);
    await world().http().get('/v1/vsys').expect(401);
  });

  it('changes nothing: a refused change was not made', async () => {
    const token = await world().tokenWith(['org-admin']);
    for (let n = 0; n < LIMIT; n += 1) await world().as(token).get('/v1/vdcs').expect(200);
    const body = { name: 'late', vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
    await world().as(token).post('/v1/vsys').send(body).expect(429);
    const listed = await world().as(world().demoToken).get('/v1/vsys?name=late').expect(200);
    expect(listed.body.items).toEqual([]);
  });

  it('of one organization is not lifted by more tokens, and changes cost more than reads', async () => {
    const { other, demoToken } = world();
    const tokens: string[] = [];
    const token = async (): Promise<string> => {
      const made = { id: uuidv7(), organizationId: other.organizationId, name: 'more', vdcIds: null };
      const text = generateToken();
      const facts = { ...made, roles: ['designer'] as const, createdAt: new Date(), expiresAt: null };
      await world().database.transaction(async (session) => insertToken(session, facts, text));
      return text;
    };
    for (let n = 0; n < CALLERS_WORTH / 5 + 1; n += 1) tokens.push(await token());
    const change = async (each: string) => world().as(each).post('/v1/vsys').send({});
    const statuses: number[] = [];
    for (const each of tokens) for (let n = 0; n < LIMIT; n += 1) statuses.push((await change(each)).status);
    // 50 points: ten changes at 5, which are malformed; then nothing for a minute.
    expect(statuses).toEqual([
      ...Array.from({ length: 10 }, () => 400),
      ...Array.from({ length: 5 }, () => 429),
    ]);
    const refused = await world()
      .as(await token())
      .get('/v1/vsys')
      .expect(429);
    expect(refused.body).toMatchObject({ code: 'rate-limited', details: { limit: LIMIT * CALLERS_WORTH } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await world().as(demoToken).get('/v1/vsys')).status).toBe(200);
  });
});
