// Purpose: POST /_sim/world: reads one change of the world and applies it.
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { WorldEvents } from '../world/world-events.js';

/** `{change: 'host-down'|'host-up'|'sr-full'|'sr-normal'|'drop-sessions'|'restart'|'unreachable'|'master'|'vm-power', …}` */
export function applyWorldChange(sim: SimPool, world: WorldEvents, body: Record<string, unknown>): void {
  switch (body['change']) {
    case 'host-down':
      return world.hostDown(wholeNumber(body, 'host'));
    case 'host-up':
      return world.hostUp(wholeNumber(body, 'host'));
    case 'sr-full':
      return world.setSrFull(byNameOrUuid(sim, 'SR', body['sr']), 'full');
    case 'sr-normal':
      return world.setSrFull(byNameOrUuid(sim, 'SR', body['sr']), 'normal');
    case 'drop-sessions':
      return world.dropSessions();
    case 'restart':
      return world.restartToolstack();
    case 'unreachable':
      return world.poolUnreachable(wholeNumber(body, 'ms'));
    case 'master':
      return world.changeMaster(wholeNumber(body, 'host'));
    case 'vm-power':
      return world.switchVm(byNameOrUuid(sim, 'VM', body['vm']), powerState(body['state']));
    default:
      throw new Error(`unknown change ${JSON.stringify(body['change'])}`);
  }
}

function wholeNumber(body: Record<string, unknown>, field: string): number {
  const value = body[field];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new Error(`${field} must be a whole number ≥ 0`);
  return value;
}

function powerState(value: unknown): 'Halted' | 'Running' {
  if (value === 'Halted' || value === 'Running') return value;
  throw new Error('state must be Halted or Running');
}

function byNameOrUuid(sim: SimPool, cls: string, key: unknown): Row {
  const row = sim.db
    .rows(cls)
    .find((candidate) => candidate.uuid === key || candidate.text('name_label') === key);
  if (row === undefined) throw new Error(`no ${cls} ${JSON.stringify(key)}`);
  return row;
}
