/**
 * P12: the worker that owns the pool is killed with SIGKILL in the middle of a deployment; another one stands by.
 *
 *   kill ──── lease runs out ──── take over: log in, read the pool, settle what was open ────► first change in the pool
 *   the whole way divided by the length of the lease; nothing may have been done twice
 *
 * A lease is renewed at a third of its length, so up to a third of it may be gone at the kill: down to 0.67 is luck.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isChange, isDone, methodOf, type LoggedCall } from '../calls/call-log.js';
import { doubledEffects, surplus } from '../calls/doubled-effects.js';
import { atMost, type Measure, type MeasureContext } from '../measure.js';
import { readSpec } from '../world/deployment.js';
import { World } from '../world/world.js';

/** With its two appliances: fifty servers. */
const WEB_SERVERS = 48;
const TIME_SCALE = 4;
const LEASE_SECONDS = 5;
/** Clones that are done when the worker is killed: something of everything is under way then. */
const KILL_AFTER = 15;
const LOOK_EVERY_MS = 50;
const LIMIT_MS = 120_000;

interface Recovery {
  readonly seconds: number;
  readonly doubled: number;
  readonly twins: number;
}

export const recovery: Measure = {
  id: 'P12',
  title: 'kill -9 of the owning worker to the next progress ÷ lease time',
  async run(context) {
    const { seconds, doubled, twins } = await recover(context);
    const conditions = `web-farm with ${WEB_SERVERS + 2} servers, killed after ${KILL_AFTER} clones, a second worker stands by, lease ${LEASE_SECONDS} s, time scale ${TIME_SCALE}`;
    return [
      atMost(1.2, {
        name: 'P12 kill to next progress ÷ lease',
        measured: seconds / LEASE_SECONDS,
        limit: 1,
        conditions: `${conditions}; ${seconds.toFixed(2)} s to the next change in the pool`,
      }),
      atMost(0, {
        name: 'P12 effects doubled',
        measured: doubled,
        limit: 0,
        conditions: `${conditions}; ${twins} twins in the pool’s tables at the end`,
      }),
    ];
  },
};

async function recover({ servers, say }: MeasureContext): Promise<Recovery> {
  const pool = { profile: 'default-nfs', timeScale: TIME_SCALE, hosts: 3 };
  const world = await World.open(servers, { pool, workers: 2, leaseSeconds: LEASE_SECONDS });
  try {
    const tenant = await world.startApi();
    say(`deploying ${WEB_SERVERS + 2} servers at time scale ${TIME_SCALE}`);
    const order = {
      name: 'farm',
      descriptor: { name: 'web-farm' },
      parameters: { count: WEB_SERVERS },
    };
    const { vsysId, operationId } = await tenant.create(order);
    await until(world, 0, (calls) => calls.filter(isClone).length >= KILL_AFTER);
    const killed = await killOwner(world);
    say('killed the owner, waiting for the other worker');
    const calls = await until(world, killed.position, (later) => later.some(isChange));
    const progress = calls.find(isChange);
    const { state, error } = await tenant.finish(operationId, LIMIT_MS);
    if (state !== 'succeeded') throw new Error(`the deployment ${state}: ${JSON.stringify(error)}`);
    const { calls: all } = await world.pool.readLog();
    return {
      seconds: ((progress?.start ?? Infinity) - killed.at) / 1000 / TIME_SCALE,
      doubled: doubledEffects(all, await readSpec(world, vsysId)),
      twins: await countTwins(world),
    };
  } finally {
    await world.close();
  }
}

const isClone = (call: LoggedCall): boolean => methodOf(call) === 'VM.clone' && isDone(call);

/** Answers the simulated instant of the kill and the last call before it. */
async function killOwner(world: World): Promise<{ at: number; position: number }> {
  const owner = await world.owner();
  const worker = world.workers.get(owner ?? '');
  if (worker === undefined) throw new Error('no worker owns the pool');
  await worker.kill();
  const { now, calls } = await world.pool.readLog();
  return { at: now, position: calls.at(-1)?.seq ?? 0 };
}

/** The calls after a position, as soon as they satisfy the condition. */
async function until(
  { pool }: World,
  position: number,
  condition: (calls: readonly LoggedCall[]) => boolean,
): Promise<readonly LoggedCall[]> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const { calls } = await pool.readLog(position);
    if (condition(calls)) return calls;
    if (performance.now() > deadline) throw new Error('the pool did not get that far');
    await delay(LOOK_EVERY_MS);
  }
}

/** VMs of one name and NICs of one MAC: both are unique in what we make. */
async function countTwins({ pool }: World): Promise<number> {
  const [vms, vifs] = await Promise.all([pool.readTable('VM'), pool.readTable('VIF')]);
  const guests = vms.filter((vm) => vm['is_control_domain'] !== true);
  return (
    surplus(guests.map((vm) => String(vm['name_label']))) + surplus(vifs.map((vif) => String(vif['MAC'])))
  );
}
