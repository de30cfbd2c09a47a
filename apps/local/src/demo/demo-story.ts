/** The chapters of the demo. Each leaves its findings in the checklist. */
import { setTimeout as delay } from 'node:timers/promises';
import colors from 'picocolors';
import type { Cloud, VsysDetail, VsysRequest } from '../deploy/cloud.js';
import { followOperation, requireSuccess, type Outcome } from '../deploy/follow-operation.js';
import type { Screen } from '../screen/screen.js';
import type { Stack } from '../stack/bring-up.js';
import type { Checklist } from './checklist.js';
import type { PoolObjects, SimulatorTables } from './simulator-tables.js';
import { sumAmounts } from './sum-amounts.js';

interface StoryContext {
  readonly stack: Stack;
  readonly cloud: Cloud;
  readonly tables: SimulatorTables;
  readonly checklist: Checklist;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** Metered seconds per real second. */
  readonly timeScale: number;
}

const SHOP: VsysRequest = { name: 'shop', descriptor: 'three-tier', parameters: {} };
/** Enough servers that a worker can die in the middle of them. */
const BIG_SHOP: VsysRequest = { name: 'big-shop', descriptor: 'three-tier', parameters: { webCount: 8 } };

const OPERATION_LIMIT_MS = 180_000;
/** Share of steps done when the worker is killed. */
const KILL_AT = 0.3;
const HOUR_MS = 3_600_000;
/** Closing an hour happens some seconds after its end, and twice the scaled hour must fit. */
const USAGE_LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 500;

/** Objects that a VSYS is made of: everything but the VMs' names. */
const COUNTED = ['vdis', 'vifs', 'vbds', 'networks', 'vlans'] as const;

export class DemoStory {
  constructor(private readonly context: StoryContext) {}

  async tell(): Promise<void> {
    const before = await this.context.tables.look();
    const shop = await this.deployShop(before);
    const bigShop = await this.deployThroughCrash(before, shop);
    await this.meterAnHour(shop);
    await this.deleteAll([bigShop, shop], before);
  }

  private chapter(title: string): void {
    this.context.screen.line(`\n${colors.bold(title)}`);
  }

  private async follow(
    accepted: { readonly vsysId: string; readonly operationId: string },
    onLook: (share: number) => void = () => undefined,
  ): Promise<Outcome> {
    const { cloud, screen, signal } = this.context;
    const outcome = await followOperation({
      cloud,
      screen,
      signal,
      ...accepted,
      limitMs: OPERATION_LIMIT_MS,
      onLook: ({ stepsDone, stepsTotal }) => onLook(stepsTotal === 0 ? 0 : stepsDone / stepsTotal),
    });
    requireSuccess(outcome);
    return outcome;
  }

  private async deployShop(before: PoolObjects): Promise<VsysDetail> {
    const { cloud, checklist } = this.context;
    this.chapter('Plan and deploy a three-tier system');
    const plan = await cloud.planVsys(SHOP);
    checklist.expect(
      'the plan has steps and fits',
      plan.fits && plan.steps.length > 0,
      `${plan.steps.length} steps`,
    );
    checklist.expect(
      'the plan has a price',
      Number(plan.price.perHour) > 0,
      `${plan.price.perHour} ${plan.price.currency}/h`,
    );
    checklist.expectEqual('planning left nothing in the pool', await this.context.tables.look(), before);
    const accepted = await cloud.createVsys(SHOP);
    checklist.expect(
      'final ids came with the answer',
      accepted.parts.length > 0,
      `${accepted.parts.length} parts`,
    );
    const { vsys, elapsedMs } = await this.follow(accepted);
    checklist.expect('deployed', vsys.phase === 'ready', `${(elapsedMs / 1000).toFixed(1)} s`);
    checklist.expectEqual('its price is the plan’s', vsys.price.perHour, plan.price.perHour);
    this.expectParts(vsys);
    await this.expectInPool([vsys], before);
    return vsys;
  }

  private expectParts(vsys: VsysDetail): void {
    const states = new Set(vsys.vservers.map(({ state }) => state));
    this.context.checklist.expectEqual('every server runs', [...states], ['running']);
    const disks = vsys.vdisks.every(({ state }) => state === 'attached');
    this.context.checklist.expect('every data disk is attached', disks, `${vsys.vdisks.length} disks`);
    const networks = vsys.vnets.every(({ state }) => state === 'ready');
    this.context.checklist.expect('every network is ready', networks, `${vsys.vnets.length} networks`);
  }

