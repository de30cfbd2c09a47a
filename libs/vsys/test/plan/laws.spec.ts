/** The laws of the planner (design: one convergent engine), tried on random specs and random worlds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actionKey,
  EMPTY_OBSERVED,
  isVNet,
  areCompatible,
  locksOf,
  nextActions,
  predict,
  predictAll,
  preview,
  reachedWorld,
  type Action,
  type ActionKey,
  type ObservedVsys,
  type VsysSpec,
} from '@openvsys/vsys';
import { anyCase, anySpec, choices } from './arbitrary-world.js';
import { canonical, frozen, seenWorld, wantedWorld } from './same-world.js';

/** No plan for the generated sizes needs more: 3 nets × 2, 5 servers × 11, 4 disks × 5, 10 NICs × 3. */
const STEP_BOUND = 6 + 55 + 20 + 30 + 2;
const runs = { numRuns: 600 };
type Pick = (bound: number) => number;

/** Does one due action after the other, in any order, until nothing is left. */
function walk(
  spec: VsysSpec,
  observed: ObservedVsys,
  pick: Pick,
  visit?: (o: ObservedVsys, a: Action) => void,
) {
  const done: ActionKey[] = [];
  let now = observed;
  for (let due = nextActions(spec, now); due.length > 0; due = nextActions(spec, now)) {
    if (done.length > STEP_BOUND) throw new Error(`no end after ${done.join(' ')}`);
    const action = due[pick(due.length)]!;
    visit?.(now, action);
    now = predict(now, action);
    done.push(actionKey(action));
  }
  return { end: now, done };
}

describe('the planner', () => {
  it('reaches the spec from any world, in any order, doing no action twice', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        const { end, done } = walk(spec, observed, pick);
        expect(seenWorld(end)).toEqual(wantedWorld(spec));
        for (const disk of spec.presence === 'present' ? spec.disks : []) {
          expect(end.disks.find(({ id }) => id === disk.id)!.sizeGiB).toBeGreaterThanOrEqual(disk.sizeGiB);
        }
        expect(new Set(done).size).toBe(done.length);
      }),
      runs,
    );
  });

  it('does the same work whatever the order, and each action brings the end one step nearer', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        const plan = preview(spec, observed);
        let left = plan.totalSteps;
        const { end, done } = walk(spec, observed, pick, (now, action) => {
          left -= 1;
          expect(preview(spec, predict(now, action)).totalSteps).toBe(left);
        });
        expect(done.toSorted()).toEqual(plan.steps.map(({ id }) => id).toSorted());
        const planned = plan.steps.reduce((now, { action }) => predict(now, action), observed);
        expect(canonical(end)).toEqual(canonical(planned));
      }),
      { numRuns: 150 },
    );
  });

  it('predicts many actions at once as one after the other', () => {
    fc.assert(
      fc.property(anyCase, ({ spec, observed }) => {
        let now: ObservedVsys = observed;
        for (let due = nextActions(spec, now); due.length > 0; due = nextActions(spec, now)) {
          const next = due.reduce(predict, now);
          expect(canonical(predictAll(now, due))).toEqual(canonical(next));
          now = next;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('knows the world of a reached spec without going all the way to it', () => {
    fc.assert(
      fc.property(anySpec, choices, (spec, pick) => {
        const { end } = walk(spec, EMPTY_OBSERVED, pick);
        const reached = reachedWorld(spec);
        expect(canonical(reached)).toEqual(canonical(end));
        expect(nextActions(spec, reached)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('has nothing to do where the spec is reached, and does not touch its arguments', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        const { end } = walk(frozen(spec), frozen(observed), pick);
        expect(nextActions(spec, end)).toEqual([]);
        expect(preview(spec, end)).toEqual({ steps: [], totalSteps: 0, estimateMs: 0 });
      }),
      runs,
    );
  });

  it('only destroys, stops and disconnects what the spec says', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        walk(spec, observed, pick, (now, action) => expect(violationOf(spec, now, action)).toBeUndefined());
      }),
      runs,
    );
  });

  it('starts a halted server only when all with a lower order are up and ready, and stops in reverse', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        walk(spec, observed, pick, (now, action) => {
          const server = spec.servers.find(({ id }) => id === action.part);
          const power = new Map(now.servers.map((vm) => [vm.id, vm.power]));
          if (server === undefined || spec.presence === 'absent') return;
          if (action.kind === 'vserver.start' && power.get(server.id) === 'halted') {
            const before = spec.servers.filter(
              (s) => s.power !== 'stopped' && s.startOrder < server.startOrder,
            );
            expect(before.filter((s) => ![s.power, 'running'].includes(power.get(s.id) ?? 'halted'))).toEqual(
              [],
            );
            const waited = new Map(now.servers.map((vm) => [vm.id, vm.readiness]));
            const unready = before.filter(
              (s) => s.power === 'running' && s.ready && !s.rescue && waited.get(s.id) === undefined,
            );
            expect(unready).toEqual([]);
          }
          if (action.kind === 'vserver.stop' && action.mode === 'clean' && server.power === 'stopped') {
            const behind = spec.servers.filter(
              (s) => s.power === 'stopped' && s.startOrder > server.startOrder,
            );
            expect(behind.filter(({ id }) => (power.get(id) ?? 'halted') !== 'halted')).toEqual([]);
          }
        });
      }),
      runs,
    );
  });
});

