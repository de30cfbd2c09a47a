import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DomainError,
  OPERATION_STATES,
  VSYS_PHASES,
  actionKey,
  allowedActions,
  assertAllowed,
  isEnded,
  isVNet,
  nextActions,
  operationOutcome,
  partStatuses,
  predict,
  preview,
  publicIpIdOf,
  snapshotIdOf,
  statesFor,
  vsysPhase,
  type Activity,
  type ActionKey,
  type ObservedVsys,
  type PartId,
  type PartTrouble,
  type VsysSpec,
} from '@openvsys/vsys';
import { VSYS, anyCase } from '../plan/arbitrary-world.js';

const reached = (spec: VsysSpec, from: ObservedVsys): ObservedVsys =>
  preview(spec, from).steps.reduce((now, { action }) => predict(now, action), from);
const doing = (...inFlight: ActionKey[]): Activity => ({ inFlight: new Set(inFlight), errors: new Map() });
const troubled = (part: PartId, retry: PartTrouble['retry'], ...inFlight: ActionKey[]): Activity => ({
  inFlight: new Set(inFlight),
  errors: new Map([[part, { message: 'The storage is full.', retry }]]),
});

/** A system of one running server with all kinds of parts, taken from the generator's own shapes. */
const sample = fc
  .sample(anyCase, { numRuns: 400, seed: 7 })
  .map(({ spec }) => spec)
  .find(
    (spec) =>
      spec.presence === 'present' &&
      spec.disks.some((disk) => disk.server) &&
      spec.servers.some((s) => s.nics.some(({ net }) => isVNet(net)) && s.power === 'running'),
  )!;
const server = sample.servers.find(
  (each) => each.nics.some(({ net }) => isVNet(net)) && each.power === 'running',
)!;
const NOTHING: ObservedVsys = { nets: [], servers: [], disks: [], nics: [] };
const UP = reached(sample, NOTHING);
const stateIn = (world: ObservedVsys, part: PartId, activity: Activity = doing(), spec = sample) =>
  partStatuses(spec, world, activity).find((status) => status.part === part);
const withVm = (change: Partial<ObservedVsys['servers'][number]>): ObservedVsys => ({
  ...UP,
  servers: UP.servers.map((vm) => (vm.id === server.id ? { ...vm, ...change } : vm)),
});

