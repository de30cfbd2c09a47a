// Random clients under random faults: whatever happens, nothing stays locked, reserved, half made or wrongly counted.
import { describe, expect, it } from 'vitest';
import { WorldEvents } from '@openvsys/xcp-sim';
import { clientOf, GIB, vbdRecord, vdiRecord, vifRecord, type Client } from './support/pool-under-test.js';
import { SeededRandom } from '../src/random/seeded-random.js';

const NULL_REF = 'OpaqueRef:NULL';
const CLIENTS = 8;
const STEPS = 25;

type Action = (client: Client, vm: string, random: SeededRandom) => Promise<unknown>;

async function first(client: Client, cls: string): Promise<string> {
  return (await client.call<string[]>(`${cls}.get_all`))[0] ?? '';
}

const ACTIONS: readonly Action[] = [
  (client, vm) => client.run('VM.start', vm, false, false),
  (client, vm) => client.run('VM.clean_shutdown', vm),
  (client, vm) => client.run('VM.hard_shutdown', vm),
  (client, vm) => client.run('VM.clean_reboot', vm),
  (client, vm) => client.run('VM.suspend', vm),
  (client, vm) => client.run('VM.resume', vm, false, false),
  (client, vm) => client.run('VM.snapshot', vm, 'snap'),
  (client, vm) => client.run('VM.clone', vm, 'clone'),
  (client, vm) => client.run('VM.destroy', vm),
  async (client, vm, random) => {
    const vdi = await client.call(
      'VDI.create',
      vdiRecord(await first(client, 'SR'), { virtual_size: GIB * (1 + random.integer(4)) }),
    );
    const vbd = await client.call('VBD.create', vbdRecord(vm, vdi));
    return client.run(random.next() < 0.5 ? 'VBD.plug' : 'VDI.destroy', random.next() < 0.5 ? vbd : vdi);
  },
  async (client, vm) => client.call('VIF.create', vifRecord(vm, await first(client, 'network'))),
  async (client) => client.run('VDI.destroy', await first(client, 'VDI')),
  async (client, vm) => {
    const task = await client.call('Async.VM.start', vm, false, false);
    return client.call('task.cancel', task);
  },
];

async function misbehave(client: Client, random: SeededRandom): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    const vms = client.pool.db
      .rows('VM')
      .filter((vm) => !vm.bool('is_control_domain') && !vm.bool('is_a_template'));
    const vm = vms[random.integer(Math.max(1, vms.length))];
    const action = ACTIONS[random.integer(ACTIONS.length)];
    if (vm === undefined || vms.length < 3) {
      const clone = await client.call('VM.clone', await client.template(), 'fresh').catch(() => undefined);
      if (clone !== undefined) await client.call('VM.provision', clone).catch(() => undefined);
    } else await action?.(client, vm.ref, random).catch(() => undefined);
  }
}

/** Whatever is not as it must be once nothing is running any more. */
function findLeftovers(client: Client): string[] {
  const { db, reservations } = client.pool;
  const busy = ['VM', 'VDI', 'VBD', 'VIF', 'SR', 'host']
    .flatMap((cls) => db.rows(cls))
    .filter((row) => Object.keys(row.map('current_operations')).length > 0)
    .map((row) => `${row.cls} ${row.ref} is still busy`);
  const pending = db
    .rows('task')
    .filter((task) => task.text('status') === 'pending')
    .map((task) => `task ${task.text('name_label')} is pending`);
  const queued = client.pool.queueStates().filter((queue) => queue.held + queue.waiting > 0);
  return [
    ...busy,
    ...pending,
    ...queued.map((queue) => `queue ${queue.name} is not empty`),
    ...[...reservations.keys()].map((vm) => `memory of ${vm} is still reserved`),
    ...db.rows('VM').flatMap((vm) => vmLeftovers(client, vm)),
    ...db.rows('SR').flatMap((sr) => spaceLeftovers(client, sr)),
    ...client.pool.crashes.map(String),
  ];
}

type Row = ReturnType<Client['pool']['db']['get']>;

function vmLeftovers(client: Client, vm: Row): string[] {
  const { db } = client.pool;
  const state = vm.text('power_state');
  const up = state === 'Running' || state === 'Paused';
  const attached = db.follow('VBD', vm.set('VBDs')).some((vbd) => vbd.bool('currently_attached'));
  return [
    ...(vm.link('scheduled_to_be_resident_on') === NULL_REF ? [] : [`${vm.ref} is still scheduled`]),
    ...((vm.link('resident_on') !== NULL_REF) === up ? [] : [`${vm.ref} is ${state} and resident or not`]),
    ...(state === 'Halted' && attached ? [`${vm.ref} is halted with disks attached`] : []),
  ];
}

function spaceLeftovers(client: Client, sr: Row): string[] {
  const disks = client.pool.db.follow('VDI', sr.set('VDIs'));
  const sum = (field: string, of = disks): number => of.reduce((total, vdi) => total + vdi.int(field), 0);
  // Base copies take space, but nobody was promised any for them.
  const promised = disks.filter((vdi) => !vdi.bool('is_base_copy'));
  return [
    ...(sr.int('physical_utilisation') === sum('physical_utilisation') ? [] : ['used space is miscounted']),
    ...(sr.int('virtual_allocation') === sum('virtual_size', promised)
      ? []
      : ['promised space is miscounted']),
  ];
}

describe('a pool under random load and faults', () => {
  it.each([1, 2, 3, 4, 5])('is clean afterwards (seed %i)', async (seed) => {
    const client = await clientOf({ seed, profile: 'default-nfs', hostMemoryBytes: 10 * GIB });
    client.pool.faults.add({ method: '*', probability: 0.02, effect: { kind: 'lose-answer' } });
    client.pool.faults.add({
      method: 'Async.VM.start',
      probability: 0.1,
      effect: { kind: 'error', code: 'VM_REQUIRES_SR' },
    });
    client.pool.faults.add({ method: 'VDI.create', probability: 0.1, effect: { kind: 'slow', ms: 20_000 } });
    const world = new WorldEvents(client.pool);
    const trouble = (async () => {
      await client.clock.advance(20_000);
      world.setSrFull(client.pool.db.rows('SR')[0] ?? client.pool.master, 'full');
      await client.clock.advance(20_000);
      world.setSrFull(client.pool.db.rows('SR')[0] ?? client.pool.master, 'normal');
    })();
    await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) =>
        misbehave(client, new SeededRandom(seed, `client-${index}`)),
      ),
    );
    await trouble;
    client.pool.faults.clear();
    await client.clock.runUntilIdle();
    expect(findLeftovers(client)).toEqual([]);
    client.close();
  });

  it('is clean after the toolstack restarted in the middle of everything', async () => {
    const client = await clientOf({ seed: 9, profile: 'default-nfs' });
    const template = await client.template();
    const vms = await Promise.all(Array.from({ length: 6 }, () => client.call('VM.clone', template, 'x')));
    await Promise.all(vms.map((vm) => client.call('VM.provision', vm)));
    const starts = vms.map((vm) => client.call('Async.VM.start', vm, false, false));
    const clones = vms.map((vm) => client.call('Async.VM.clone', vm, 'y'));
    await Promise.all([...starts, ...clones]);
    new WorldEvents(client.pool).restartToolstack();
    await client.clock.runUntilIdle();
    expect(findLeftovers(client)).toEqual([]);
    client.close();
  });
});