describe('what takes data with it', () => {
  it('waits while a system is changed until all that is wanted is there', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        if (spec.presence === 'absent') return;
        const wanted = wantedWorld(spec);
        walk(spec, observed, pick, (now, action) => {
          if (!takesData(spec, now, action)) return;
          const seen = seenWorld(now);
          for (const kind of ['nets', 'servers', 'disks', 'nics', 'snapshots', 'backups'] as const) {
            const expected: readonly unknown[] = wanted[kind];
            expect(seen[kind]).toEqual(expect.arrayContaining([...expected]));
          }
        });
      }),
      runs,
    );
  });
});

/** A disk goes, or a server that stands in nobody's way: it holds no wanted disk and sits on no net that must be made anew. */
function takesData(spec: VsysSpec, now: ObservedVsys, action: Action): boolean {
  if (
    action.kind === 'vdisk.destroy' ||
    action.kind === 'snapshot.destroy' ||
    action.kind === 'backup.destroy'
  )
    return true;
  if (action.kind !== 'vserver.destroy' || spec.servers.some(({ id }) => id === action.part)) return false;
  const holdsWanted = now.disks.some(
    (disk) => disk.attachedTo === action.part && spec.disks.some(({ id }) => id === disk.id),
  );
  const wrongNets = now.nets.filter(
    ({ id, vlan, kind }) =>
      (vlan !== null || kind) &&
      spec.nets.some((net) => net.id === id && (net.vlan !== vlan || net.kind !== kind)),
  );
  const blocksNet = now.nics.some(
    ({ server, net }) => server === action.part && wrongNets.some(({ id }) => id === net),
  );
  return !holdsWanted && !blocksNet;
}

/** What is wrong about an action, told from the spec alone. */
const seenNet = (now: ObservedVsys, id: string | undefined) => now.nets.find((net) => net.id === id);

