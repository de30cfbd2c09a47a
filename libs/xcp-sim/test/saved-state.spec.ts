// A pool survives its process: objects and references stay, sessions and tasks do not.
import { describe, expect, it } from 'vitest';
import { createSimPool, saveState, WorldEvents, type SavedState } from '@openvsys/xcp-sim';
import { clientOf, vbdRecord, vdiRecord, vmRecord } from './support/pool-under-test.js';

describe('a saved pool', () => {
  it('comes back with the same objects, relations and memory in use', async () => {
    const client = await clientOf();
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const vm = await client.call('VM.create', vmRecord());
    const vdi = await client.call('VDI.create', vdiRecord(sr));
    const vbd = await client.call('VBD.create', vbdRecord(vm, vdi));
    await client.call('VM.start', vm, false, false);
    const [host] = await client.call<string[]>('host.get_all');
    const before = await client.call<Record<string, unknown>>('VM.get_record', vm);
    const text = JSON.stringify(saveState(client.pool));
    const oldUuids = new Set(client.pool.db.rows('VM').map((row) => row.uuid));
    const { generation } = client.pool.db;
    client.close();

    const again = createSimPool({}, JSON.parse(text) as SavedState);
    const transport = again.transportFor(0);
    const session = await transport.call('session.login_with_password', ['root', 'secret']);
    expect(await transport.call('VM.get_record', [session, vm])).toEqual(before);
    expect(await transport.call('VDI.get_VBDs', [session, vdi])).toEqual([vbd]);
    expect(await transport.call('host.get_resident_VMs', [session, host])).toBeDefined();
    expect(again.pool.db.generation).toBeGreaterThan(generation);
    const fresh = (await transport.call('VM.create', [session, vmRecord()])) as string;
    expect(oldUuids).not.toContain(await transport.call('VM.get_uuid', [session, fresh]));
    again.close();
  });

  it('keeps event tokens valid: what happened before and after is told, and nothing else', async () => {
    const client = await clientOf();
    const classes = ['vm', 'vdi'];
    type Batch = { token: string; events: { ref: string; operation: string }[] };
    const [doomed, kept] = [
      await client.call('VM.create', vmRecord()),
      await client.call('VM.create', vmRecord()),
    ];
    const { token } = await client.call<Batch>('event.from', classes, '', 1.5);
    await client.call('VM.destroy', doomed);
    await client.call('VM.set_name_label', kept, 'changed before');
    const late = await client.call<Batch>('event.from', classes, token, 1.5);
    const state = JSON.parse(JSON.stringify(saveState(client.pool))) as SavedState;
    client.close();

    const again = createSimPool({ clock: { mode: 'virtual', auto: true } }, state);
    const transport = again.transportFor(0);
    const session = await transport.call('session.login_with_password', ['root', 'secret']);
    const from = async (since: string): Promise<[string, string][]> => {
      const batch = (await transport.call('event.from', [session, classes, since, 1.5])) as Batch;
      return batch.events.map(({ ref, operation }) => [ref, operation]);
    };
    expect(Object.fromEntries(await from(token))).toEqual({ [doomed]: 'del', [kept]: 'mod' });
    expect(await from(late.token)).toEqual([]);
    const made = (await transport.call('VM.create', [session, vmRecord()])) as string;
    expect(await from(late.token)).toEqual([[made, 'add']]);
    again.close();
  });

  it('leaves nothing busy, keeps hosts that are off, and every class', async () => {
    const client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VM.add_tags', vm, 'x');
    await client.call('secret.create', { value: 'v', other_config: {} });
    new WorldEvents(client.pool).hostDown(1);
    await client.call('Async.VM.start', vm, false, false);
    expect(Object.values(client.pool.db.get('VM', vm).map('current_operations'))).toEqual(['start']);
    const state = JSON.parse(JSON.stringify(saveState(client.pool))) as SavedState;
    const counts = [...client.pool.db.model.classes.keys()]
      .filter((cls) => !['session', 'task', 'event'].includes(cls))
      .map((cls) => [cls, client.pool.db.count(cls)]);
    client.close();
    const again = createSimPool({ profile: 'default-nfs' }, state);
    expect(counts.map(([cls]) => [cls, again.pool.db.count(String(cls))])).toEqual(counts);
    expect(again.pool.db.get('VM', vm).map('current_operations')).toEqual({});
    expect(again.pool.hosts.map((host) => host.powered)).toEqual([true, false, true]);
    again.close();
  });

  it('of another format is refused', () => {
    expect(() => createSimPool({}, { format: 2 } as unknown as SavedState)).toThrow('not a saved pool');
  });
});
