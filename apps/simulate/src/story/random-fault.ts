/** What a pool can answer instead of doing what it is asked. */
import type { FaultRule } from '@openvsys/xcp-sim';
import type { SeededRandom } from '../chance/seeded-random.js';

const METHODS = [
  'Async.VM.clone',
  'Async.VM.provision',
  'Async.VM.start_on',
  'Async.VM.destroy',
  'Async.VDI.create',
  'Async.VDI.destroy',
  'VM.clone',
  'VM.start_on',
  'Async.VM.suspend',
  'Async.VM.snapshot',
  'Async.VM.checkpoint',
  'VM.hard_shutdown',
  'VM.clean_shutdown',
  'VM.destroy',
  'VDI.create',
  'VDI.destroy',
  'VBD.create',
  'VBD.plug',
  'VBD.unplug',
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

export function randomFault(random: SeededRandom): FaultRule {
  const rule = { method: random.pick(METHODS), nth: random.int(1, 4), count: random.int(1, 3) };
  const kind = random.int(0, 4);
  if (kind === 0) return { ...rule, effect: { kind: 'lose-answer' } };
  if (kind === 1) return { ...rule, effect: { kind: 'lose-request' } };
  if (kind === 2) return { ...rule, effect: { kind: 'slow', ms: random.int(100, 30_000) } };
  const { code, params } = random.pick(ERRORS);
  if (kind === 3) return { ...rule, effect: { kind: 'fail-late', code, params: [...params] } };
  return { ...rule, effect: { kind: 'error', code, params: [...params] } };
}