function violationOf(spec: VsysSpec, now: ObservedVsys, action: Action): string | undefined {
  const absent = spec.presence === 'absent';
  const server = absent ? undefined : spec.servers.find(({ id }) => id === action.part);
  const disk = absent ? undefined : spec.disks.find(({ id }) => id === action.part);
  const net = absent ? undefined : spec.nets.find(({ id }) => id === action.part);
  const vm = now.servers.find(({ id }) => id === action.part);
  switch (action.kind) {
    case 'vserver.destroy':
      if (vm?.stage === 'remains') return undefined;
      return server
        ? 'destroys a wanted server'
        : vm?.power === 'halted'
          ? undefined
          : 'destroys a live server';
    case 'vserver.stop': {
      if (!server) return undefined;
      if (server.power === 'stopped')
        return (action.mode === 'hard') === (server.stopMode === 'hard')
          ? undefined
          : 'stops it in another way';
      if (action.mode === 'hard') return 'pulls the plug of a wanted server';
      const sameRoom = JSON.stringify(vm?.headroom) === JSON.stringify(server.headroom);
      const isOther =
        vm?.vcpus !== server.vcpus ||
        vm?.memoryMiB !== server.memoryMiB ||
        vm?.minMemoryMiB !== server.minMemoryMiB;
      // Within its headroom it is resized while it runs.
      const resized = !sameRoom || (server.headroom === undefined && isOther);
      const grows = now.disks.some(
        (d) =>
          d.attachedTo === server.id &&
          !(d.growsOnline && server.power === 'running' && vm?.power === 'running') &&
          (spec.disks.find(({ id }) => id === d.id)?.sizeGiB ?? 0) > d.sizeGiB,
      );
      const refilled =
        (vm?.systemOrigin ?? 0) < (server.systemOrigin?.count ?? 0) ||
        spec.disks.some(({ id, origin }) =>
          now.disks.some(
            (d) => d.id === id && d.attachedTo === server.id && (d.origin ?? 0) < (origin?.count ?? 0),
          ),
        );
      const rescued = vm?.rescue?.count !== server.rescue?.count || vm?.rescue?.isPartial;
      return resized || grows || refilled || rescued || vm?.stage === 'cloned'
        ? undefined
        : 'stops a server that shall run';
    }
    case 'vserver.await':
      if (server?.ready === undefined || server.power !== 'running' || server.rescue)
        return 'waits without a wish';
      return vm?.power === 'running' && vm.readiness === undefined
        ? undefined
        : 'waits for what it waited for';
    case 'vserver.revert':
      return (vm?.reverts ?? 0) < (server?.revert?.count ?? 0) ? undefined : 'goes back without a wish';
    case 'rescue.insert':
    case 'rescue.remove': {
      if (vm?.power !== 'halted') return 'changes the boot disk of a live server';
      const isWanted = vm.rescue?.count === server?.rescue?.count;
      if (action.kind === 'rescue.insert') return server?.rescue ? undefined : 'rescues without a wish';
      return isWanted ? 'ends a wanted rescue' : undefined;
    }
    case 'vserver.pause':
    case 'vserver.suspend': {
      const rest = action.kind === 'vserver.pause' ? 'paused' : 'suspended';
      return server?.power === rest && vm?.power === 'running'
        ? undefined
        : 'puts a server to rest without a wish';
    }
    case 'config-drive.remove':
      if (server?.configDrive === undefined || vm?.configDrive?.stage === 'read') return undefined;
      if (server.rescue)
        return server.rescue.drive ? 'takes a drive away that the rescue has not read' : undefined;
      return 'takes a drive away that the guest has not read';
    case 'vserver.restart':
      return server && vm && vm.restarts < server.restarts ? undefined : 'restarts without a wish';
    case 'snapshot.destroy':
      return !absent && spec.snapshots?.some(({ id }) => id === action.part)
        ? 'gives a wanted snapshot up'
        : undefined;
    case 'disk.fill': {
      const filled = now.disks.find(({ id }) => id === action.part)?.origin ?? vm?.systemOrigin ?? 0;
      const wish = disk?.origin?.count ?? server?.systemOrigin?.count ?? 0;
      if (filled >= wish) return 'overwrites a disk without a wish';
      const user = now.disks.find(({ id }) => id === action.part)?.attachedTo ?? server?.id;
      const isUsed = now.servers.some(({ id, power }) => id === user && power !== 'halted');
      return isUsed ? 'overwrites a disk in use' : undefined;
    }
    case 'backup.create':
      return absent ? 'copies a disk of a system that goes' : undefined;
    case 'backup.destroy':
      return spec.backups?.some(({ id }) => id === action.part) ? 'destroys a wanted back-up' : undefined;
    case 'vdisk.destroy':
      return disk ? 'destroys a wanted disk' : undefined;
    case 'vdisk.detach':
      return disk?.server === action.server ? 'detaches a disk from its server' : undefined;
    case 'vnet.destroy':
      return net && net.vlan === seenNet(now, net.id)?.vlan && net.kind === seenNet(now, net.id)?.kind
        ? 'destroys a good net'
        : undefined;
    case 'nic.destroy': {
      const seen = now.nics.find(({ id }) => id === action.part);
      const nic = absent
        ? undefined
        : spec.servers.flatMap((s) => s.nics).find(({ id }) => id === action.part);
      const onNet = seenNet(now, nic?.net);
      const wantedNet = spec.nets.find(({ id }) => id === nic?.net);
      const isBare = onNet === undefined || (onNet.vlan === null && onNet.kind === undefined);
      const same = nic && seen?.mac === nic.mac && seen.net === nic.net && seen.mtu === nic.mtu;
      const fits = onNet?.vlan === wantedNet?.vlan && onNet?.kind === wantedNet?.kind;
      return same && (isBare || fits) ? 'disconnects a good NIC' : undefined;
    }
    default:
      return undefined;
  }
}

