/** How long a change of one rule takes through the whole agent, from the API's news to the appliance's report that it runs. */
import type { FirewallRuleInput } from '@openvsys/vsys';
import { rendered } from '../documents.js';
import { firewall, rule, STANDING } from '../inputs.js';
import { Appliance } from '../appliance.js';
import { Lab } from '../lab.js';
import type { Tool } from '../requirements.js';
import { median } from './median.js';

export const CHANGE_TOOLS: readonly Tool[] = ['nft', 'openssl'];

export interface ChangeTimes {
  /** Median ms, by number of rules. */
  readonly byRules: ReadonlyMap<number, number>;
}

/** `rounds` changes of one rule among each of `counts` rules. */
export async function measureChangeTime(counts: readonly number[], rounds: number): Promise<ChangeTimes> {
  const lab = await Lab.open();
  // As in earnest: reading ten thousand counters is not part of a change.
  const settings = { reportSeconds: 30, lookSeconds: 5 };
  const appliance = await Appliance.plug(lab, { ...STANDING, settings });
  try {
    await appliance.boot();
    const byRules = new Map<number, number>();
    for (const count of counts) byRules.set(count, await timeOf(appliance, count, rounds));
    return { byRules };
  } finally {
    await appliance.api.close();
    await lab.close();
  }
}

async function timeOf(appliance: Appliance, count: number, rounds: number): Promise<number> {
  await appliance.apply(rendered(firewall({ rules: rulesOf(count, 1_000) })));
  const times: number[] = [];
  for (let change = 1; change <= rounds; change += 1) {
    const wanted = rendered(firewall({ rules: rulesOf(count, 1_000 + change) }));
    const asked = performance.now();
    await appliance.apply(wanted);
    times.push(performance.now() - asked);
  }
  return median(times);
}

/** All alike but the one in the middle, whose port is given. */
function rulesOf(count: number, port: number): FirewallRuleInput[] {
  return Array.from({ length: count }, (_, index) => {
    const own = index === count >> 1 ? port : 80;
    const sources = [`198.18.${Math.floor(index / 250)}.${index % 250}`];
    return rule(`r-${index}`, { sources, ports: [{ first: own, last: own }] });
  });
}
