import { describe, expect, it } from 'vitest';
import type { LoggedCall } from './call-log.js';
import { deploymentGraph, holdsOf, serviceOf } from './deployment-graph.js';

function logged(seq: number, method: string, rest: Partial<LoggedCall> = {}): LoggedCall {
  return {
    seq,
    method,
    originator: 'openvsys-w',
    session: 's',
    start: seq * 10,
    end: seq * 10 + 5,
    outcome: 'ok',
    task: null,
    taskEnd: null,
    taskOutcome: null,
    waits: [],
    held: [],
    objects: [],
    answered: null,
    ...rest,
  };
}

const FACTS = {
  vmOfDisk: new Map([['disk-1', 'vm-1']]),
  startOrderOf: new Map([
    ['vm-1', 0],
    ['vm-2', 10],
  ]),
};

describe('the graph of a deployment', () => {
  const log = [
    logged(1, 'network.create', { answered: 'net' }),
    logged(2, 'pool.create_VLAN_from_PIF', { objects: ['pif', 'net'] }),
    logged(3, 'Async.VM.clone', {
      objects: ['template'],
      answered: 'vm-1',
      task: 't',
      taskOutcome: 'ok',
      taskEnd: 40,
    }),
    logged(4, 'VM.set_other_config', { objects: ['vm-1'] }),
    logged(5, 'VDI.set_other_config', { objects: ['disk-1'] }),
    logged(6, 'VM.provision', { objects: ['vm-1'] }),
    logged(7, 'VIF.create', { objects: ['vm-1', 'net'], answered: 'vif' }),
    logged(8, 'Async.VM.start_on', { objects: ['vm-1', 'host'], task: 't', taskOutcome: 'ok', taskEnd: 99 }),
    logged(9, 'Async.VM.clone', {
      objects: ['template'],
      answered: 'vm-2',
      task: 't',
      taskOutcome: 'ok',
      taskEnd: 99,
    }),
    logged(10, 'Async.VM.start_on', {
      objects: ['vm-2', 'host'],
      task: 't',
      taskOutcome: 'ok',
      taskEnd: 120,
    }),
    logged(11, 'event.from'),
    logged(12, 'task.destroy'),
    logged(13, 'VIF.create', { objects: ['vm-1', 'net'], outcome: 'DEVICE_ALREADY_EXISTS' }),
  ];
  const after = new Map(deploymentGraph(log, FACTS).map((call) => [call.id, call.after]));

  it('has only what changed the pool', () => {
    expect([...after.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('puts makers before users, VLANs before VIFs, everything before the start, tiers after each other', () => {
    expect(after.get(2)).toEqual([1]);
    expect(after.get(3)).toEqual([]);
    expect(after.get(5)).toEqual([3]);
    expect(after.get(6)).toEqual([3, 4]);
    expect(new Set(after.get(7))).toEqual(new Set([1, 2, 3]));
    expect(new Set(after.get(8))).toEqual(new Set([3, 4, 5, 6, 7]));
    expect(new Set(after.get(10))).toEqual(new Set([8, 9]));
  });
});

describe('what a call took', () => {
  const clone = logged(1, 'Async.VM.clone', {
    start: 0,
    task: 't',
    taskEnd: 1000,
    waits: [
      { queue: 'vm:t', ms: 100 },
      { queue: 'sr:1', ms: 50 },
    ],
    held: [
      { queue: 'sr:1', from: 400, to: 1000 },
      { queue: 'vm:t', from: 100, to: 1000 },
    ],
  });

  it('leaves out waiting', () => {
    expect(serviceOf(clone)).toBe(850);
  });

  it('leaves it out of leads and holds too', () => {
    expect(holdsOf(clone)).toEqual([
      { queue: 'sr:1', leadMs: 250, ms: 600, takenAt: 400 },
      { queue: 'vm:t', leadMs: 0, ms: 850, takenAt: 100 },
    ]);
  });
});