describe('an observation that contradicts itself', () => {
  it('still comes to an end, with every part that is wanted', () => {
    fc.assert(
      fc.property(anyCase, choices, fc.nat(), fc.nat(), ({ spec, observed }, pick, server, net) => {
        // As when a VM or a net vanished and the records of what sat on it are still there.
        const torn = {
          ...observed,
          servers: observed.servers.filter((_, i) => i !== server % 5),
          nets: observed.nets.filter((_, i) => i !== net % 3),
        };
        const { end } = walk(spec, torn, pick);
        const ids = ({
          servers,
          nets,
          nics,
        }: Record<'servers' | 'nets' | 'nics', readonly { id: string }[]>) =>
          [servers, nets, nics].map((parts) => parts.map(({ id }) => id));
        expect(ids(canonical(end))).toEqual(ids(wantedWorld(spec)));
      }),
      runs,
    );
  });
});

describe('plugging', () => {
  it('never happens on a paused or suspended server, nor on one that is about to be halted', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        walk(spec, observed, pick, (now, action) => {
          if (action.kind !== 'nic.create' && action.kind !== 'nic.destroy' && !isAttachment(action)) return;
          const vm = now.servers.find(({ id }) => id === action.server)!;
          expect(['halted', 'running']).toContain(vm.power);
          const ends = new Set<string>(['vserver.stop', 'vserver.destroy'].map((kind) => `${kind}:${vm.id}`));
          const doomed = preview(spec, now).steps.some(({ id }) => ends.has(id));
          expect(vm.power === 'running' && doomed).toBe(false);
        });
      }),
      { numRuns: 200 },
    );
  });
});

function isAttachment(action: Action): action is Extract<Action, { kind: 'vdisk.attach' | 'vdisk.detach' }> {
  return action.kind === 'vdisk.attach' || action.kind === 'vdisk.detach';
}

describe('concurrent actions', () => {
  it('commute when their locks are compatible, and neither makes the other one needless or different', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        walk(spec, observed, pick, (now, picked) => {
          for (const other of nextActions(spec, now)) {
            if (other.part === picked.part && other.kind === picked.kind) continue;
            if (!areCompatible(locksOf(picked), locksOf(other))) continue;
            const afterPicked = predict(now, picked);
            expect(canonical(predict(afterPicked, other))).toEqual(
              canonical(predict(predict(now, other), picked)),
            );
            expect(nextActions(spec, afterPicked)).toContainEqual(other);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('reach the same end when started and finished in any interleaving', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        let now = observed;
        const inFlight: Action[] = [];
        const done: ActionKey[] = [];
        for (let turn = 0; turn < 4 * STEP_BOUND; turn++) {
          const startable = nextActions(spec, now).filter(
            (action) =>
              !inFlight.some((other) => actionKey(other) === actionKey(action)) &&
              inFlight.every((other) => areCompatible(locksOf(other), locksOf(action))),
          );
          if (startable.length + inFlight.length === 0) break;
          const choice = pick(startable.length + inFlight.length);
          if (choice < startable.length) {
            inFlight.push(startable[choice]!);
            continue;
          }
          const [finished] = inFlight.splice(choice - startable.length, 1);
          // What was begun is still wanted, exactly as it was begun.
          expect(nextActions(spec, now)).toContainEqual(finished);
          now = predict(now, finished!);
          done.push(actionKey(finished!));
        }
        expect(seenWorld(now)).toEqual(wantedWorld(spec));
        expect(new Set(done).size).toBe(done.length);
      }),
      runs,
    );
  });
});

