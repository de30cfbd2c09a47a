/** What CIMI costs and what it allows: no query per machine, as many requests as REST, passwords in private only. */
import { Session } from '@openvsys/persistence';
import { describe, expect, it, vi } from 'vitest';
import { createRequestLimiter } from '../../src/http/request-limiter.js';
import { BODY_LIMIT, newName, useApi } from '../api-fixture.js';
import { cimiClient, expectStatus, NS, threeTier } from './cimi-fixture.js';

describe('a list of machines', () => {
  const world = useApi();
  const client = () => cimiClient(world(), world().demoToken);

  const queriesOf = async (path: string): Promise<number> => {
    // The token is known and nothing has to be prepared any more.
    expectStatus(await client().get(path), 200);
    const rows = vi.spyOn(Session.prototype, 'rows');
    try {
      expectStatus(await client().get(path), 200);
      return rows.mock.calls.length;
    } finally {
      rows.mockRestore();
    }
  };

  it('asks the database as often for many as for few', async () => {
    const grow = async (webCount: number) => {
      const answer = await world()
        .as(world().demoToken)
        .post('/v1/vsys')
        .send({
          name: newName('many'),
          vdcId: world().demo.vdcId,
          descriptor: { name: 'three-tier' },
          parameters: { webCount },
        });
      expectStatus(answer, 202);
    };
    const paths = [
      'machines',
      'machines?$format=xml&$orderby=name',
      'systems',
      'volumes',
      'networks',
      'addresses',
      'jobs',
      'event_logs',
      '2/endpoints',
    ];
    const counts = async () => {
      const all: number[] = [];
      for (const path of paths) all.push(await queriesOf(path));
      return all;
    };
    await grow(1);
    const few = await counts();
    await grow(8);
    await grow(3);
    expect(await counts()).toEqual(few);
    expect(Math.max(...few)).toBeLessThanOrEqual(6);
  });

  it('expands so much and no more', async () => {
    await threeTier(world(), world().demoToken, world().demo.vdcId, newName('expand'));
    const { body } = await client().get('machines?$expand=*');
    expect(body.machines[0].disks.disks).toHaveLength(1);
    expect(body.machines[0].eventLog.summary).toMatchObject({ critical: 0 });
  });

  it('does not take bodies without end', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(BODY_LIMIT + 1) });
    const answer = await client().post('machines', large);
    expectStatus(answer, 413);
    expect(answer.body).toMatchObject({ resourceURI: `${NS}/Job`, state: 'FAILED' });
    const odd = await world().http().post('/cimi/machines').set('Content-Type', 'text/plain').send('hello');
    expectStatus(odd, 401);
  });
});

describe('a caller who asks too often', () => {
  const LIMIT = 3;
  const world = useApi(undefined, createRequestLimiter(LIMIT));

  it('is told so by a Job, as REST would', async () => {
    const client = cimiClient(world(), world().demoToken);
    for (let request = 0; request < LIMIT; request += 1) expectStatus(await client.get('machines'), 200);
    const refused = await client.get('machines');
    expectStatus(refused, 429);
    expect(refused.headers).toHaveProperty('retry-after');
    expect(refused.body).toMatchObject({ state: 'FAILED', returnCode: 10_429 });
    expectStatus(await world().http().get('/cimi/cloudEntryPoint'), 200);
  });
});
