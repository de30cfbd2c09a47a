/** A cloud for a suite, and what must hold when a story is over. */
import {
  Cloud,
  countDoneSteps,
  expectedPool,
  FARM,
  listChargedForNothing,
  readLedger,
  sorted,
  until,
  type CloudOptions,
} from '../src/index.js';
import { useTestDatabase, useTestRedis } from '@openvsys/testing';
import { afterAll, beforeAll, expect } from 'vitest';

/** Registers set-up and tear-down for the calling suite. */
export function useCloud(options: Omit<CloudOptions, 'databaseUrl' | 'redisUrl'> = {}): () => Cloud {
  const database = useTestDatabase();
  const redis = useTestRedis();
  let cloud: Cloud | undefined;
  beforeAll(async () => {
    cloud = await Cloud.start({ ...options, databaseUrl: database.url, redisUrl: redis.url });
  });
  afterAll(async () => cloud?.stop());
  return () => {
    if (cloud === undefined) throw new Error('the cloud exists from beforeAll on');
    return cloud;
  };
}

export { FARM };

const SETTLE_LIMIT_MS = 30_000;

/** The pool holds exactly what these systems say, once each, and nothing else. */
export async function expectExactly(cloud: Cloud, ...vsysIds: readonly string[]): Promise<void> {
  const systems = await Promise.all(vsysIds.map(async (id) => cloud.tenant.get(id)));
  expect(sorted(await cloud.objects())).toEqual(expectedPool(cloud.emptyPool, systems));
  expect(await readLedger(cloud.database)).toMatchObject({
    activeOperations: 0,
    openActions: 0,
    brokenInvariants: [],
  });
}

/** As if there had never been a VSYS: no object, no reservation, no running charge, nothing under way. */
export async function expectNothingLeft(cloud: Cloud): Promise<void> {
  expect(sorted(await cloud.objects())).toEqual(cloud.emptyPool);
  expect(await readLedger(cloud.database)).toEqual({
    reserved: 0,
    openIntervals: 0,
    activeOperations: 0,
    openActions: 0,
    brokenInvariants: [],
  });
  expect(Object.values(await cloud.tenant.quotaUse()).filter((used) => used > 0)).toEqual([]);
}

/** No part was ever metered that no step has made. */
export async function expectNoChargeForNothing(cloud: Cloud, vsysId: string): Promise<void> {
  expect(await listChargedForNothing(cloud.database, vsysId)).toEqual([]);
}

/** Waits for the middle of the story: so many steps of the system are done. */
export async function untilSteps(cloud: Cloud, vsysId: string, count: number): Promise<void> {
  await until(async () => (await countDoneSteps(cloud.database, vsysId)) >= count, {
    for: `${count} steps of ${vsysId}`,
    limitMs: SETTLE_LIMIT_MS,
  });
}

export async function untilPhase(cloud: Cloud, vsysId: string, phase: string): Promise<void> {
  await until(async () => (await cloud.tenant.get(vsysId)).phase === phase, {
    for: `${vsysId} to be ${phase}`,
    limitMs: SETTLE_LIMIT_MS,
  });
}

/** Deletes and waits; the story ends with an empty pool. */
export async function remove(cloud: Cloud, vsysId: string): Promise<void> {
  const { operation } = await cloud.tenant.delete(vsysId);
  expect(await cloud.tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
}