describe('a newer spec in the middle', () => {
  it('is reached although actions of the older one still end, and the pool stays consistent', () => {
    fc.assert(
      fc.property(
        anyCase,
        anySpec,
        choices,
        fc.nat({ max: 30 }),
        ({ spec, observed }, newer, pick, switchAt) => {
          let now = observed;
          const inFlight: Action[] = [];
          for (let turn = 0; turn < 8 * STEP_BOUND; turn++) {
            const startable = nextActions(turn < switchAt ? spec : newer, now).filter((action) =>
              inFlight.every(
                (other) =>
                  actionKey(other) !== actionKey(action) && areCompatible(locksOf(other), locksOf(action)),
              ),
            );
            if (startable.length + inFlight.length === 0 && turn >= switchAt) break;
            const choice = pick(startable.length + inFlight.length);
            if (choice < startable.length) inFlight.push(startable[choice]!);
            else if (inFlight.length > 0) {
              now = predict(now, inFlight.splice(choice - startable.length, 1)[0]!);
              expect(contradictionsOf(now)).toEqual([]);
            }
          }
          expect(seenWorld(now)).toEqual(wantedWorld(newer));
        },
      ),
      runs,
    );
  });
});

/** Parts that sit on parts that are not there. */
function contradictionsOf({ nets, servers, disks, nics }: ObservedVsys): string[] {
  const vms = new Set(servers.filter(({ stage }) => stage !== 'remains').map(({ id }) => id));
  return [
    ...nics.filter(
      ({ server, net }) => !vms.has(server) || (isVNet(net) && !nets.some(({ id }) => id === net)),
    ),
    ...disks.filter(({ attachedTo }) => attachedTo !== null && !vms.has(attachedTo)),
  ].map(({ id }) => id);
}

describe('the plan graph', () => {
  it('can be done in any order that respects its dependencies', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        const { steps } = preview(spec, observed);
        const done = new Set<ActionKey>();
        let now = observed;
        while (done.size < steps.length) {
          const ready = steps.filter((s) => !done.has(s.id) && s.dependsOn.every((id) => done.has(id)));
          const step = ready[pick(ready.length)]!;
          expect(nextActions(spec, now)).toContainEqual(step.action);
          now = predict(now, step.action);
          done.add(step.id);
        }
        expect(seenWorld(now)).toEqual(wantedWorld(spec));
      }),
      runs,
    );
  });

  it('names only dependencies of earlier waves, and every step after the first wave has one', () => {
    fc.assert(
      fc.property(anyCase, ({ spec, observed }) => {
        const { steps, totalSteps, estimateMs } = preview(spec, observed);
        const byId = new Map(steps.map((step) => [step.id, step]));
        expect(totalSteps).toBe(steps.length);
        for (const step of steps) {
          const needed = step.dependsOn.map((id) => byId.get(id)!);
          expect(needed.every(({ wave }) => wave < step.wave)).toBe(true);
          expect(needed.length > 0).toBe(step.wave > 0);
          const possible = Math.max(0, ...needed.map((s) => s.startsAtMs + s.estimateMs));
          expect(step.startsAtMs).toBeGreaterThanOrEqual(possible);
          const queued = step.action.kind === 'vserver.clone' || step.action.kind === 'vdisk.create';
          if (!queued) expect(step.startsAtMs).toBe(possible);
          expect(step.startsAtMs + step.estimateMs).toBeLessThanOrEqual(estimateMs);
        }
      }),
      runs,
    );
  });
});

describe('a config drive', () => {
  it('is there, as it is wanted now, whenever a server boots', () => {
    const boots: { given: number | undefined; wanted: number | undefined }[] = [];
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        walk(spec, observed, pick, (now, action) => {
          if (action.kind !== 'vserver.start') return;
          const vm = now.servers.find(({ id }) => id === action.part)!;
          const server = spec.servers.find(({ id }) => id === action.part)!;
          const wanted = server.rescue ? server.rescue.drive : server.configDrive;
          const isBoot = vm.power === 'halted' && wanted !== undefined;
          if (isBoot) boots.push({ given: vm.configDrive?.version, wanted: wanted.version });
        });
      }),
      runs,
    );
    expect(boots.length).toBeGreaterThan(0);
    expect(boots.filter(({ given, wanted }) => given !== wanted)).toEqual([]);
  });
});

