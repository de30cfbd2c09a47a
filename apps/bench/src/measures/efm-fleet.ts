/** P16: a thousand appliances that poll and report at one API while nothing changes: its processor time and memory. */
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Measure, type Result } from '../measure.js';
import { deploy } from '../world/deployment.js';
import { enrolFleet, runFleet } from '../world/efm-fleet.js';
import { readUse } from '../world/process-use.js';
import { World } from '../world/world.js';

const SIZE = 1_000;
/** Connections are made, code gets warm. */
const WARM_MS = 20_000;
const MEASURED_MS = 30_000;
/** Of one core. */
const CPU_BOUND = 0.25;
/** MiB more than before the first appliance came. */
const MEMORY_BOUND = 192;
const MIB = 2 ** 20;

export const efmFleet: Measure = {
  id: 'P16',
  title: '1,000 appliances polling and reporting at one API: processor and memory',
  findObstacle: () => (process.platform === 'linux' ? undefined : 'it is not Linux'),
  async run({ servers, say }) {
    const pool = { profile: 'instant', timeScale: 1, hosts: 3 };
    const world = await World.open(servers, { pool, workers: 1 });
    try {
      const tenant = await world.startApi();
      const { admitted } = await deploy(world, tenant, { name: 'fleet', descriptor: { name: '1-tier' } });
      // The copies are in no pool: nobody shall miss them there.
      await world.stopWorkers();
      say(`${SIZE} systems with a firewall`);
      const agents = await enrolFleet(world, admitted.vsysId, SIZE);
      const before = await readUse(world.apiPid);
      const ending = new AbortController();
      const running = runFleet(tenant.url, agents, ending.signal);
      await delay(WARM_MS);
      say('measuring');
      const from = await readUse(world.apiPid);
      const started = performance.now();
      await delay(MEASURED_MS);
      const to = await readUse(world.apiPid);
      const seconds = (performance.now() - started) / 1000;
      ending.abort();
      const { polls, reports, surprises } = await running;
      if (surprises > 0) throw new Error(`${surprises} answers that nobody expected`);
      const cpu = (to.cpuSeconds - from.cpuSeconds) / seconds;
      const grown = (to.memoryBytes - before.memoryBytes) / MIB;
      return resultsOf(cpu, grown, `${polls} polls and ${reports} reports answered`);
    } finally {
      await world.close();
    }
  },
};

function resultsOf(cpu: number, grown: number, answered: string): readonly Result[] {
  const conditions = `${SIZE} appliances of their own, polls that wait 50 s, a report each 30 s; ${answered}`;
  return [
    atMost(CPU_BOUND, {
      name: 'P16 API of 1,000 appliances, cores',
      measured: cpu,
      limit: 0,
      conditions: `${conditions}; over ${MEASURED_MS / 1000} s, PostgreSQL not counted`,
    }),
    atMost(MEMORY_BOUND, {
      name: 'P16 memory of 1,000 appliances, MiB',
      measured: grown,
      limit: 0,
      conditions: `${conditions}; grown anonymous memory of the API process, not collected before`,
    }),
  ];
}
