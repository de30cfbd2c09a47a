/** P14: one firewall rule changed among 10,000 against one among 10, through the whole agent and into the kernel. */
import { CHANGE_TOOLS, findObstacle, measureChangeTime } from '@openvsys/efm-agent';
import { atMost, type Measure } from '../measure.js';

const [FEW, MANY] = [10, 10_000];
const ROUNDS = 11;

export const efmChange: Measure = {
  id: 'P14',
  title: 'one firewall rule changed among 10,000 ÷ among 10',
  findObstacle: () => findObstacle(CHANGE_TOOLS),
  async run({ say }) {
    say('an appliance in a network namespace, its agent and nftables');
    const { byRules } = await measureChangeTime([FEW, MANY], ROUNDS);
    const [few, many] = [byRules.get(FEW) ?? 0, byRules.get(MANY) ?? 0];
    return [
      atMost(1.5, {
        name: 'P14 rule among 10,000 ÷ among 10',
        measured: many / few,
        limit: 1,
        conditions: `from the news to the report that it runs: fetched, checked by nft, loaded, probed; medians of ${ROUNDS}: ${many.toFixed(0)} ms against ${few.toFixed(0)} ms`,
      }),
    ];
  },
};