describe('partStatuses', () => {
  it('says one state for every part that is wanted or there, whatever the world', () => {
    fc.assert(
      fc.property(anyCase, ({ spec, observed }) => {
        const inFlight = nextActions(spec, observed).map(actionKey);
        const statuses = partStatuses(spec, observed, doing(...inFlight));
        const parts = statuses.map(({ part }) => part);
        expect(new Set(parts).size).toBe(parts.length);
        const { servers, nics, disks, nets, snapshots = [], backups = [] } = observed;
        const there = [...servers, ...nics, ...disks, ...nets, ...snapshots, ...backups].map(({ id }) => id);
        const named = [
          ...spec.servers,
          ...spec.servers.flatMap((s) => s.nics),
          ...spec.disks,
          ...spec.nets,
          ...(spec.snapshots ?? []),
          ...(spec.backups ?? []),
        ].map(({ id }) => id);
        expect(new Set(parts)).toEqual(new Set([...there, ...named]));
        for (const { part, state } of statuses) {
          const gone = !there.some((id) => id === part);
          if (spec.presence === 'absent') expect(state).toBe(gone ? 'gone' : 'deleting');
          else expect(state === 'gone').toBe(false);
        }
      }),
    );
  });

  it('is settled in every part once the spec is reached', () => {
    fc.assert(
      fc.property(anyCase, ({ spec, observed }) => {
        const settled = [
          'running',
          'stopped',
          'paused',
          'suspended',
          'attached',
          'detached',
          'ready',
          'gone',
        ];
        const states = partStatuses(spec, reached(spec, observed)).map(({ state }) => state);
        expect(states.filter((state) => !settled.includes(state))).toEqual([]);
      }),
    );
  });

  it.each<[string, ObservedVsys, Activity, string]>([
    ['planned', NOTHING, doing(), 'planned'],
    ['being cloned', NOTHING, doing(`vserver.clone:${server.id}`), 'creating'],
    ['cloned', withVm({ stage: 'cloned', power: 'halted' }), doing(), 'creating'],
    ['halted', withVm({ power: 'halted' }), doing(), 'stopped'],
    ['being started', withVm({ power: 'halted' }), doing(`vserver.start:${server.id}`), 'starting'],
    ['seen running before the answer', UP, doing(`vserver.start:${server.id}`), 'running'],
    ['running', UP, doing(), 'running'],
    ['being stopped', UP, doing(`vserver.stop:${server.id}`), 'stopping'],
    [
      'seen halted before the answer',
      withVm({ power: 'halted' }),
      doing(`vserver.stop:${server.id}`),
      'stopped',
    ],
    ['being restarted', UP, doing(`vserver.restart:${server.id}`), 'restarting'],
    ['paused by somebody', withVm({ power: 'paused' }), doing(), 'paused'],
    ['suspended by somebody', withVm({ power: 'suspended' }), doing(), 'suspended'],
    ['lost but for its disk', withVm({ stage: 'remains', power: 'halted' }), doing(), 'creating'],
  ])('a server that is %s', (_, world, activity, state) => {
    expect(stateIn(world, server.id, activity)?.state).toBe(state);
  });

  it('shows trouble as error only where nothing is there yet and repeating is hopeless', () => {
    expect(stateIn(NOTHING, server.id, troubled(server.id, 'after-change'))).toMatchObject({
      state: 'error',
      reason: 'The storage is full.',
    });
    expect(
      stateIn(NOTHING, server.id, troubled(server.id, 'same', `vserver.clone:${server.id}`)),
    ).toMatchObject({ state: 'creating', reason: 'The storage is full.' });
    expect(stateIn(UP, server.id, troubled(server.id, 'never'))).toMatchObject({
      state: 'running',
      reason: 'The storage is full.',
    });
    expect(stateIn(UP, server.id)).toMatchObject({ state: 'running', reason: null });
  });

  it('follows disks, nets and NICs', () => {
    const disk = sample.disks.find((each) => each.server)!;
    const nic = server.nics.find((each) => isVNet(each.net))!;
    const net = sample.nets.find(({ id }) => id === nic.net)!.id;
    expect(stateIn(UP, disk.id)?.state).toBe('attached');
    expect(
      stateIn({ ...UP, disks: UP.disks.map((each) => ({ ...each, attachedTo: null })) }, disk.id)?.state,
    ).toBe('detached');
    expect(stateIn(NOTHING, disk.id, doing(`vdisk.create:${disk.id}`))?.state).toBe('creating');
    expect(stateIn(UP, nic.id)?.state).toBe('ready');
    expect(
      stateIn({ ...UP, nics: UP.nics.map((each) => ({ ...each, mac: '02:ff:00:00:00:00' })) }, nic.id)?.state,
    ).toBe('creating');
    expect(stateIn({ ...UP, nets: UP.nets.map((each) => ({ ...each, vlan: null })) }, net)?.state).toBe(
      'creating',
    );
    expect(stateIn(NOTHING, net)?.state).toBe('planned');
  });

  it('follows snapshots, and says so when there is nothing left to take one of', () => {
    const id = snapshotIdOf(VSYS, 1);
    const snapshot = { id, name: 'before', servers: [server.id], withMemory: false };
    const spec = { ...sample, snapshots: [snapshot] };
    const none = { ...UP, snapshots: [] };
    const taken = { ...UP, snapshots: [{ id, servers: [server.id], pausedMs: 900, sizeGiB: 3 }] };
    expect(stateIn(none, id, doing(), spec)?.state).toBe('planned');
    expect(stateIn(none, id, doing(`snapshot.create:${id}`), spec)?.state).toBe('creating');
    expect(stateIn(taken, id, doing(), spec)).toMatchObject({ state: 'ready', pausedMs: 900, sizeGiB: 3 });
    expect(stateIn(taken, id, doing(), { ...sample, snapshots: [] })).toMatchObject({
      state: 'deleting',
      sizeGiB: 3,
    });
    const alone = { ...spec, servers: [], disks: [] };
    expect(stateIn(none, id, doing(), alone)).toMatchObject({
      state: 'error',
      reason: expect.stringContaining('None of its servers') as string,
    });
  });

  it('shows parts that a change removed until they are gone', () => {
    const without = { ...sample, servers: sample.servers.filter(({ id }) => id !== server.id) };
    expect(stateIn(UP, server.id, doing(), without)?.state).toBe('deleting');
    expect(stateIn(reached(without, UP), server.id, doing(), without)).toBeUndefined();
  });

  it('keeps a public address until the EFM that answers for it is gone', () => {
    const id = publicIpIdOf(VSYS, 1);
    const spec = { ...sample, publicIps: [{ id, name: 'www', address: '203.0.113.7', server: server.id }] };
    const absent = { ...spec, presence: 'absent' as const };
    expect(stateIn(UP, id, doing(), spec)?.state).toBe('ready');
    expect(stateIn(UP, id, doing(), absent)?.state).toBe('deleting');
    expect(stateIn(NOTHING, id, doing(), absent)?.state).toBe('gone');
  });
});

