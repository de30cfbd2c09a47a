// Purpose: POST /_sim/world: reads one change of the world and applies it.
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { WorldEvents } from '../world/world-events.js';

type Body = Record<string, unknown>;
type Change = (sim: SimPool, world: WorldEvents, body: Body) => void;

/** Every change by name; the comment names the fields it reads. */
const CHANGES: Readonly<Record<string, Change>> = {
  // host
  'host-down': (_sim, world, body) => world.hostDown(wholeNumber(body, 'host')),
  'host-up': (_sim, world, body) => world.hostUp(wholeNumber(body, 'host')),
  restart: (_sim, world, body) =>
    world.restartToolstack(body['host'] === undefined ? undefined : wholeNumber(body, 'host')),
  master: (_sim, world, body) => world.changeMaster(wholeNumber(body, 'host')),
  'second-master': (_sim, world, body) => world.secondMaster(wholeNumber(body, 'host')),
  emergency: (_sim, world, body) => world.setEmergency(wholeNumber(body, 'host'), 'emergency'),
  'tls-broken': (_sim, world, body) => world.setTls(wholeNumber(body, 'host'), 'broken'),
  'tls-working': (_sim, world, body) => world.setTls(wholeNumber(body, 'host'), 'working'),
  'emergency-end': (_sim, world, body) => world.setEmergency(wholeNumber(body, 'host'), 'up'),
  'host-join': (_sim, world) => void world.hostJoins(),
  // host, address ("" corrects it)
  mislead: (_sim, world, body) => {
    const address = text(body, 'address');
    world.misleadMember(wholeNumber(body, 'host'), address === '' ? undefined : address);
  },
  // host, ms
  'clock-skew': (_sim, world, body) => world.skewClock(wholeNumber(body, 'host'), number(body, 'ms')),
  'cut-network': (_sim, world, body) =>
    world.cutNetwork([wholeNumber(body, 'host')], wholeNumber(body, 'ms')),
  // ms
  unreachable: (_sim, world, body) => world.poolUnreachable(wholeNumber(body, 'ms')),
  'drop-sessions': (_sim, world) => world.dropSessions(),
  // sr (name or UUID)
  'sr-full': (sim, world, body) => world.setSrFull(byNameOrUuid(sim, 'SR', body['sr']), 'full'),
  'sr-normal': (sim, world, body) => world.setSrFull(byNameOrUuid(sim, 'SR', body['sr']), 'normal'),
  // sr, on (host name or UUID)
  'sr-unplug': (sim, world, body) => setPlugged(sim, world, body, 'unplugged'),
  'sr-plug': (sim, world, body) => setPlugged(sim, world, body, 'plugged'),
  // vm (name or UUID), and what else is named
  'vm-power': (sim, world, body) => world.switchVm(vmOf(sim, body), powerState(body['state'])),
  'vm-guest-shutdown': (sim, world, body) => world.administrator.guestShutsDown(vmOf(sim, body)),
  'vm-crash': (sim, world, body) => world.administrator.guestCrashes(vmOf(sim, body)),
  'vm-destroy': (sim, world, body) =>
    world.administrator.destroyVm(vmOf(sim, body), body['disks'] === true ? 'with disks' : 'without disks'),
  'vm-migrate': (sim, world, body) =>
    world.administrator.migrateVm(vmOf(sim, body), byNameOrUuid(sim, 'host', body['to'])),
  // class, object (name or UUID), name | key, value (null takes it away)
  rename: (sim, world, body) => world.administrator.rename(anyObject(sim, body), text(body, 'name')),
  tag: (sim, world, body) =>
    world.administrator.editTag(
      anyObject(sim, body),
      text(body, 'key'),
      body['value'] === null ? undefined : text(body, 'value'),
    ),
  // vbd, vdi, network (UUID, or name where there is one)
  'disk-detach': (sim, world, body) => world.administrator.detachDisk(byNameOrUuid(sim, 'VBD', body['vbd'])),
  'disk-half-plug': (sim, world, body) => world.administrator.halfPlug(byNameOrUuid(sim, 'VBD', body['vbd'])),
  'disk-destroy': (sim, world, body) =>
    world.administrator.destroyDisk(byNameOrUuid(sim, 'VDI', body['vdi'])),
  'disk-in-dom0': (sim, world, body) =>
    void world.administrator.attachToControlDomain(byNameOrUuid(sim, 'VDI', body['vdi'])),
  'network-delete': (sim, world, body) =>
    world.administrator.deleteNetwork(byNameOrUuid(sim, 'network', body['network'])),
};

/** Names of all changes, for the page and the documentation. */
export const CHANGE_NAMES: readonly string[] = Object.keys(CHANGES);

/** `{change: <name>, …}`. @throws Error that says what is missing or unknown */
export function applyWorldChange(sim: SimPool, world: WorldEvents, body: Body): void {
  const change = typeof body['change'] === 'string' ? CHANGES[body['change']] : undefined;
  if (change === undefined)
    throw new Error(
      `unknown change ${JSON.stringify(body['change'])}; there are: ${CHANGE_NAMES.join(', ')}`,
    );
  change(sim, world, body);
}

function setPlugged(sim: SimPool, world: WorldEvents, body: Body, plugged: 'plugged' | 'unplugged'): void {
  const [sr, host] = [byNameOrUuid(sim, 'SR', body['sr']), byNameOrUuid(sim, 'host', body['on'])];
  world.administrator.setSrPlugged(sr, host, plugged);
}

function vmOf(sim: SimPool, body: Body): Row {
  return byNameOrUuid(sim, 'VM', body['vm']);
}

function anyObject(sim: SimPool, body: Body): Row {
  const cls = sim.db.model.classByLowerName.get(text(body, 'class').toLowerCase());
  if (cls === undefined) throw new Error(`no class ${String(body['class'])}`);
  return byNameOrUuid(sim, cls, body['object']);
}

function number(body: Body, field: string): number {
  const value = body[field];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${field} must be a number`);
  return value;
}

function wholeNumber(body: Body, field: string): number {
  const value = number(body, field);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${field} must be a whole number ≥ 0`);
  return value;
}

function text(body: Body, field: string): string {
  const value = body[field];
  if (typeof value !== 'string') throw new Error(`${field} must be a text`);
  return value;
}

function powerState(value: unknown): 'Halted' | 'Running' {
  if (value === 'Halted' || value === 'Running') return value;
  throw new Error('state must be Halted or Running');
}

function byNameOrUuid(sim: SimPool, cls: string, wanted: unknown): Row {
  const found = sim.db.rows(cls).find((row) => row.uuid === wanted || row.text('name_label') === wanted);
  if (found === undefined) throw new Error(`no ${cls} ${JSON.stringify(wanted)}`);
  return found;
}
