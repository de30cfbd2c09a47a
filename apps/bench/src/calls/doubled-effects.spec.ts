import { contractId, vnetIdOf, vsysIdOf, type VsysSpec } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import type { LoggedCall } from './call-log.js';
import { doubledEffects, surplus } from './doubled-effects.js';

const vsysId = vsysIdOf(contractId('DEMO0001'), '7K2M9QXPA');
const spec: VsysSpec = {
  vsysId,
  name: 'x',
  generation: 1,
  presence: 'present',
  nets: [{ id: vnetIdOf(vsysId, 'dmz'), name: 'dmz', vlan: 100, cidr: '10.0.0.0/24' }],
  servers: [],
  disks: [],
  publicIps: [],
};

function made(outcome: string): LoggedCall {
  const entry = { seq: 1, method: 'network.create', originator: '', session: '', start: 0, end: 1, outcome };
  return {
    ...entry,
    task: null,
    taskEnd: null,
    taskOutcome: null,
    waits: [],
    held: [],
    objects: [],
    answered: null,
  };
}

describe('doubled effects', () => {
  it('are counted beyond one of each, failures left out', () => {
    expect(doubledEffects([made('ok'), made('HOST_OFFLINE')], spec)).toBe(0);
    expect(doubledEffects([made('ok'), made('ok'), made('ok')], spec)).toBe(2);
  });

  it('show in names', () => {
    expect(surplus(['a', 'b', 'a', 'a'])).toBe(2);
  });
});