describe('a server that others shall wait for', () => {
  it('is waited for after its last boot, once, while it runs, and in the end', () => {
    let waits = 0;
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        if (spec.presence === 'absent') return;
        const booted: string[] = [];
        const { end } = walk(spec, observed, pick, (now, action) => {
          const vm = now.servers.find(({ id }) => id === action.part);
          if (action.kind === 'vserver.await') {
            waits += 1;
            expect(preview(spec, now).steps.map(({ id }) => id)).not.toContain(
              `vserver.restart:${action.part}`,
            );
          }
          if (
            action.kind === 'vserver.restart' ||
            (action.kind === 'vserver.start' && vm?.power !== 'paused')
          )
            booted.push(action.part);
        });
        const wished = spec.servers.filter(
          (s) => s.ready !== undefined && s.power === 'running' && !s.rescue,
        );
        const noted = new Map(end.servers.map(({ id, readiness }) => [id, readiness]));
        expect(wished.filter(({ id }) => noted.get(id) === undefined)).toEqual([]);
        // What was noted before a boot says nothing after it.
        const asleep = spec.servers.filter(({ id, ready }) => booted.includes(id) && ready === undefined);
        expect(asleep.filter(({ id }) => noted.get(id) !== undefined)).toEqual([]);
      }),
      runs,
    );
    expect(waits).toBeGreaterThan(0);
  });
});

describe('a server that shall rest', () => {
  it('is woken up only for something that cannot be changed while it sleeps', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        const { end } = walk(spec, observed, pick);
        const asleep = spec.servers.filter(({ power }) => power === 'paused' || power === 'suspended');
        const otherwise = { ...spec, name: 'another', generation: spec.generation + 1 };
        const plan = preview(otherwise, end).steps.map(({ id }) => id);
        expect(plan.filter((id) => asleep.some((server) => id.endsWith(server.id)))).toEqual([]);
      }),
      runs,
    );
  });
});

describe('a snapshot', () => {
  it('shows every server as it is wanted, and none is taken twice', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        const wanted = wantedWorld(spec);
        const { done } = walk(spec, observed, pick, (now, action) => {
          if (action.kind !== 'snapshot.create') return;
          expect(seenWorld(now).servers).toEqual(expect.arrayContaining([...wanted.servers]));
          expect(seenWorld(now).disks).toEqual(expect.arrayContaining([...wanted.disks]));
          expect(action.servers.every((id) => now.servers.some((vm) => vm.id === id))).toBe(true);
        });
        expect(done.filter((key) => key.startsWith('snapshot.create')).length).toBeLessThanOrEqual(2);
      }),
      runs,
    );
  });
});

describe('a disk that shall be filled', () => {
  it('is filled in the end, before its server starts, and a copy is never of one that still waits for it', () => {
    fc.assert(
      fc.property(anyCase, choices, ({ spec, observed }, pick) => {
        if (spec.presence === 'absent') return;
        const owed = (now: ObservedVsys): string[] => [
          ...spec.servers
            .filter(
              ({ id, systemOrigin: wish }) => wish && filledOf(now.servers, id, 'systemOrigin') < wish.count,
            )
            .map(({ id }) => id),
          ...spec.disks
            .filter(({ id, origin: wish }) => wish && filledOf(now.disks, id, 'origin') < wish.count)
            .map(({ id }) => id),
        ];
        const { end } = walk(spec, observed, pick, (now, action) => {
          if (action.kind === 'backup.create') expect(owed(now)).not.toContain(action.source);
          const isBoot = now.servers.some(({ id, power }) => id === action.part && power === 'halted');
          if (action.kind !== 'vserver.start' || !isBoot) return;
          const own = spec.disks.filter(({ server }) => server === action.part).map(({ id }) => id);
          expect(owed(now).filter((id) => id === action.part || own.some((disk) => disk === id))).toEqual([]);
        });
        expect(owed(end)).toEqual([]);
      }),
      runs,
    );
  });
});

/** Which wish a part has obeyed; 0: none, or the part is not there. */
function filledOf<F extends string>(
  parts: readonly ({ readonly id: string } & Partial<Record<F, number>>)[],
  id: string,
  field: F,
): number {
  return parts.find((part) => part.id === id)?.[field] ?? 0;
}