describe('vsysPhase', () => {
  const phase = (
    presence: VsysSpec['presence'],
    observedGeneration: number,
    converged: boolean,
    parked: boolean,
  ) => vsysPhase({ spec: { presence }, observedGeneration, converged, parked });

  it('follows the spec and stops for attention', () => {
    expect(phase('present', 0, false, false)).toBe('provisioning');
    expect(phase('present', 0, true, false)).toBe('ready');
    expect(phase('present', 3, false, false)).toBe('changing');
    expect(phase('absent', 3, false, false)).toBe('deleting');
    expect(phase('absent', 3, true, false)).toBe('deleted');
    expect(phase('present', 3, false, true)).toBe('needs-attention');
    expect(phase('absent', 3, false, true)).toBe('needs-attention');
  });
});

describe('operations', () => {
  it('end by what was reached and what was asked', () => {
    const outcome = (
      state: (typeof OPERATION_STATES)[number],
      cancelRequested: boolean,
      ending: 'reached' | 'overtaken' | 'deleted' | 'given-up',
    ) => operationOutcome({ state, cancelRequested }, ending);
    expect(outcome('running', false, 'reached')).toBe('succeeded');
    expect(outcome('running', true, 'reached')).toBe('succeeded');
    expect(outcome('running', false, 'overtaken')).toBe('succeeded');
    expect(outcome('running', true, 'overtaken')).toBe('cancelled');
    expect(outcome('queued', false, 'deleted')).toBe('cancelled');
    expect(outcome('running', false, 'deleted')).toBe('cancelled');
    expect(outcome('rolling-back', false, 'deleted')).toBe('failed');
    expect(outcome('rolling-back', false, 'reached')).toBe('failed');
    expect(outcome('rolling-back', true, 'reached')).toBe('cancelled');
    expect(outcome('running', false, 'given-up')).toBe('failed');
    expect(outcome('queued', true, 'given-up')).toBe('cancelled');
    expect(outcome('succeeded', true, 'given-up')).toBe('succeeded');
  });

  it('are over in three states only', () => {
    expect(OPERATION_STATES.filter(isEnded)).toEqual(['succeeded', 'failed', 'cancelled']);
  });
});

describe('allowedActions', () => {
  it('lists what may be asked', () => {
    expect(allowedActions('vserver', 'running')).toEqual(['stop', 'cut', 'restart', 'change', 'delete']);
    expect(allowedActions('vserver', 'stopped')).toEqual(['start', 'change', 'delete']);
    expect(allowedActions('vserver', 'gone')).toEqual([]);
    expect(allowedActions('vsys', 'needs-attention')).toContain('resume');
    expect(allowedActions('vsys', 'deleting')).toEqual([]);
    expect(allowedActions('operation', 'running')).toEqual(['cancel']);
    expect(allowedActions('operation', 'succeeded')).toEqual([]);
  });

  it('leaves no phase but the last two without a way on', () => {
    const stuck = VSYS_PHASES.filter((phase) => allowedActions('vsys', phase).length === 0);
    expect(stuck).toEqual(['deleting', 'deleted']);
  });

  it('refuses with the present state, what is possible, and what would be needed', () => {
    expect(() => assertAllowed('vserver', server.id, 'stop', 'running')).not.toThrow();
    try {
      assertAllowed('vserver', server.id, 'start', 'running');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError);
      expect(error).toMatchObject({
        code: 'conflict',
        message: `VServer ${server.id} is running: start is not possible now.`,
        details: {
          verb: 'start',
          state: 'running',
          allowed: ['stop', 'cut', 'restart', 'change', 'delete'],
          allowedStates: statesFor('vserver', 'start'),
        },
      });
    }
  });
});
