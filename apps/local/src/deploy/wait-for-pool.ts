/** Waits until a worker serves a pool and has seen its hosts. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cloud, PoolStatus } from './cloud.js';

/** A worker logs in and reads the pool in about a second; a lease of a killed one must run out first. */
const LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Rejects with the reason why no pool is served. */
export async function waitForPool(cloud: Pick<Cloud, 'listPools'>): Promise<PoolStatus> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const pools = await cloud.listPools();
    const served = pools.find(({ owner, hosts }) => owner !== null && hosts > 0);
    if (served) return served;
    if (Date.now() > deadline) {
      const reasons = pools.map(({ name, reason }) => `${name}: ${reason ?? 'no worker serves it'}`);
      throw new Error(`no pool is usable after ${LIMIT_MS / 1000} s (${reasons.join('; ')})`);
    }
    await delay(LOOK_EVERY_MS);
  }
}
