/** What OpenVSYS itself stands on breaks in the middle: Redis, PostgreSQL, the API. */
import { randomUUID } from 'node:crypto';
import { openNotifications } from '@openvsys/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud, countDoneSteps, OwnServices } from '../src/index.js';
import { expectExactly, expectNothingLeft, FARM, remove, untilSteps } from './use-cloud.js';

const SUCCEEDED = { state: 'succeeded', error: null };
/** A caller does not notice that Redis is away. */
const ANSWER_LIMIT_MS = 5_000;

const farm = (name: string) => ({ name, source: FARM, parameters: { webCount: 6 } });

describe('an outage', () => {
  let services: OwnServices;
  let cloud: Cloud;
  beforeAll(async () => {
    services = await OwnServices.start();
    const { databaseUrl, redisUrl } = services;
    cloud = await Cloud.start({ databaseUrl, redisUrl });
  });
  afterAll(async () => {
    await cloud.stop();
    await services.stop();
  });

  it('of Redis’ memory changes nothing', async () => {
    const { vsysId, operation } = await cloud.tenant.create(farm('emptied'));
    await untilSteps(cloud, vsysId, 6);
    await services.emptyRedis();
    expect(await cloud.tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
    await services.emptyRedis();
    await expectExactly(cloud, vsysId);
    await remove(cloud, vsysId);
    await expectNothingLeft(cloud);
  }, 60_000);

  it('of Redis keeps nobody waiting', async () => {
    await services.stopRedis();
    const asked = performance.now();
    const { vsysId, operation } = await cloud.tenant.create(farm('without-redis'));
    expect(performance.now() - asked).toBeLessThan(ANSWER_LIMIT_MS);
    await untilSteps(cloud, vsysId, 6);
    await services.startRedis();
    expect(await cloud.tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
    await expectExactly(cloud, vsysId);
    await remove(cloud, vsysId);
    await expectNothingLeft(cloud);
  }, 60_000);

  it('of PostgreSQL in the middle of a deployment and of a deletion loses nothing', async () => {
    const { vsysId, operation } = await cloud.tenant.create(farm('crashed'));
    await untilSteps(cloud, vsysId, 8);
    await services.crashPostgres();
    expect(await cloud.tenant.ended(operation.id)).toMatchObject(SUCCEEDED);
    await expectExactly(cloud, vsysId);
    const steps = await countDoneSteps(cloud.database, vsysId);
    const deletion = await cloud.tenant.delete(vsysId);
    await untilSteps(cloud, vsysId, steps + 4);
    await services.crashPostgres();
    expect(await cloud.tenant.ended(deletion.operation.id)).toMatchObject(SUCCEEDED);
    await expectNothingLeft(cloud);
  }, 90_000);

  it.each([
    { name: 'told', by: 'the notification' },
    { name: 'swept', by: 'the next worker that looks' },
  ])(
    'of the API right after the commit is made good by $by, and by a repeat of the request',
    async ({ name }) => {
      if (name === 'swept') await Promise.all(cloud.workers.map(async (worker) => worker.kill()));
      const order = farm(name);
      const idempotencyKey = randomUUID();
      const killed = Promise.withResolvers<void>();
      const listener = await openNotifications({
        url: services.databaseUrl,
        channels: ['openvsys_vsys'],
        // The notification is delivered at the commit; what the API does after it may be done or not.
        onNotification: () => void cloud.api.kill().then(killed.resolve),
      });
      const first = await cloud.tenant.create(order, { idempotencyKey }).catch(() => undefined);
      await killed.promise;
      await listener.close();
      if (name === 'swept') await Promise.all(cloud.workers.map(async (worker) => worker.start()));
      await cloud.startApi();

      const again = await cloud.tenant.create(order, { idempotencyKey });
      if (first !== undefined) expect(again.vsysId).toBe(first.vsysId);
      expect((await cloud.tenant.create(order, { idempotencyKey })).parts).toEqual(again.parts);
      expect((await cloud.tenant.list(name)).map(({ id }) => id)).toEqual([again.vsysId]);
      expect(await cloud.tenant.ended(again.operation.id)).toMatchObject(SUCCEEDED);
      await expectExactly(cloud, again.vsysId);
      await remove(cloud, again.vsysId);
      await expectNothingLeft(cloud);
    },
    60_000,
  );
});
