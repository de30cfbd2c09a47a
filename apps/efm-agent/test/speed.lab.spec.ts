/** What the agent costs, loosely: whoever shares the machine is counted too. `npm run bench` measures it against the goals. */
import { expect, it } from 'vitest';
import { CHANGE_TOOLS, measureChangeTime } from '../src/lab/measures/change-time.js';
import { measureThroughput, THROUGHPUT_TOOLS } from '../src/lab/measures/throughput.js';
import { needs } from '../src/lab/requirements.js';

/** The goal is 1.5. A load of all rules instead of what differs would be far above this. */
const CHANGE_RATIO = 3;
/** The goal is 0.98. */
const TRAFFIC_RATIO = 0.5;

it(
  'changes one rule among ten thousand about as fast as one among ten',
  { timeout: 90_000 },
  async (context) => {
    needs(context, ...CHANGE_TOOLS);
    const { byRules } = await measureChangeTime([10, 10_000], 5);
    const [few = 1, many = 0] = byRules.values();
    await context.annotate(
      `a change among 10: ${few.toFixed(0)} ms, among 10,000: ${many.toFixed(0)} ms, ratio ${(many / few).toFixed(2)}`,
    );
    expect(many / few).toBeLessThan(CHANGE_RATIO);
  },
);

it('carries about as much as HAProxy that is run by hand', { timeout: 60_000 }, async (context) => {
  needs(context, ...THROUGHPUT_TOOLS);
  const { ours, same, bare, toSame, toBare, workToSame } = await measureThroughput(6, 500);
  await context.annotate(
    `requests/s: ${ours.toFixed(0)}, by hand ${same.toFixed(0)} (ratio ${toSame.toFixed(2)}), bare ${bare.toFixed(0)} (ratio ${toBare.toFixed(2)}); for the same processor time ${workToSame.toFixed(2)}`,
  );
  expect(toSame).toBeGreaterThan(TRAFFIC_RATIO);
});
