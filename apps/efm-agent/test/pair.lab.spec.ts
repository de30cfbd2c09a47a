/** Two appliances of one firewall: when the active one dies or is made anew the other one serves. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Appliance } from '../src/lab/appliance.js';
import { documentOf, PAIR_TOOLS, plugPair, type FirewallPair } from '../src/lab/firewall-pair.js';
import { PUBLIC } from '../src/lab/inputs.js';
import { Lab } from '../src/lab/lab.js';
import { findObstacle, needs } from '../src/lab/requirements.js';

/** Three missed signs of life, a skew below a second, the news to the neighbours, and a retry of TCP. */
const LONGEST_GAP_MS = 15_000;
/** One that goes says so: what is left are the news to the neighbours and a retry of TCP. */
const LONGEST_FAREWELL_MS = 5_000;

let lab: Lab;
let pair: FirewallPair;

beforeEach(async () => {
  if (findObstacle(PAIR_TOOLS) !== undefined) return;
  lab = await Lab.open();
  pair = await plugPair(lab);
  await pair.serve();
});
afterEach(async () => {
  if (findObstacle(PAIR_TOOLS) !== undefined) return;
  for (const { api } of pair.appliances) await api.close();
  await lab.close();
});

/** As the pool does it: a clean shutdown, a fresh disk, the first boot with the same cards and addresses. */
async function makeAnew(appliance: Appliance, member: 1 | 2): Promise<void> {
  const { host, folder } = appliance;
  await host.try('sh', '-c', 'kill -TERM -1; sleep 1; kill -KILL -1');
  const links = JSON.parse(await host.run('ip', '-json', 'link')) as readonly { readonly ifname: string }[];
  for (const { ifname } of links.filter((link) => link.ifname !== 'lo')) {
    await host.run('ip', 'address', 'flush', 'dev', ifname);
    await host.run('ip', 'link', 'set', ifname, 'down');
  }
  await host.try('nft', 'flush', 'ruleset');
  for (const name of ['state', 'run']) rmSync(join(folder, name), { recursive: true, force: true });
  await host.run('ip', 'link', 'set', 'uplink', 'up');
  await host.run('ip', 'address', 'add', `100.64.0.${member + 1}/16`, 'dev', 'uplink');
  await appliance.boot();
  await appliance.apply(documentOf(member));
}

const asked = async (): Promise<number> =>
  (await pair.client.try('curl', '-sS', '--max-time', '1', `http://${PUBLIC}/`)).code;

describe('a pair', { timeout: 90_000 }, () => {
  it('has one that is active; when it dies the other one serves within seconds, measured', async (context) => {
    needs(context, ...PAIR_TOOLS);
    const [first, second] = pair.appliances;
    const load = await pair.load();
    await lab.cut(first.host);
    await second.api.report('it is active', ({ role }) => role === 'active');
    await expect.poll(asked, { timeout: 10_000 }).toBe(0);
    const result = await load.end();
    await context.annotate(`without an answer for ${result.longestGapMs} ms, requests lost: ${result.lost}`);
    // Less would mean that the dead one went on.
    expect(result.longestGapMs).toBeGreaterThan(500);
    expect(result.longestGapMs).toBeLessThan(LONGEST_GAP_MS);
  });

  it('is made anew one after the other, and serves meanwhile, measured', async (context) => {
    needs(context, ...PAIR_TOOLS);
    const [first, second] = pair.appliances;
    const quiet = await pair.load();
    await makeAnew(second, 2);
    await second.api.report('it stands by', ({ role }) => role === 'standby');
    const standby = await quiet.end();
    const load = await pair.load();
    const renewed = makeAnew(first, 1);
    await second.api.report('it is active', ({ role }) => role === 'active');
    await renewed;
    await first.api.report('it stands by', ({ role }) => role === 'standby');
    await expect.poll(asked, { timeout: 10_000 }).toBe(0);
    const active = await load.end();
    await context.annotate(
      `the standby one: ${standby.lost} requests lost, at most ${standby.longestGapMs} ms without an answer; the active one: ${active.lost} and ${active.longestGapMs} ms`,
    );
    expect(standby.lost).toBe(0);
    expect(active.longestGapMs).toBeLessThan(LONGEST_FAREWELL_MS);
  });
});