  /** Exactly the servers of these systems run in the pool: none missing, none twice, nothing else. */
  private async expectInPool(systems: readonly VsysDetail[], before: PoolObjects): Promise<void> {
    const { tables, checklist } = this.context;
    const now = await tables.look();
    const wanted = systems.flatMap(({ vservers }) => vservers.map(({ id }) => id)).toSorted();
    const foreign = before.vms.map(({ name }) => name);
    const seen = now.vms.filter(({ name }) => !foreign.includes(name));
    checklist.expectEqual('the pool holds each server once', seen.map(({ name }) => name).toSorted(), wanted);
    checklist.expect(
      'all of them run',
      seen.every(({ powerState }) => powerState === 'Running'),
      `${seen.length} VMs`,
    );
    const nics = systems.flatMap(({ vservers }) => vservers.flatMap((server) => server.nics)).length;
    checklist.expectEqual('the pool holds each network card once', now.vifs - before.vifs, nics);
    const networks = systems.flatMap(({ vnets }) => vnets).length;
    checklist.expectEqual('the pool holds each network once', now.networks - before.networks, networks);
    const disks = wanted.length + systems.flatMap(({ vdisks }) => vdisks).length;
    checklist.expectEqual('the pool holds each disk once', now.vdis - before.vdis, disks);
  }

  private async poolOwner(): Promise<string | null> {
    const [pool] = await this.context.cloud.listPools();
    return pool?.owner ?? null;
  }

  private async deployThroughCrash(before: PoolObjects, shop: VsysDetail): Promise<VsysDetail> {
    const { cloud, checklist, stack, screen } = this.context;
    this.chapter('Deploy a second system and kill its worker in the middle');
    const owner = await this.poolOwner();
    const victim = stack.workers.find(({ id }) => id === owner);
    if (!victim) throw new Error(`the pool is owned by ${owner ?? 'nobody'}, not by one of the workers`);
    let killedAt: number | undefined;
    const outcome = await this.follow(await cloud.createVsys(BIG_SHOP), (share) => {
      if (killedAt !== undefined || share < KILL_AT || share >= 1) return;
      killedAt = share;
      // It stays dead: the other one has to do its work.
      void victim.service.kill();
      screen.line(colors.yellow(`${victim.id} killed with -9`));
    });
    const percent = `${Math.round((killedAt ?? 0) * 100)} % of the steps done`;
    checklist.expect('the worker was killed in the middle', killedAt !== undefined, percent);
    const successor = await this.poolOwner();
    checklist.expect(
      'the other worker took over',
      successor !== owner,
      `${owner ?? '-'} → ${successor ?? '-'}`,
    );
    checklist.expect(
      'deployed',
      outcome.vsys.phase === 'ready',
      `${(outcome.elapsedMs / 1000).toFixed(1)} s`,
    );
    this.expectParts(outcome.vsys);
    await this.expectInPool([shop, outcome.vsys], before);
    return outcome.vsys;
  }

  /** Waits until one whole hour lies between the deployment and now, then adds up its lines. */
  private async meterAnHour(shop: VsysDetail): Promise<void> {
    const { cloud, checklist, timeScale } = this.context;
    this.chapter(`Meter an hour (${(HOUR_MS / timeScale / 1000).toFixed(0)} s here)`);
    const [hour, lines] = await this.untilWholeHour(shop);
    const seconds = new Set(lines.map((line) => line.seconds));
    checklist.expectEqual('every line of the hour has all its seconds', [...seconds], [3600]);
    const total = sumAmounts(lines.map(({ amount }) => amount));
    checklist.expect(
      'the lines add up to the planned price',
      total.equals(shop.price.perHour),
      `${lines.length} lines of ${hour}: ${total.toString()} ${shop.price.currency}, planned ${shop.price.perHour}`,
    );
    const usage = await cloud.getUsage(shop.id, new Date(hour), new Date(Date.parse(hour) + HOUR_MS));
    checklist.expect('the API’s total is the sum of its lines', total.equals(usage.total), usage.total);
  }

  private async untilWholeHour(shop: VsysDetail) {
    const { cloud, signal } = this.context;
    const from = new Date(Date.now() - HOUR_MS);
    const deadline = Date.now() + USAGE_LIMIT_MS;
    for (;;) {
      const { lines } = await cloud.getUsage(shop.id, from, new Date(Date.now() + 1000 * HOUR_MS));
      const hours = Map.groupBy(lines, (line) => line.hour);
      const whole = [...hours].find(([, group]) => group.every(({ seconds }) => seconds === 3600));
      if (whole) return whole;
      if (Date.now() > deadline) throw new Error(`no whole hour was metered in ${USAGE_LIMIT_MS / 1000} s`);
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  private async deleteAll(systems: readonly VsysDetail[], before: PoolObjects): Promise<void> {
    const { cloud, checklist, tables } = this.context;
    this.chapter('Delete everything');
    for (const { id } of systems) await this.follow(await cloud.deleteVsys(id));
    const now = await tables.look();
    checklist.expectEqual('no server is left in the pool', now.vms, before.vms);
    for (const kind of COUNTED) checklist.expectEqual(`no trace among the ${kind}`, now[kind], before[kind]);
    const used = Object.entries(await cloud.getQuotaUse()).filter(([, amount]) => amount !== 0);
    checklist.expectEqual('nothing of the quota is used', used, []);
  }
}
