/** What happens in one simulated run: made from a seed, so that every run can be told again. */
import {
  snapshotIdOf,
  vdiskIdOf,
  type FailurePolicy,
  type ReadinessSpec,
  type RescueSpec,
  type SrUuid,
  type VsysSpec,
} from '@openvsys/vsys';
import type { FaultRule } from '@openvsys/xcp-sim';
import { server, system, VSYS } from '../fakes/fixtures.js';
import type { SeededRandom } from './seeded-random.js';

export type Event =
  | { readonly at: number; readonly is: 'admit'; readonly spec: VsysSpec; readonly onFailure: FailurePolicy }
  | { readonly at: number; readonly is: 'cancel' }
  | { readonly at: number; readonly is: 'kill' }
  | { readonly at: number; readonly is: 'fault'; readonly rule: FaultRule }
  | { readonly at: number; readonly is: 'outage'; readonly ms: number }
  | { readonly at: number; readonly is: 'lost-commit'; readonly stored: boolean };

export type Mishap = Exclude<Event, { readonly is: 'admit' | 'cancel' }>;

export interface Story {
  readonly events: readonly Event[];
  /** From here on nothing goes wrong any more, ms. */
  readonly quietFrom: number;
}

const METHODS = [
  'Async.VM.clone',
  'Async.VM.provision',
  'Async.VM.start_on',
  'Async.VM.destroy',
  'Async.VDI.create',
  'Async.VDI.copy',
  'Async.VDI.destroy',
  'VM.clone',
  'VM.start_on',
  'Async.VM.pause',
  'Async.VM.unpause',
  'Async.VM.suspend',
  'Async.VM.snapshot',
  'Async.VM.checkpoint',
  'VM.add_to_other_config',
  'VM.remove_from_other_config',
  'VM.hard_shutdown',
  'VM.destroy',
  'VDI.create',
  'VDI.destroy',
  'VBD.create',
  'VBD.set_userdevice',
  'VIF.create',
  'network.create',
  'VLAN.create',
  'pool.create_VLAN_from_PIF',
  'event.from',
  '*',
] as const;

const ERRORS = [
  { code: 'TOO_MANY_PENDING_TASKS', params: [] },
  { code: 'OTHER_OPERATION_IN_PROGRESS', params: ['VM', 'OpaqueRef:other'] },
  { code: 'HOST_NOT_ENOUGH_FREE_MEMORY', params: ['2147483648', '1'] },
  { code: 'SR_FULL', params: ['5', '4'] },
  { code: 'INTERNAL_ERROR', params: ['simulated'] },
  { code: 'SESSION_INVALID', params: ['OpaqueRef:gone'] },
] as const;

/** Mostly up, as servers are. */
const POWERS = ['running', 'running', 'running', 'running', 'stopped', 'paused', 'suspended'] as const;

/** A deployment with changes, mishaps all along, and in half of the stories a deletion at the end. */
export function randomStory(random: SeededRandom, sr: SrUuid): Story {
  const events: Event[] = [];
  const first = randomSpec(random, sr, 1);
  events.push({ at: 0, is: 'admit', spec: first, onFailure: randomPolicy(random) });
  let at = 0;
  for (let changes = random.int(0, 2); changes > 0; changes--) {
    at += random.int(500, 25_000);
    events.push({ at, is: 'admit', spec: randomSpec(random, sr, 1), onFailure: randomPolicy(random) });
    if (random.chance(0.2)) events.push({ at: at + random.int(100, 5_000), is: 'cancel' });
  }
  if (random.chance(0.5)) {
    at += random.int(500, 40_000);
    events.push({ at, is: 'admit', spec: { ...first, presence: 'absent' }, onFailure: 'keep' });
  }
  const quietFrom = at + random.int(1_000, 60_000);
  events.push(...randomMishaps(random, quietFrom));
  return { events: events.toSorted((a, b) => a.at - b.at), quietFrom };
}

export function randomMishaps(random: SeededRandom, until: number): Mishap[] {
  const mishaps: Mishap[] = [];
  for (let n = random.int(0, 12); n > 0; n--) {
    mishaps.push({ at: random.int(0, until), is: 'fault', rule: randomFault(random) });
  }
  for (let n = random.int(0, 3); n > 0; n--) mishaps.push({ at: random.int(0, until), is: 'kill' });
  if (random.chance(0.3))
    mishaps.push({ at: random.int(0, until), is: 'outage', ms: random.int(500, 20_000) });
  for (let n = random.int(0, 3); n > 0; n--) {
    mishaps.push({ at: random.int(0, until), is: 'lost-commit', stored: random.chance(0.5) });
  }
  return mishaps;
}

function randomFault(random: SeededRandom): FaultRule {
  const method = random.pick(METHODS);
  const rule = { method, nth: random.int(1, 4), count: random.int(1, 3) };
  const kind = random.int(0, 3);
  if (kind === 0) return { ...rule, effect: { kind: 'lose-answer' } };
  if (kind === 1) return { ...rule, effect: { kind: 'lose-request' } };
  if (kind === 2) return { ...rule, effect: { kind: 'slow', ms: random.int(100, 30_000) } };
  const { code, params } = random.pick(ERRORS);
  return { ...rule, effect: { kind: 'error', code, params: [...params] } };
}

function randomSpec(random: SeededRandom, sr: SrUuid, generation: number): VsysSpec {
  const count = random.int(1, 4);
  const servers = Array.from({ length: count }, (_, i) => {
    const isFirewall = i === 0 && random.chance(0.5);
    const wish = isFirewall
      ? { role: 'fw', kind: 'firewall' as const, startOrder: 0 }
      : { role: 'web', startOrder: random.int(1, 2), memoryMiB: random.pick([1024, 2048]) };
    return {
      ...server(VSYS, i + 1, wish),
      image: 'debian-13',
      systemDiskGiB: 4,
      power: random.pick(POWERS),
      ...(random.chance(0.25) ? { ready: randomReadiness(random) } : {}),
      ...(random.chance(0.2) ? { tuning: { cpuWeight: random.pick([128, 512]) } } : {}),
    };
  });
  const disks = Array.from({ length: random.int(0, 2) }, (_, i) => ({
    id: vdiskIdOf(VSYS, i + 1),
    name: `data-${i + 1}`,
    sizeGiB: random.pick([5, 10]),
    sr,
    server: random.chance(0.8) ? (random.pick(servers).id ?? null) : null,
  }));
  const snapshot = {
    id: snapshotIdOf(VSYS, 1),
    name: 'before',
    servers: servers.map(({ id }) => id),
    withMemory: random.chance(0.3),
  };
  if (random.chance(0.3)) return { ...system(VSYS, servers), generation, disks, snapshots: [snapshot] };
  // A snapshot shows servers as they are, so none is taken of one that runs another system.
  const rescued = servers.map((each) =>
    each.kind === 'server' && random.chance(0.2) ? { ...each, rescue: randomRescue(random) } : each,
  );
  return { ...system(VSYS, rescued), generation, disks };
}

const randomRescue = (random: SeededRandom): RescueSpec => ({
  image: 'debian-13',
  count: random.int(1, 3),
});

/** Short, as the stories are; it goes on in any case, for none of them may end in failure by itself. */
const randomReadiness = (random: SeededRandom): ReadinessSpec => ({
  ...(random.chance(0.7) ? { gate: { kind: 'guest-agent' } } : {}),
  timeoutSeconds: random.int(1, 60),
  delaySeconds: random.int(0, 5),
  onTimeout: 'continue',
});

const randomPolicy = (random: SeededRandom): FailurePolicy => (random.chance(0.7) ? 'rollback' : 'keep');
