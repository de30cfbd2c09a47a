/**
 * P1: how much longer a deployment takes than the pool itself needs for it.
 *
 *   POST accepted ──────────────── wall clock × time scale ────────────────► operation succeeded
 *   divided by the least time of the XenAPI calls that were made (calls/critical-path.ts)
 */
import { criticalPath, lowerBound } from '../calls/critical-path.js';
import { deploymentGraph } from '../calls/deployment-graph.js';
import { atMost, type Measure, type MeasureContext, type Result } from '../measure.js';
import { deploy, readFacts, readSpec, type Deployment } from '../world/deployment.js';
import { World } from '../world/world.js';

interface Case {
  readonly servers: number;
  readonly goal: number;
  /** As small as the run's time allows: our own processor time counts that many times. */
  readonly timeScale: number;
}

const CASES: readonly Case[] = [
  { servers: 10, goal: 1.05, timeScale: 1 },
  { servers: 100, goal: 1.1, timeScale: 1 },
];

/** The web farm brings a firewall and a load balancer along. */
const APPLIANCES = 2;
const HOSTS = 3;
/** Operations that a simulated host executes at once; every other queue of the log is exclusive. */
const HOST_WORKERS = 25;

export const deployTime: Measure = {
  id: 'P1',
  title: 'deploy time ÷ critical path of its XenAPI calls',
  async run(context) {
    const results: Result[] = [];
    for (const one of CASES) results.push(await measure(one, context));
    return results;
  },
};

async function measure(
  { servers, goal, timeScale }: Case,
  { servers: ours, say }: MeasureContext,
): Promise<Result> {
  const world = await World.open(ours, {
    pool: { profile: 'default-nfs', timeScale, hosts: HOSTS },
    workers: 1,
  });
  try {
    const tenant = await world.startApi();
    say(`deploying ${servers} servers at time scale ${timeScale}`);
    const order = {
      name: 'farm',
      descriptor: { name: 'web-farm' },
      parameters: { count: servers - APPLIANCES },
    };
    const done = await deploy(world, tenant, order);
    const need = await needOf(world, done);
    const result = atMost(goal, {
      name: `P1 deploy time ÷ critical path, ${servers} servers`,
      measured: (done.wallMs * timeScale) / need.pathMs,
      limit: 1,
      conditions: conditionsOf(done.wallMs * timeScale, need, timeScale),
    });
    say(`${servers} servers: ${result.measured.toFixed(3)}`);
    return result;
  } finally {
    await world.close();
  }
}

interface Need {
  /** With the order in which the pool served. */
  readonly pathMs: number;
  /** For somebody who knows beforehand how long each call will take. */
  readonly boundMs: number;
}

const isHostWork = (queue: string): boolean => queue.startsWith('host:');

async function needOf(world: World, { admitted, log }: Deployment): Promise<Need> {
  const facts = await readFacts(world, await readSpec(world, admitted.vsysId));
  const graph = deploymentGraph(log, facts);
  return {
    pathMs: criticalPath(graph, (queue) => !isHostWork(queue)).ms,
    boundMs: lowerBound(graph, (queue) => (isHostWork(queue) ? HOST_WORKERS : 1)).ms,
  };
}

function conditionsOf(tookMs: number, { pathMs, boundMs }: Need, timeScale: number): string {
  const seconds = (ms: number): string => (ms / 1000).toFixed(2);
  return [
    `web-farm, ${HOSTS} hosts, one SR, profile default-nfs, time scale ${timeScale}`,
    `${seconds(tookMs)} s against ${seconds(pathMs)} s with queues in the order in which the pool served them`,
    `÷ clairvoyant lower bound of ${seconds(boundMs)} s: ${(tookMs / boundMs).toFixed(3)}`,
  ].join('; ');
}
