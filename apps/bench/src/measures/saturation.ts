/**
 * P2: how many servers a second are started while there is more to do than the pool can, against what its slots allow.
 * Several systems at once; only the steady stretch of the backlog counts (calls/slot-use.ts).
 */
import { isChange } from '../calls/call-log.js';
import { saturation } from '../calls/slot-use.js';
import { atLeast, atMost, type Measure } from '../measure.js';
import { World } from '../world/world.js';

const SYSTEMS = 5;
/** Web servers of each; with its two appliances a system has 32 servers, so all have 160. */
const WEB_SERVERS = 30;
const HOSTS = 3;
/** What the driver allows on one host at a time (libs/xcp-driver/src/limits/slots.ts). */
const STARTS_PER_HOST = 4;
const TIME_SCALE = 2;
const LIMIT_MS = 400_000;

export const saturationOfPool: Measure = {
  id: 'P2',
  title: 'server starts/s under a backlog ÷ the pool’s own slots',
  async run({ servers, say }) {
    const pool = { profile: 'default-nfs', timeScale: TIME_SCALE, hosts: HOSTS };
    const world = await World.open(servers, { pool, workers: 1 });
    try {
      const tenant = await world.startApi();
      say(`deploying ${SYSTEMS} systems of ${WEB_SERVERS + 2} servers at once, time scale ${TIME_SCALE}`);
      const orders = Array.from({ length: SYSTEMS }, (_, index) => ({
        name: `farm-${index + 1}`,
        descriptor: { name: 'web-farm' },
        parameters: { count: WEB_SERVERS },
      }));
      const admitted = await Promise.all(orders.map(async (order) => tenant.create(order)));
      const ended = await Promise.all(
        admitted.map(async ({ operationId }) => tenant.finish(operationId, LIMIT_MS)),
      );
      const { calls } = await world.pool.readLog();
      const found = saturation(calls.filter(isChange), { hosts: HOSTS, perHost: STARTS_PER_HOST });
      const conditions = `${SYSTEMS} web-farms with ${SYSTEMS * (WEB_SERVERS + 2)} servers, ${HOSTS} hosts, one SR, profile default-nfs, time scale ${TIME_SCALE}`;
      const failed = ended.filter(({ state }) => state !== 'succeeded').length;
      return [
        atLeast(0.95, {
          name: 'P2 server starts/s ÷ slots',
          measured: found.rate / found.bound,
          limit: 1,
          conditions: `${conditions}; ${found.rate.toFixed(3)}/s against ${found.bound.toFixed(3)}/s by ${scarce(found.because)}, over ${found.servers} servers in ${found.seconds.toFixed(0)} simulated s`,
        }),
        atMost(0, { name: 'P2 failures shown to users', measured: failed, limit: 0, conditions }),
      ];
    } finally {
      await world.close();
    }
  },
};

function scarce(because: string): string {
  if (because.startsWith('vm:')) return 'clones of one template in a row';
  return because.startsWith('sr:') ? 'the lock of the SR' : because;
}
