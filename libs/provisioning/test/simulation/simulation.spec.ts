/**
 * Laws over random stories: whatever goes wrong, once nothing goes wrong any more everything ends, the pool equals the
 * newest spec, nothing is left over, doubled or lost, and others' objects were never touched.
 */
import { holdingsWhenReached } from '@openvsys/metering';
import { nextActions, type VsysSpec } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { VSYS } from '../fakes/fixtures.js';
import { withOtherNetworks } from './other-networks.js';
import { Simulation } from './simulation.js';

/** Seeds that failed once: 954 – a disk whose maker died before signing it was taken for a system disk. */
const REGRESSIONS = [954];
/** Enough for every day; each takes about a tenth of a second. */
const SEEDS = [...REGRESSIONS, ...Array.from({ length: 60 }, (_, i) => i + 1)];
/** Those of stories with private and tunnel networks; 32, 57 – a snapshot with memory held the net that its removal waited for. */
const NETWORK_REGRESSIONS = [32, 57];
const NETWORK_SEEDS = [...Array.from({ length: 25 }, (_, i) => i + 1), ...NETWORK_REGRESSIONS];
const CLASSES = ['VM', 'VDI', 'network'] as const;

interface Rows {
  readonly ours: Readonly<Record<string, number>>;
  /** Snapshots of servers, and all objects that belong to one. */
  readonly snapshots: number;
  readonly left: number;
  /** References and power states of what is not ours. */
  readonly others: readonly string[];
}

function rowsOf(simulation: Simulation): Rows {
  // Hidden base copies below images are the storage's own business, memory images are that of a suspended VM.
  const isHidden = (cls: string, row: { bool(field: string): boolean; text(field: string): string }) =>
    cls === 'VDI' && (!row.bool('managed') || row.text('type') === 'suspend');
  const rows = CLASSES.flatMap((cls) =>
    simulation.sim.pool.db
      .rows(cls)
      .filter((row) => !isHidden(cls, row))
      .map((row) => ({ cls, row })),
  );
  const isOurs = ({ row }: (typeof rows)[number]) => JSON.stringify(row.get('other_config')).includes(VSYS);
  const isSnapshot = ({ cls, row }: (typeof rows)[number]) => cls !== 'network' && row.bool('is_a_snapshot');
  const ours = rows.filter(isOurs);
  const count = (cls: string) => ours.filter((each) => each.cls === cls && !isSnapshot(each)).length;
  return {
    ours: Object.fromEntries(CLASSES.map((cls) => [cls, count(cls)])),
    snapshots: ours.filter((each) => each.cls === 'VM' && isSnapshot(each)).length,
    left: ours.filter(isSnapshot).length,
    others: rows
      .filter((each) => !isOurs(each))
      .map(({ cls, row }) => `${cls} ${row.ref} ${row.text('power_state')}`)
      .toSorted(),
  };
}

/** What is on the bill once the spec is reached. What a snapshot takes only the pool knows, so it is not foretold. */
function billedFor(spec: VsysSpec): readonly string[] {
  const foretold = holdingsWhenReached(spec).flatMap(({ resource, items }) =>
    items.map(({ dimension }) => `${resource} ${dimension}`),
  );
  const snapshots = spec.presence === 'present' ? (spec.snapshots ?? []) : [];
  return [...foretold, ...snapshots.map(({ id }) => `${id} snapshot-gib`)].toSorted();
}

/** On how many hosts its servers run. */
function hostsOf(simulation: Simulation): number {
  const vms = simulation.sim.pool.db
    .rows('VM')
    .filter((vm) => vm.map('other_config')['openvsys-vsys'] === VSYS);
  const running = vms.filter((vm) => vm.text('power_state') === 'Running');
  return new Set(running.map((vm) => vm.link('resident_on'))).size;
}

function callsOf(simulation: Simulation): readonly string[] {
  return simulation.sim.pool.log
    .list()
    .map((call) => `${call.start} ${call.host} ${call.method} ${call.outcome}`);
}

/** Tells it to its end; then the pool holds what was asked for last, once, and nothing of others was touched. */
async function endsWell(simulation: Simulation): Promise<void> {
  const before = rowsOf(simulation);
  await simulation.run();
  const { spec, deleted, parts } = simulation.database.system(VSYS);
  const observer = await simulation.observer();
  const after = rowsOf(simulation);

  expect(simulation.violations).toEqual([]);
  expect(simulation.sim.pool.crashes).toEqual([]);
  expect(nextActions(spec, observer.observe(VSYS))).toEqual([]);
  expect(after.others).toEqual(before.others);
  const isGone = spec.presence === 'absent';
  const { servers, disks } = spec;
  const rescued = servers.filter(({ rescue }) => rescue !== undefined);
  expect(deleted).toBe(isGone);
  expect(after.ours).toEqual(
    isGone
      ? { VM: 0, VDI: 0, network: 0 }
      : { VM: servers.length, VDI: servers.length + rescued.length + disks.length, network: 1 },
  );
  const snapshotted = isGone ? [] : (spec.snapshots ?? []).flatMap(({ servers: members }) => members);
  expect(after.snapshots).toBeGreaterThanOrEqual(snapshotted.length);
  if (snapshotted.length === 0) expect(after.left).toBe(0);
  if (isGone) expect(parts.size).toBe(0);
  expect([...simulation.database.holdings.keys()].toSorted()).toEqual(billedFor(spec));
}

describe('a random story', () => {
  it.each(SEEDS)('of seed %i ends well', async (seed) => {
    const simulation = new Simulation(seed);
    await expect(endsWell(simulation)).resolves.toBeUndefined();
    simulation.close();
  });

  it.each(NETWORK_SEEDS)('of seed %i ends well with networks of other kinds', async (seed) => {
    const simulation = new Simulation(seed, undefined, (story) => withOtherNetworks(story, seed));
    await endsWell(simulation);
    const { db } = simulation.sim.pool;
    const { spec } = simulation.database.system(VSYS);
    const wantsTunnels = spec.presence === 'present' && spec.nets.some(({ kind }) => kind === 'tunnel');
    expect(db.count('tunnel')).toBe(wantsTunnels ? db.count('host') : 0);
    if (spec.nets.some(({ kind }) => kind === 'private')) expect(hostsOf(simulation)).toBeLessThanOrEqual(1);
    simulation.close();
  });

  it('is told in the same way every time', async () => {
    const [first, second] = [new Simulation(7), new Simulation(7)];
    await first.run();
    await second.run();
    expect(callsOf(second)).toEqual(callsOf(first));
    expect(callsOf(first).length).toBeGreaterThan(50);
    first.close();
    second.close();
  });
});
