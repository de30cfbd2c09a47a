/** P15: requests through an appliance's load balancer against the same HAProxy, configuration and packet filter run by hand. */
import { findObstacle, measureThroughput, THROUGHPUT_TOOLS } from '@openvsys/efm-agent';
import { atLeast, type Measure } from '../measure.js';

const ROUNDS = 15;
const ROUND_MS = 700;

export const efmThroughput: Measure = {
  id: 'P15',
  title: 'throughput of a load balancer ÷ the same HAProxy by hand',
  findObstacle: () => findObstacle(THROUGHPUT_TOOLS),
  async run({ say }) {
    say(`${ROUNDS} rounds of ${ROUND_MS} ms through each of three load balancers in network namespaces`);
    const { ours, same, bare, toSame, toBare, workToSame } = await measureThroughput(ROUNDS, ROUND_MS);
    return [
      atLeast(0.98, {
        name: 'P15 load balancer ÷ by hand',
        measured: toSame,
        limit: 1,
        conditions: `16 connections, small answers, median of ${ROUNDS} neighbouring pairs; ${ours.toFixed(0)} against ${same.toFixed(0)} requests/s; ÷ ten lines without logs, checks and packet filter (${bare.toFixed(0)}/s): ${toBare.toFixed(2)}`,
      }),
      atLeast(0.98, {
        name: 'P15 requests a processor second ÷ by hand',
        measured: workToSame,
        limit: 1,
        conditions: 'the same runs; processor time of all processes of the machine, the agent among them',
      }),
    ];
  },
};
